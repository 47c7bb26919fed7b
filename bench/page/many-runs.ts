import { openBrowser, openRuns, pageMemory, quantile, untilDrawn } from './browser.ts'
import type { Figure } from './figures.ts'
import { fillLab } from './large-lab.ts'
import { serveLab } from './lab-server.ts'
import { settled } from './step-curves.ts'

const size = { runs: 10_000, epochs: 200, steps: 0, runsPerSweep: 20 }

/** 10,000 runs x 200 epochs x 6 metrics: opens, filters, draws twenty of them. */
export async function measureManyRuns(workspace: string): Promise<readonly Figure[]> {
  fillLab(workspace, size)
  const served = await serveLab(workspace)
  const engine = await served.engine()
  const open = await openBrowser()
  const { page } = open
  try {
    const opened = await openRuns(page, served.url)

    const filters: number[] = []
    for (let n = 0; n < 40; n++) {
      const from = performance.now()
      await engine.call('runs.list', { filter: { search: `sweep ${1 + n * 7}`, families: [n % 2 ? 'plain' : 'residual'] }, limit: 100 })
      filters.push(performance.now() - from)
    }
    const charts: number[] = []
    for (let sweep = 1; sweep <= 10; sweep++) {
      const from = performance.now()
      await Promise.all(Array.from({ length: 20 }, (_, index) => engine.call('runs.epochs', { runId: (sweep * 37 - 1) * 20 + index + 1 })))
      charts.push(performance.now() - from)
    }
    // Two seeds of ten networks: their means, training and test.
    const points = 10 * 2 * size.epochs
    const drawing = Date.now()
    await page.evaluate("location.hash = '#/live?sweep=77'")
    const drawn =
      (await untilDrawn(
        page,
        `[...document.querySelectorAll('figure.chart canvas')].reduce((sum, one) => sum + Number(one.dataset.points ?? 0), 0) >= ${points}`,
      )) - drawing
    await settled(page)
    return [
      { what: '10,000 runs: opened after', value: opened, unit: 'ms', bar: 3_000 },
      { what: '10,000 runs: filter in the engine, p95', value: quantile(filters, 0.95), unit: 'ms', bar: 150 },
      { what: '10,000 runs: epochs of 20 runs from the engine, slowest of 10', value: quantile(charts, 1), unit: 'ms', bar: 500 },
      { what: '10,000 runs: a 20-run chart on screen after', value: drawn, unit: 'ms', bar: 500 },
      { what: '10,000 runs: memory of the page', value: (await pageMemory(open)).processMegabytes, unit: 'MB', bar: 600 },
    ]
  } finally {
    engine.close()
    await open.browser.close()
    await served.end()
  }
}
