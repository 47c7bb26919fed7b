import { expect, type Page, test } from '@playwright/test'
import { patience } from './support/lab.ts'
import { servedLab } from './support/served-lab.ts'
import { seriousFindings } from './support/story.ts'
import { unreadableText } from './support/text-boxes.ts'

test.describe('comparisons of networks', () => {
  const served = servedLab()
  test.beforeAll(async () => {
    const client = await served.lab.engine()
    await client.call('datasets.add', { name: 'shapes-10', from: null })
    await client.call('sweeps.queue', {
      sweep: {
        name: 'Three seeds',
        dataset: 'shapes-10',
        recipe: 'demo',
        families: ['plain', 'residual'],
        n: [1],
        widths: [[4, 4, 8]],
        seeds: 3,
        question: { of: { family: 'residual', depth: 8 }, against: { family: 'plain', depth: 8 }, direction: 'lower' },
        set: { epochs: 1, batchSize: 256, statisticsSize: 0, validationSize: 500 },
      },
    })
    const finished = async (): Promise<number> => (await client.call('runs.list', { filter: { states: ['finished'] } })).total
    await expect.poll(finished, { timeout: 2 * patience }).toBe(6)
    client.close()
  })
  test.beforeEach(async ({ page }) => {
    await served.open(page)
  })

  const readable = async (page: Page): Promise<void> => {
    expect(await page.evaluate<string[]>(unreadableText)).toEqual([])
    expect(await seriousFindings(page)).toEqual([])
  }

  test('the verdict compares plain with residual over three pairs, as the engine does', async ({ page }) => {
    const client = await served.lab.engine()
    const [told] = await client.call('runs.effects', { runIds: [1, 2, 3, 4, 5, 6] })
    client.close()
    expect(told!.effects).toHaveLength(1)
    const { words } = told!.effects[0]!
    await page.goto(new URL('/#/runs?sweep=1&compare=verdict', served.url).href)
    const section = page.getByRole('region', { name: 'Comparisons' })
    await expect(section.getByRole('row', { name: /^plain to residual A, 8 layers/ })).toContainText(`3 pairs`)
    await expect(section.getByRole('row', { name: /^plain to residual A/ })).toContainText(words)
    await section.getByText('Training error').click()
    await expect(section.getByRole('row', { name: /^plain to residual A/ })).toBeVisible()
    await readable(page)
  })

  test('a question that was written down with the sweep is answered in the verdict', async ({ page }) => {
    await page.goto(new URL('/#/runs?sweep=1&compare=verdict', served.url).href)
    const question = page.getByRole('region', { name: 'Question of Three seeds' })
    await expect(question).toContainText('Is the test error of residual-8 A lower than that of plain-8, by 0.50 points or more?')
    await expect(question).toContainText(/(Yes\.|No: |Undecided: |beyond chance)/)
    await readable(page)
  })

  test('networks are told when they came to an error, and published numbers stand in a list', async ({ page }) => {
    await page.goto(new URL('/#/runs?sweep=1&compare=reach', served.url).href)
    const reach = page.getByRole('region', { name: 'Time to reach an error' })
    await reach.getByRole('spinbutton').fill('99')
    await reach.getByRole('spinbutton').press('Enter')
    await expect(reach.getByRole('row', { name: /^plain-8 3 of 3/ })).toBeVisible()
    await page.goto(new URL('/#/runs/published', served.url).href)
    await page.getByRole('searchbox', { name: 'Search published numbers' }).fill('ResNet-110 Table 6')
    await expect(page.getByRole('row', { name: /^ResNet-110 110 .* 6\.43/ })).toHaveCount(1)
    await readable(page)
  })

  test('one convolution learns zeros before its input, with kernels through the epochs', async ({ page }) => {
    await page.goto(new URL('/#/layers/identity', served.url).href)
    await expect(page.getByText(/before it learns to give its input in \d+ of \d+ seeds/)).toBeVisible()
    await page.getByRole('slider').fill('16')
    await expect(page.getByRole('img', { name: /^Kernel: / })).toHaveCount(2)
    await readable(page)
  })
})
