import { expect, type Page } from '@playwright/test'

/** Drops a file of this name and text on the page, as from another window. */
export async function dropFile(page: Page, name: string, text: string): Promise<void> {
  await page.evaluate(`(() => {
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}))
    for (const kind of ['dragover', 'drop'])
      document.body.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }))
  })()`)
}

const nightFile = `dataset: shapes-10
recipe: demo
set: { epochs: 3 }
families: [plain, residual]
n: [1, 2]
shortcuts: [A, B]
widths: [[16, 32, 64], [8, 8, 8]]
seeds: [4, 7]
exclude:
  - { family: plain, n: 2 }
`

/** A sweep file becomes the design; a wrong one is refused with one message and changes nothing. */
export async function sweepFilesAreDropped(page: Page): Promise<void> {
  await dropFile(page, 'night.yaml', nightFile)
  await expect(page.getByRole('heading', { level: 1, name: 'Design' })).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('night')
  await expect(page.getByRole('textbox', { name: 'Seeds' })).toHaveValue('4, 7')
  await expect(page.getByRole('button', { name: /^plain 16-32-64, 14 layers: struck out/ })).toBeVisible()
  await expect(page.getByRole('button', { name: /^residual B 8-8-8, 8 layers/ })).toHaveAttribute('aria-pressed', 'true')
  await dropFile(page, 'wrong.yaml', nightFile.replace('families', 'familys'))
  await expect(page.getByText('wrong.yaml: unknown field "familys"; did you mean "families"?')).toHaveCount(1)
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('night')
  await page.getByRole('button', { name: 'Close message' }).last().click()
}

/** Every view, and what is in them, by a few letters; the shortcuts on one sheet. */
export async function paletteFinds(page: Page, query: string, option: RegExp): Promise<void> {
  await page.keyboard.press('Control+k')
  const field = page.getByRole('combobox', { name: /^Find a view/ })
  await expect(field, 'letters go to it at once').toBeFocused()
  await page.keyboard.type(query)
  await expect(page.getByRole('listbox', { name: 'Found' }).getByRole('option', { selected: true })).toHaveText(option)
  await page.keyboard.press('Enter')
  await expect(field).toBeHidden()
}

/** A design is kept, found under its name, renamed and removed. */
export async function templatesAreKept(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Overnight' }).click()
  await page.getByRole('button', { name: 'Save as template …' }).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).last().fill('My night')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  const own = page.getByRole('button', { name: 'My night', exact: true })
  await expect(own).toBeVisible()
  await page.getByRole('button', { name: 'First look' }).click()
  await expect(page.getByTestId('dataset')).toHaveValue('shapes-10')
  await own.click()
  await expect(page.getByTestId('dataset')).toHaveValue('cifar10')
  await page.getByRole('button', { name: 'Rename template My night' }).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).last().fill('Long night')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Long night', exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Remove template Long night' }).click()
  await expect(page.getByRole('button', { name: 'Keep' }), 'the harmless answer is the next').toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Remove template Long night' })).toBeFocused()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Long night', exact: true })).toHaveCount(0)
}
