import { readFileSync } from 'node:fs'
import { expect, type Page, test } from '@playwright/test'
import { measureOwnGradients, saveOwnFigure, takeTour } from '../../bench/page/novice.ts'
import { paletteFinds } from './support/desk.ts'
import { patience } from './support/lab.ts'
import { servedLab } from './support/served-lab.ts'
import { seriousFindings } from './support/story.ts'
import { unreadableText } from './support/text-boxes.ts'

/** Enough for a busy machine; how long all four networks take is measured by `npm run bench:page -- newcomer`. */
const trainingMs = 10 * 60_000

const titles = ['What is asked', 'Design', 'Watch', 'Your figure', 'Why shortcuts help'] as const
const windows = [
  { width: 1024, height: 700 },
  { width: 1440, height: 900 },
] as const

/** What is seen can be read in a small and a large window, also by a screen reader. */
async function readable(page: Page): Promise<void> {
  for (const size of windows) {
    await page.setViewportSize(size)
    await expect.poll(() => page.evaluate<string[]>(unreadableText), { message: `${size.width} x ${size.height}` }).toEqual([])
  }
  expect(await seriousFindings(page)).toEqual([])
}

test.describe('the tour', () => {
  const served = servedLab()
  const offer = (page: Page) => page.getByLabel('Tour', { exact: true })
  const step = (page: Page, title: string) => page.getByRole('heading', { level: 2, name: title })

  test('a tour that is put away stays away, and is found in the palette and by its link', async ({ page }) => {
    await served.open(page)
    await offer(page).getByRole('button', { name: 'Not now' }).click()
    await expect(offer(page)).toHaveCount(0)
    await page.reload()
    await expect(page.getByTestId('queue-sweep')).toBeVisible({ timeout: patience })
    await expect(offer(page)).toHaveCount(0)
    await paletteFinds(page, 'tour', /^ActionTour/)
    await expect(step(page, 'What is asked')).toBeVisible()
    await page.goto(new URL('/#/tour/4', served.url).href)
    await expect(page.getByRole('heading', { name: 'The networks of the tour are not queued yet' })).toBeVisible()
    await page.getByRole('link', { name: 'Back to step 2' }).click()
    await expect(step(page, 'Design'), 'readers begin there').toBeFocused()
  })

  test('a novice gets from the first window through the tour to a figure and gradients of trained networks', async ({ page }) => {
    test.setTimeout(2 * trainingMs)
    await served.open(page)
    const from = performance.now()
    await takeTour(page)
    // While they train.
    for (const title of titles) {
      await page.getByRole('navigation', { name: 'Steps of the tour' }).getByRole('link', { name: title }).click()
      await expect(step(page, title)).toBeVisible()
      await readable(page)
    }
    await page.getByRole('link', { name: 'Leave the tour' }).click()
    await page.reload()
    await expect(offer(page)).toContainText('Tour, step 5 of 5')
    await page.goto(new URL('/#/settings', served.url).href)
    await page.getByRole('link', { name: 'Take the tour' }).click()
    await expect(step(page, 'Why shortcuts help'), 'it goes on where it was left').toBeVisible()
    await page.getByRole('navigation', { name: 'Steps of the tour' }).getByRole('link', { name: 'Watch' }).click()
    // The shallow nets, which are trained first; the deep ones' curves are drawn as far as they are.
    await expect(page.getByText(/^[2-4] of 4 finished/)).toBeVisible({ timeout: trainingMs })

    const pdf = readFileSync(await saveOwnFigure(page)).toString('latin1')
    const took = `${Math.round((performance.now() - from) / 1000)} s to the figure`
    expect(pdf).toMatch(/^%PDF-1\.\d[\s\S]*%%EOF\s*$/)
    test.info().annotations.push({ type: 'measured', description: took })
    console.log(took)

    // Tests have no time for the rest of the deep nets.
    const engine = await served.lab.engine()
    await engine.call('queue.cancel', { selection: { all: true } })
    engine.close()
    await measureOwnGradients(page, 2 * patience)
    await readable(page)
    await page.getByRole('button', { name: 'Finish the tour' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Design' })).toBeVisible()
    await expect(offer(page)).toHaveCount(0)
  })
})
