import { readFileSync } from 'node:fs'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { dropFile, paletteFinds, sweepFilesAreDropped, templatesAreKept } from './support/desk.ts'
import { patience, ready } from './support/lab.ts'
import { servedLab } from './support/served-lab.ts'
import { planned, seriousFindings, view } from './support/story.ts'

test.describe('the desk in a browser', () => {
  const served = servedLab()
  test.beforeEach(async ({ page }) => {
    await served.open(page)
  })

  test('the palette finds views, settings and templates, and is clean for axe', async ({ page }) => {
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('option', { name: /^View/ }).first()).toBeVisible()
    expect(await seriousFindings(page)).toEqual([])
    await page.keyboard.press('Escape')
    await paletteFinds(page, 'theme dark', /Theme: dark/)
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
    await paletteFinds(page, 'figure 1', /^Template\s*Figure 1/)
    await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('Figure 1')
    await paletteFinds(page, 'sett', /^View\s*Settings/)
    await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  })

  test('the palette holds actions by the words for them, and no letters strewn over a text', async ({ page }) => {
    const options = page.getByRole('listbox', { name: 'Found' }).getByRole('option')
    await page.keyboard.press('Control+k')
    for (const [query, first] of [
      ['verdict', /^View\s*Runs/],
      ['import data', /^Action\s*Import a data set/],
      ['import w', /^Action\s*Import weights/],
      ['pause', /^Action\s*Pause the queue/],
      ['print', /^Action\s*Print this view/],
      ['export', /^Action\s*Export .+ …/],
    ] as const) {
      await page.getByRole('combobox', { name: /^Find a view/ }).fill(query)
      await expect(options.first(), query).toHaveText(first)
    }
    await page.keyboard.press('Enter')
    await expect(page.getByRole('dialog', { name: 'Export' }), 'the menu of what is shown').toBeVisible()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('dsgn')
    await expect(page.getByText('Nothing is called that.')).toBeVisible()
  })

  test('a sweep file that is dropped becomes the design; a wrong one says what is wrong', async ({ page }) => {
    await sweepFilesAreDropped(page)
  })

  test('what took a design’s place can be taken back; a design that is saved as a file comes back from it', async ({ page }) => {
    const seeds = page.getByRole('textbox', { name: 'Seeds' })
    const back = page.getByRole('button', { name: 'Back to what was here' })
    await page.getByRole('button', { name: 'First look' }).click()
    await seeds.fill('4, 7')
    await seeds.press('Tab')
    await page.getByRole('button', { name: 'Table 6', exact: true }).click()
    await page.getByRole('button', { name: 'Overnight' }).click()
    await expect(seeds).toHaveValue('1')
    await back.click()
    await expect(seeds, 'not the template in between').toHaveValue('4, 7')
    await expect(back).toHaveCount(0)

    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save as sweep file' }).click()
    const file = await download
    expect(file.suggestedFilename()).toBe('plain-residual-a-8-44-on-shapes-10.yaml')
    const text = readFileSync(await file.path(), 'utf8')
    await page.getByRole('button', { name: 'First look' }).click()
    await expect(seeds).toHaveValue('1')
    await dropFile(page, file.suggestedFilename(), text)
    await expect(seeds).toHaveValue('4, 7')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: 'Copy command' }).click()
    await expect(page.getByText('The command is on the clipboard.')).toBeVisible()
    expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(
      /^npx skiplab sweep run --name .* --dataset shapes-10 .* --seeds 4,7 --workspace /,
    )
  })

  test('designs are kept as templates, renamed and removed', async ({ page }) => {
    await templatesAreKept(page)
  })

  test('a net of 1202 layers is drawn at once, and seen as a whole', async ({ page }) => {
    await page.getByRole('button', { name: 'First look' }).click()
    await planned(page)
    await page.getByRole('textbox', { name: 'More depths' }).fill('n = 200')
    await page.getByRole('button', { name: 'Add depth' }).click()
    const network = page.getByRole('combobox', { name: 'Network to draw' })
    await expect(network.getByRole('option', { name: 'residual-1202 A' })).toBeAttached({ timeout: patience })
    await network.selectOption('residual-1202 A')
    const drawing = page.getByRole('img', { name: /1202 weighted layers, 600 shortcuts/ })
    await expect(drawing).toBeVisible({ timeout: patience })
    const wide = (await drawing.boundingBox())?.width ?? 0
    await page.getByRole('button', { name: 'See the whole network' }).click()
    await expect.poll(async () => (await drawing.boundingBox())?.width ?? Infinity).toBeLessThan(wide / 5)
    await page.getByRole('button', { name: 'Zoom in' }).click()
    expect((await drawing.boundingBox())?.width ?? 0).toBeLessThan(wide)

    await page.getByRole('button', { name: 'Export' }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'SVG', exact: true }).click()
    const svg = readFileSync(await (await download).path(), 'utf8')
    for (const words of ['plain-1202 and residual-1202 A', '197 more blocks', 'where dimensions grow']) expect(svg).toContain(words)
  })

  test('a sweep is designed and queued without a mouse', async ({ page }) => {
    await paletteFinds(page, 'first look', /^Template\s*First look/)
    const button = page.getByTestId('queue-sweep').and(page.locator(':enabled'))
    await expect(button).toBeVisible({ timeout: patience })
    await tabTo(page, page.getByRole('button', { name: 'Remove depth 44' }))
    await page.keyboard.press('Enter')
    await tabTo(page, page.getByRole('textbox', { name: 'More depths' }))
    await page.keyboard.type('14')
    await page.keyboard.press('Enter')
    const cell = page.getByRole('button', { name: /^plain, 14 layers: / })
    await expect(cell).toHaveAttribute('aria-pressed', 'true')
    await tabTo(page, cell)
    await page.keyboard.press('Space')
    await expect(cell).toHaveAttribute('aria-pressed', 'false')
    await expect(button).toHaveText('Queue 3 runs', { timeout: patience })
    await tabTo(page, button)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/#\/live\?sweep=\d+/)
    const client = await served.lab.engine()
    await client.call('queue.cancel', { selection: { all: true } })
    client.close()
  })

  test('what runs may use of the machine is kept, and the doctor says how it is', async ({ page }) => {
    await view(page, 'Settings')
    const cores = page.getByRole('textbox', { name: 'Cores' })
    await cores.fill('0')
    await cores.press('Tab')
    await expect(page.getByText(/Expected a whole number from 1 to \d+, or nothing/)).toBeVisible()
    await expect(cores, 'what cannot be stays, to be mended').toHaveValue('0')
    await cores.fill('one')
    await cores.press('Tab')
    await expect(cores).toHaveValue('one')
    await cores.fill('1')
    await cores.press('Tab')
    const client = await served.lab.engine()
    await expect.poll(async () => (await client.call('engine.settings', {})).settings.threads).toBe(1)
    client.close()
    await page.reload()
    await ready(page)
    await expect(cores).toHaveValue('1')
    await page.getByRole('button', { name: 'Check this machine' }).click()
    await expect(page.getByText(/images\/s training ResNet-20/)).toBeVisible({ timeout: patience })
    expect(await seriousFindings(page)).toEqual([])
  })
})

/** Goes there with the Tab key alone, from wherever the focus is. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(async () => {
    await page.keyboard.press('Tab')
    await expect(target).toBeFocused({ timeout: 20 })
  }).toPass({ intervals: [0], timeout: 30_000 })
}
