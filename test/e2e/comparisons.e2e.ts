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

  test('one convolution learns zeros before its input, with kernels through the epochs', async ({ page }) => {
    await page.goto(new URL('/#/layers/identity', served.url).href)
    await expect(page.getByText(/before it learns to give its input in \d+ of \d+ seeds/)).toBeVisible()
    await page.getByRole('slider').fill('16')
    await expect(page.getByRole('img', { name: /^Kernel: / })).toHaveCount(2)
    await readable(page)
  })
})
