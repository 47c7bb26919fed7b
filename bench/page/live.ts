import { openBrowser, quantile, ready, untilDrawn } from './browser.ts'
import type { Figure } from './figures.ts'
import { serveLab, skiplab } from './lab-server.ts'

const epochs = 40
/** Epochs that the page stays open, then closed, in turns. */
const turn = 4
/** After it was opened or closed: its start is not what it costs while it is looked at. */
const settleMs = 2_000
/** An epoch that is not drawn by then counts as drawn so late. */
const mostMs = 10_000

type Opened = Awaited<ReturnType<typeof openBrowser>>

/** A page that comes and goes, so that epochs with and without it can be compared. */
class ComingPage {
  #open: Opened | null = null
  #wanted = false
  /** When the page last came or went; null while it does. */
  #settledAt: number | null = Date.now()
  #turning = Promise.resolve()

  /** The page, while it is there. */
  get page(): Opened['page'] | null {
    return this.#open?.page ?? null
  }

  /** Whether the page should be there, or is on its way. */
  get wanted(): boolean {
    return this.#wanted
  }

  /** Whether the page has neither come nor gone since a time, nor shortly before it. */
  settledSince(time: number): boolean {
    return this.#settledAt !== null && time > this.#settledAt + settleMs
  }

  /** Opens or closes the page, after all turns before this one. */
  turn(url: string): void {
    this.#wanted = !this.#wanted
    this.#settledAt = null
    this.#turning = this.#turning.then(async () => {
      if (this.#open) await this.close()
      else if (this.#wanted) this.#open = await openLive(url)
      this.#settledAt = Date.now()
    })
  }

  async settled(): Promise<void> {
    await this.#turning
  }

  async close(): Promise<void> {
    const open = this.#open
    this.#open = null
    await open?.browser.close()
  }
}

async function openLive(url: string): Promise<Opened> {
  const opened = await openBrowser()
  await opened.page.goto(url)
  await ready(opened.page)
  await opened.page.evaluate("location.hash = '#/live'")
  await opened.page.evaluate(watchDrawing)
  return opened
}

/**
 * One real run on shapes-10; the page is open in every other turn of its epochs, so that slow drifts of the machine fall on both sides.
 */
export async function measureLive(workspace: string): Promise<readonly Figure[]> {
  skiplab(workspace, 'data', 'add', 'shapes-10')
  const served = await serveLab(workspace)
  const engine = await served.engine()
  const coming = new ComingPage()
  const latencies: number[] = []
  const speeds = { open: [] as number[], closed: [] as number[] }
  const finished = new Promise<void>((done) => engine.on('run.changed', (run) => run.state === 'finished' && done()))
  try {
    engine.on('run.epoch', ({ epoch: { epoch, imagesPerSecond, elapsedMs, finishedAt } }) => {
      const changes = epoch % turn === 0
      // An epoch in which the page came or went, and the first with its start, tells nothing.
      if (epoch > 1 && coming.settledSince(finishedAt - elapsedMs)) (coming.wanted ? speeds.open : speeds.closed).push(imagesPerSecond)
      if (changes) coming.turn(served.url)
      else if (coming.page)
        void untilEpochDrawn(coming.page, epoch).then(
          (drawnAt) => latencies.push(drawnAt - finishedAt),
          () => latencies.push(mostMs),
        )
    })
    await engine.call('sweeps.queue', { sweep: liveSweep })
    await finished
    await coming.settled()
    return figures(latencies, speeds)
  } finally {
    engine.close()
    await coming.close()
    await served.end()
  }
}

const liveSweep = {
  name: 'live',
  dataset: 'shapes-10',
  recipe: 'demo',
  families: ['residual' as const],
  n: [3],
  seeds: 1,
  set: { epochs, chanceEpochs: 0 },
}

/** When an epoch's points stood on the page. */
async function untilEpochDrawn(page: Opened['page'], epoch: number): Promise<number> {
  await untilDrawn(page, `window.benchDrawnAt[${epoch}]`, mostMs)
  return page.evaluate<number>(`window.benchDrawnAt[${epoch}]`)
}

function figures(
  latencies: readonly number[],
  { open, closed }: Readonly<Record<'open' | 'closed', readonly number[]>>,
): readonly Figure[] {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  return [
    {
      what: `from the worker's report to the screen, slowest of ${latencies.length}`,
      value: quantile(latencies, 1),
      unit: 'ms',
      bar: 500,
    },
    {
      what: `throughput that the open page costs (${open.length} epochs open, ${closed.length} closed)`,
      value: 100 * (1 - mean(open) / mean(closed)),
      unit: '%',
      bar: 3,
    },
  ]
}

/**
 * Notes for each epoch when a chart had drawn as many points of the test error; by events, since a loop over frames would cost what
 * is measured here.
 */
const watchDrawing = `window.benchDrawn = 0; window.benchDrawnAt = {};
function look() {
  // Train and test error: two points an epoch.
  const drawn = Number(document.querySelector('figure.chart canvas')?.dataset.points ?? 0) / 2
  for (let epoch = window.benchDrawn + 1; epoch <= drawn; epoch++) window.benchDrawnAt[epoch] = Date.now()
  window.benchDrawn = Math.max(window.benchDrawn, drawn)
}
new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-points'] })
look()`
