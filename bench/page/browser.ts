import { readFileSync } from 'node:fs'
import { type Browser, chromium, type CDPSession, type Page } from 'playwright-core'

export interface OpenPage {
  readonly page: Page
  readonly browser: Browser
  readonly cdp: CDPSession
}

/** A real Chromium without a graphics card, at the size of a laptop's window. */
export async function openBrowser(): Promise<OpenPage> {
  const browser = await chromium.launch({
    executablePath: process.env.SKIPLAB_TEST_CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--enable-precise-memory-info'],
  })
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })).newPage()
  return { page, browser, cdp: await page.context().newCDPSession(page) }
}

export async function ready(page: Page): Promise<void> {
  await page.locator('[data-testid=view]:not([inert])').waitFor({ timeout: 60_000 })
}

/** Opens the page anew and goes to its list of runs. @returns milliseconds until the first rows are there */
export async function openRuns(page: Page, url: string): Promise<number> {
  await page.goto('about:blank')
  const from = performance.now()
  await page.goto(url)
  await ready(page)
  await page.evaluate("location.hash = '#/runs'")
  await page.getByRole('region', { name: 'Runs', exact: true }).getByRole('row').nth(2).waitFor({ timeout: 60_000 })
  return performance.now() - from
}

/** Megabytes that the page's process alone keeps in memory, garbage collected first, and its JavaScript heap. */
export async function pageMemory({ browser, cdp }: OpenPage): Promise<{ processMegabytes: number; heapMegabytes: number }> {
  await cdp.send('HeapProfiler.collectGarbage')
  const { usedSize } = await cdp.send('Runtime.getHeapUsage')
  const { processInfo } = await (await browser.newBrowserCDPSession()).send('SystemInfo.getProcessInfo')
  const sizes = processInfo.filter((one) => one.type === 'renderer').map((one) => proportionalMegabytes(one.id))
  return { processMegabytes: Math.max(0, ...sizes), heapMegabytes: usedSize / 1e6 }
}

/** Proportional set size: shared libraries count by their share. */
function proportionalMegabytes(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]
  return Number(kilobytes ?? NaN) / 1000
}

/** Looks at each frame until a condition of the page holds. @returns the page's clock then, Unix ms; rejects when it takes too long */
export function untilDrawn(page: Page, condition: string, timeoutMs = 30_000): Promise<number> {
  return page.evaluate<number>(`new Promise((done, fail) => {
    const started = Date.now()
    const look = () => {
      if (${condition}) done(Date.now())
      else if (Date.now() - started > ${timeoutMs}) fail(new Error('not drawn in time'))
      else requestAnimationFrame(look)
    }
    look()
  })`)
}

/** Milliseconds between the frames of the page while something is done to it. */
export async function framesDuring(page: Page, gesture: () => Promise<void>): Promise<number[]> {
  await page.evaluate(`window.benchFrames = []; window.benchRunning = true;
    requestAnimationFrame(function next(at) {
      if (!window.benchRunning) return
      window.benchFrames.push(at)
      requestAnimationFrame(next)
    })`)
  await gesture()
  const times = await page.evaluate<number[]>('window.benchRunning = false, window.benchFrames')
  return times.slice(1).map((at, index) => at - times[index]!)
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
}
