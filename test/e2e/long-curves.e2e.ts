import { expect, test } from '@playwright/test'
import { fillLab } from '../../bench/page/large-lab.ts'
import { servedLab } from './support/served-lab.ts'

test.describe('curves of many logged steps', () => {
  const served = servedLab({
    beforeServing: ({ workspace }) => fillLab(workspace, { runs: 1, epochs: 10, steps: 20_000, runsPerSweep: 1 }),
  })

  test('curves of many logged steps say how many of how many points are drawn, and zooming reaches every logged step', async ({ page }) => {
    await served.open(page)
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Live' }).click()
    await page.getByText('Batch loss').click()
    const panel = page.getByRole('region', { name: 'plain' })
    await expect(panel).toContainText(/(1,9\d\d|2,00\d) of 20,000 points, extremes kept/)
    const chart = panel.getByRole('group', { name: /^batch loss/ })
    await chart.focus()
    for (let press = 0; press < 5; press++) await chart.press('+')
    await expect(panel).toContainText(/all 6\d\d points in sight/)
    await chart.press('0')
    await expect(panel).toContainText('of 20,000 points, extremes kept')
  })
})
