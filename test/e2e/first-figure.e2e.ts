import { readFileSync } from 'node:fs'
import { expect, type Locator, test } from '@playwright/test'
import { patience } from './support/lab.ts'
import { servedLab } from './support/served-lab.ts'

const mostClicks = 4
/** Enough for a busy machine; how long all four networks take is measured by `npm run bench:page -- newcomer`. */
const trainingMs = 10 * 60_000

test.describe('a newcomer', () => {
  const served = servedLab()

  test(`a newcomer has a figure of trained networks within ${mostClicks} clicks of the first window`, async ({ page }) => {
    test.setTimeout(2 * trainingMs)
    const clicks: string[] = []
    const click = async (what: Locator): Promise<void> => {
      clicks.push(((await what.textContent()) ?? '').trim())
      await what.click()
    }
    await served.open(page)
    const from = performance.now()
    const queue = page.getByTestId('queue-sweep').and(page.locator(':enabled'))
    const add = page.getByRole('button', { name: 'Add Shapes-10 to this workspace' })
    await expect(queue.or(add).first()).toBeVisible({ timeout: patience })
    if (await add.isVisible()) await click(add)
    await expect(queue).toBeVisible({ timeout: patience })
    await click(queue)
    await expect(page).toHaveURL(/#\/live\?sweep=\d+/)
    // The shallow nets, which are trained first; the deep ones' curves are drawn as far as they are.
    const finished = page.getByRole('complementary', { name: 'Runs shown' }).getByRole('listitem').filter({ hasText: 'finished' })
    await expect(finished.nth(1)).toBeAttached({ timeout: trainingMs })

    await click(page.getByRole('region', { name: 'Curves' }).getByRole('button', { name: 'Export' }))
    const download = page.waitForEvent('download')
    await click(page.getByRole('dialog', { name: 'Export' }).getByRole('button', { name: 'PDF', exact: true }))
    const pdf = readFileSync(await (await download).path()).toString('latin1')
    const took = performance.now() - from
    expect(pdf).toMatch(/^%PDF-1\.\d[\s\S]*%%EOF\s*$/)
    test
      .info()
      .annotations.push({ type: 'measured', description: `${clicks.length} clicks (${clicks.join(', ')}), ${Math.round(took / 1000)} s` })
    console.log(`${clicks.length} clicks (${clicks.join(', ')}), ${Math.round(took / 1000)} s`)
    expect(clicks.length, clicks.join(', ')).toBeLessThanOrEqual(mostClicks)
  })
})
