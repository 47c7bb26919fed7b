import { expect, type Page, test } from '@playwright/test'
import { patience } from './support/lab.ts'
import { servedLab } from './support/served-lab.ts'
import { planned, pressEnabled, seriousFindings } from './support/story.ts'
import { unreadableText } from './support/text-boxes.ts'

test.describe('the first window of an empty workspace', () => {
  const served = servedLab()

  test('an empty workspace says what Skiplab is for, and Ctrl+Enter queues the first look with its data set', async ({ page }) => {
    await served.open(page)
    await expect(page.getByText(/^\s*Skiplab finds out whether depth helps/)).toBeVisible()
    await expect(page.getByText('5,000 train, 1,000 test; drawn in seconds when runs are queued')).toBeVisible()
    await planned(page)
    const client = await served.lab.engine()
    expect(await client.call('datasets.list', {}), 'a plan alone makes nothing').toEqual([])
    await client.call('queue.pause', {})
    await page.getByRole('textbox', { name: 'Seeds' }).press('Control+Enter')
    await expect(page).toHaveURL(/#\/live\?sweep=\d+/, { timeout: patience })
    const names = (await client.call('datasets.list', {})).map(({ name }) => name)
    expect(names).toEqual(['shapes-10'])
    expect((await client.call('queue.list', {})).length).toBe(4)
    await page.getByRole('link', { name: 'Design' }).click()
    await planned(page)
    await expect(page.getByText(/^\s*Skiplab finds out/), 'said once').toHaveCount(0)
    client.close()
  })
})

test.describe('a design', () => {
  const served = servedLab()
  test.beforeEach(async ({ page }) => {
    await served.open(page)
    await page.getByRole('button', { name: 'First look' }).click()
    await planned(page)
  })

  test('a design has no number on its button but that of what is typed', async ({ page }) => {
    const button = page.getByTestId('queue-sweep')
    await expect(button).toHaveText('Queue 4 runs')
    expect(await typed(page, 'input[aria-label=Seeds]', '3')).toEqual({ text: 'Planning …', disabled: true })
    await expect(button, 'the field was never left').toHaveText('Queue 12 runs')
    expect(await typed(page, 'input[aria-label="More depths"]', '14')).toEqual({ text: 'Planning …', disabled: true })
    await expect(button).toHaveText('Queue 18 runs')
    await expect(page.getByRole('columnheader', { name: '14 layers' })).toBeVisible()
    expect(await typed(page, 'input[aria-label=Seeds]', '0')).toMatchObject({ disabled: true })
    await expect(page.getByText(/^Expected how many seeds/).first()).toBeVisible()
    expect(await typed(page, 'input[aria-label=Seeds]', '5,')).toMatchObject({ disabled: true })
    await expect(button).toHaveText('Queue 6 runs')
    await expect(page.getByText('one run of each network, seed 5')).toBeVisible()
  })

  test('a design takes depths in layers or as n of 6n+2, and refuses what is not there with the nearest when the field is left', async ({
    page,
  }) => {
    const fields = page.getByRole('group', { name: 'Depths' })
    const depths = fields.getByRole('textbox', { name: 'More depths' })
    await expect(page.getByRole('group', { name: 'Architecture' })).toContainText('CIFAR nets (6n+2)')
    await depths.fill('n = 3, 5')
    await depths.press('Enter')
    await expect(fields.getByRole('button', { name: /^Remove depth/ })).toHaveCount(4)
    for (const depth of [8, 20, 32, 44]) await expect(page.getByRole('columnheader', { name: `${depth} layers` })).toBeVisible()
    await depths.fill('5')
    const problem = fields.getByText(/have no 5 layers: .* the nearest is 8\.$/)
    await expect(problem, 'may become 56').toHaveCount(0)
    await expect(page.getByTestId('queue-sweep')).toBeDisabled()
    await depths.press('Tab')
    await expect(problem).toBeVisible()
    await depths.fill('56')
    await expect(problem).toHaveCount(0)
    await expect(page.getByRole('columnheader', { name: '56 layers' })).toBeVisible()
  })

  test('a design shows the settings of its architecture, explains a refused one beside its field, and keeps them', async ({ page }) => {
    await page.getByRole('button', { name: 'ImageNet nets' }).click()
    await pressEnabled(page.getByRole('button', { name: 'Change settings' }), 'Enter')
    await page.getByRole('combobox', { name: 'Stem' }).selectOption('3x3')
    const blocks = page.getByRole('textbox', { name: 'Blocks', exact: true })
    await blocks.fill('1, 1')
    await expect(page.getByText('Expected 4 whole numbers from 1 to 200, separated by commas.')).toBeVisible()
    await expect(page.getByTestId('queue-sweep')).toBeDisabled()
    await blocks.fill('1, 1, 1, 1')
    await expect(page.getByRole('columnheader', { name: '10 layers' })).toBeVisible()
    await planned(page)
    await expect(page.getByRole('region', { name: /^Diagram of residual-14 B/ })).toBeVisible()
    expect(await page.evaluate<string[]>(unreadableText)).toEqual([])
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Figure 3', exact: true }).click()
    const figure = page.getByRole('dialog', { name: /^Figure 3: VGG-19/ }).getByRole('img')
    await expect(figure).toBeVisible({ timeout: patience })
    await expect(figure, 'three networks of 346 pixels').toHaveJSProperty('naturalWidth', 1038)
    expect(await seriousFindings(page)).toEqual([])
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save as PDF' }).click()
    expect((await saved).suggestedFilename()).toBe('figure-3.pdf')
    await page.keyboard.press('Escape')
    await expect(figure).toHaveCount(0)
    await page.reload()
    await expect(page.getByText('Blocks: 1, 1, 1, 1; Stem: 3x3')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Queue 4 runs' })).toBeEnabled()
  })

  test('a design that 0.2 kept, with depths as n, opens as it was', async ({ page }) => {
    await page.evaluate(`localStorage.removeItem('skiplab-draft-3')
      localStorage.setItem('skiplab-draft-2', JSON.stringify({
        name: 'of before', dataset: 'shapes-10', recipe: 'demo', set: {},
        families: ['plain', 'residual'], n: [2, 4], shortcuts: ['A'], widths: [[16, 32, 64]],
        seeds: 2, priority: 0, struck: ['plain A 16-32-64 4'] }))`)
    await page.reload()
    await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('of before')
    await expect(page.getByTestId('queue-sweep')).toHaveText('Queue 6 runs')
    await expect(page.getByRole('button', { name: 'plain, 26 layers: struck out' })).toHaveAttribute('aria-pressed', 'false')
    await expect(page.getByRole('button', { name: /^residual A, 14 layers: / })).toHaveAttribute('aria-pressed', 'true')
  })

  test('a design draws the learning rate of the epochs that are typed', async ({ page }) => {
    await page.getByRole('button', { name: 'Change hyperparameters' }).click()
    const epochs = page.getByRole('textbox', { name: 'Epochs', exact: true })
    expect(await typed(page, '#recipe-epochs', '50')).toEqual({ text: 'Planning …', disabled: true })
    await expect(page.getByText('15,600', { exact: true }), 'iterations of four runs, with the field not left').toBeVisible()
    const rate = page.getByRole('textbox', { name: 'Initial', exact: true })
    await rate.fill('')
    await rate.pressSequentially('0.025')
    await expect(rate, 'a dot that is typed stays').toHaveValue('0.025')
    await epochs.fill('5x')
    await expect(page.getByText('Expected a number.')).toBeVisible()
    await expect(page.getByTestId('queue-sweep')).toBeDisabled()
  })

  test('a design that would not fit into memory offers what would, and a click sets it', async ({ page }) => {
    await page.getByRole('textbox', { name: 'More depths' }).fill('110')
    await page.getByRole('textbox', { name: 'Other widths' }).fill('x8')
    await page.getByRole('button', { name: 'Change hyperparameters' }).click()
    await page.getByRole('textbox', { name: 'Batch size', exact: true }).fill('4096')
    const offer = page.getByTestId('too-large')
    await expect(offer).toContainText(/needs about [\d.]+ GB while it trains/, { timeout: patience })
    await offer.getByRole('button', { name: /^Micro-batch size \d+ \(/ }).click()
    await expect(page.getByRole('textbox', { name: 'Micro-batch size', exact: true })).toHaveValue(/^\d+$/)
    await planned(page)
    await expect(offer).toHaveCount(0)
    expect(await seriousFindings(page)).toEqual([])
  })

  test('a design counts many seeds in numbers and says that more depths lie beyond the edge', async ({ page }) => {
    await page.setViewportSize({ width: 1024, height: 700 })
    await page.getByRole('textbox', { name: 'Seeds' }).fill('250')
    await expect(page.getByRole('button', { name: /^plain, 8 layers: 250 runs/ })).toBeVisible({ timeout: patience })
    await page.getByRole('textbox', { name: 'More depths' }).fill('14, 20, 26, 32, 38, 50, 56, 62, 68')
    await page.getByRole('textbox', { name: 'More depths' }).press('Enter')
    await expect(page.getByText('11 depths')).toBeVisible()
    const more = page.getByRole('button', { name: /^\d+ more depths?$/ })
    await expect(more).toBeVisible()
    await expect(async () => {
      if (await more.isVisible()) await more.click({ timeout: 500 })
      await expect(page.getByRole('columnheader', { name: '68 layers' })).toBeInViewport({ ratio: 1, timeout: 200 })
      await expect(more).toHaveCount(0, { timeout: 200 })
    }).toPass()
    await expect(page.getByRole('rowheader', { name: 'residual A' }), 'names stay in sight').toBeInViewport({ ratio: 1 })
  })

  test('a design is queued with fewer than fifteen Tabs, and the first one offers to skip the views', async ({ page }) => {
    await page.reload()
    await planned(page)
    await page.keyboard.press('Tab')
    await expect(page.getByRole('link', { name: 'Skip to Design' })).toBeFocused()
    let tabs = 1
    for (; tabs < 30 && (await page.evaluate("document.activeElement.getAttribute('data-testid')")) !== 'queue-sweep'; tabs++)
      await page.keyboard.press('Tab')
    expect(tabs).toBeLessThan(15)
    await page.reload()
    await planned(page)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused()
  })

  for (const [width, height, percent] of [
    [1440, 900, 100],
    [1320, 860, 100],
    [1024, 700, 100],
    [1920, 1080, 100],
    [1440, 900, 200],
    [1024, 700, 200],
  ] as const) {
    test(`a design lies clear at ${width} × ${height} and ${percent} %: no text under or over other text`, async ({ page }) => {
      await page.setViewportSize({ width, height })
      const browser = await page.context().newCDPSession(page)
      await browser.send('Page.setFontSizes', { fontSizes: { standard: (16 * percent) / 100 } })
      await served.open(page)
      await page.getByRole('textbox', { name: 'More depths' }).fill('14')
      await page.getByRole('textbox', { name: 'More depths' }).press('Enter')
      const network = page.getByRole('combobox', { name: 'Network to draw' })
      for (const name of ['residual-44 A', 'residual-8 A', 'plain-8', 'residual-14 A']) {
        await network.selectOption(name)
        await expect(page.getByRole('region', { name: `Diagram of ${name}` })).toBeVisible()
        expect(await page.evaluate<string[]>(unreadableText), name).toEqual([])
      }
      if (percent === 100) {
        await page.getByRole('heading', { name: 'Networks' }).scrollIntoViewIfNeeded()
        await expect(page.getByRole('table', { name: /^Runs of this sweep/ }), 'the matrix is above the fold').toBeInViewport({ ratio: 1 })
      }
      expect(await seriousFindings(page)).toEqual([])
    })
  }
})

/** Types into a field without leaving it; the queue button right after, before any plan can have come. */
async function typed(page: Page, field: string, text: string): Promise<{ text: string; disabled: boolean }> {
  return page.evaluate(`(async () => {
    const field = document.querySelector(${JSON.stringify(field)})
    field.focus()
    field.value = ${JSON.stringify(text)}
    field.dispatchEvent(new Event('input', { bubbles: true }))
    await new Promise((done) => setTimeout(done))
    const button = document.querySelector('[data-testid=queue-sweep]')
    return { text: button.textContent.trim(), disabled: button.disabled }
  })()`)
}
