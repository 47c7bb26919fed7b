import { openBrowser, quantile, ready, untilDrawn } from './browser.ts'
import type { Figure } from './figures.ts'
import { serveLab, skiplab } from './lab-server.ts'

const epochs = 40
/** Epochs that the page stays open, then closed, in turns. */
const turn = 4
/** After it was opened or closed: its start is not what it costs while it is looked at. */
const settleMs = 2_000

/** One real run on shapes-10; the page is open in every other turn of its epochs, so that slow drifts of the machine fall on both sides. */
export async function measureLive(workspace: string): Promise<readonly Figure[]> {
  skiplab(workspace, 'data', 'add', 'shapes-10')
  const served = await serveLab(workspace)
  const engine = await served.engine()
  let open: Awaited<ReturnType<typeof openBrowser>> | null = null
  const latencies: number[] = []
  const speeds = { open: [] as number[], closed: [] as number[] }
  const finished = new Promise<void>((done) => engine.on('run.changed', (run) => run.state === 'finished' && done()))
  try {
    let pageWasOpen = false
    /** When the page last came or went; null while it does. */
    let settledAt: number | null = Date.now()
    let turning = Promise.resolve()
    engine.on('run.epoch', ({ epoch: { epoch, imagesPerSecond, elapsedMs, finishedAt } }) => {
      const changes = epoch % turn === 0
      // An epoch in which the page came or went, and the first with its start, tells nothing.
      if (epoch > 1 && settledAt !== null && finishedAt - elapsedMs > settledAt + settleMs)
        (pageWasOpen ? speeds.open : speeds.closed).push(imagesPerSecond)
      const page = open?.page
      if (page && !changes)
        void untilDrawn(page, `window.benchDrawnAt[${epoch}]`, 10_000).then(
          async () => latencies.push((await page.evaluate<number>(`window.benchDrawnAt[${epoch}]`)) - finishedAt),
          () => latencies.push(10_000),
        )
      if (!changes) return
      pageWasOpen = !pageWasOpen
      settledAt = null
      turning = turning.then(async () => {
        if (open) {
          const { browser } = open
          open = null
          await browser.close()
        } else if (pageWasOpen) {
          const opened = await openBrowser()
          await opened.page.goto(served.url)
          await ready(opened.page)
          await opened.page.evaluate("location.hash = '#/live'")
          await opened.page.evaluate(watchDrawing)
          open = opened
        }
        settledAt = Date.now()
      })
    })
    await engine.call('sweeps.queue', {
      sweep: {
        name: 'live',
        dataset: 'shapes-10',
        recipe: 'demo',
        families: ['residual'],
        n: [3],
        seeds: 1,
        set: { epochs, chanceEpochs: 0 },
      },
    })
    await finished
    await turning
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
    return [
      {
        what: `from the worker's report to the screen, slowest of ${latencies.length}`,
        value: quantile(latencies, 1),
        unit: 'ms',
        bar: 500,
      },
      {
        what: `throughput that the open page costs (${speeds.open.length} epochs open, ${speeds.closed.length} closed)`,
        value: 100 * (1 - mean(speeds.open) / mean(speeds.closed)),
        unit: '%',
        bar: 3,
      },
    ]
  } finally {
    engine.close()
    await (open as Awaited<ReturnType<typeof openBrowser>> | null)?.browser.close()
    await served.end()
  }
}

/** Notes for each epoch when a chart had drawn as many points of the test error; by events, since a loop over frames would cost what is measured here. */
const watchDrawing = `window.benchDrawn = 0; window.benchDrawnAt = {};
function look() {
  // Train and test error: two points an epoch.
  const drawn = Number(document.querySelector('figure.chart canvas')?.dataset.points ?? 0) / 2
  for (let epoch = window.benchDrawn + 1; epoch <= drawn; epoch++) window.benchDrawnAt[epoch] = Date.now()
  window.benchDrawn = Math.max(window.benchDrawn, drawn)
}
new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-points'] })
look()`
