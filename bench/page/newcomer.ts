import { openBrowser, ready } from './browser.ts'
import type { Figure } from './figures.ts'
import { serveLab } from './lab-server.ts'
import { measureOwnGradients, saveOwnFigure, takeTour } from './novice.ts'

const mostMs = 30 * 60_000

/** A new workspace: from the first window through the tour to the figure of its four networks, trained to their end, and to its cause. */
export async function measureNewcomer(workspace: string): Promise<readonly Figure[]> {
  const served = await serveLab(workspace)
  const { page, browser } = await openBrowser()
  try {
    await page.goto(served.url)
    await ready(page)
    const from = performance.now()
    const seconds = (): number => (performance.now() - from) / 1000
    await takeTour(page)
    await page.getByText('4 of 4 finished').first().waitFor({ timeout: mostMs })
    await saveOwnFigure(page)
    const figure = seconds()
    await measureOwnGradients(page, mostMs)
    return [
      { what: 'from the first window through the tour to a figure of trained networks', value: figure, unit: 's', bar: 300 },
      { what: 'from the first window to the end of the tour', value: seconds(), unit: 's', bar: 600 },
    ]
  } finally {
    await browser.close()
    await served.end()
  }
}
