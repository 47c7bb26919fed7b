import type { CDPSession, Page } from 'playwright-core'
import { openBrowser, openRuns, quantile } from './browser.ts'
import type { Figure } from './figures.ts'
import { fillLab } from './large-lab.ts'
import { serveLab } from './lab-server.ts'

const rounds = 8
const openings = 5
const search = (text: string): string =>
  `(() => { const field = document.querySelector('input[type=search]'); field.value = ${JSON.stringify(text)}; ` +
  "field.dispatchEvent(new Event('input', { bubbles: true })) })()"
const sort = (column: string): string =>
  `[...document.querySelectorAll('th button')].find((one) => one.textContent.trim() === ${JSON.stringify(column)}).click()`
const address = (query: string): string => `location.hash = '#/runs${query}'`
const group =
  "[...document.querySelectorAll('label')].find((one) => one.textContent.includes('Group seeds')).querySelector('input').click()"

/** What a person does to the list, in this order, ending where it began. */
const gestures: readonly (readonly [kind: string, gesture: string])[] = [
  ['filter', search('residual-56')],
  ['filter', search('')],
  ['filter', address('?family=plain&depth=20')],
  ['filter', address('')],
  ['sort', sort('Test error, %')],
  ['sort', sort('Network')],
  ['sort', sort('No.')],
  ['group', group],
  ['sort', sort('Test error, %')],
  ['sort', sort('No.')],
  ['group', group],
]

/** 10,000 runs in the list: how long until they, a filter, an order or groups are on screen. */
export async function measureRunTable(workspace: string): Promise<readonly Figure[]> {
  fillLab(workspace, { runs: 10_000, epochs: 1, steps: 0, runsPerSweep: 20 })
  const served = await serveLab(workspace)
  const { page, browser, cdp } = await openBrowser()
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  try {
    const opened: number[] = []
    for (let n = 0; n < openings; n++) opened.push(await openRuns(page, served.url))
    const times = new Map<string, { painted: number; own: number }[]>()
    for (let round = 0; round < rounds; round++) {
      for (const [kind, gesture] of gestures) {
        const before = await ownTime(cdp)
        const painted = await untilPainted(page, gesture)
        times.set(kind, [...(times.get(kind) ?? []), { painted, own: (await ownTime(cdp)) - before }])
      }
    }
    const gestured = [...times].flatMap(([kind, all]): Figure[] => {
      const painted = all.map((one) => one.painted)
      return [
        { what: `10,000 runs: ${kind}, median of ${all.length}`, value: quantile(painted, 0.5), unit: 'ms', bar: 150 },
        { what: `10,000 runs: ${kind}, p95`, value: quantile(painted, 0.95), unit: 'ms', bar: 150 },
        // What it costs the processor, whatever else keeps the machine busy.
        {
          what: `10,000 runs: ${kind}, time of the page’s thread, p95`,
          value: quantile(
            all.map((one) => one.own),
            0.95,
          ),
          unit: 'ms',
          bar: null,
        },
      ]
    })
    return [{ what: `10,000 runs: opened, median of ${openings}`, value: quantile(opened, 0.5), unit: 'ms', bar: 1_500 }, ...gestured]
  } finally {
    await browser.close()
    await served.end()
  }
}

/** Milliseconds that the page's main thread has computed so far. */
async function ownTime(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return 1000 * (metrics.find((one) => one.name === 'TaskDuration')?.value ?? NaN)
}

/** Milliseconds from the gesture to the end of the frame that shows what it did. */
function untilPainted(page: Page, gesture: string): Promise<number> {
  return page.evaluate<number>(`new Promise((done) => {
    const from = performance.now();
    ${gesture};
    setTimeout(() => requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => done(performance.now() - from)
      port2.postMessage(0)
    }))
  })`)
}
