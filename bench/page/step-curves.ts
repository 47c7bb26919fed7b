import type { Page } from 'playwright-core'
import { framesDuring, openBrowser, pageMemory, quantile, ready } from './browser.ts'
import type { Figure } from './figures.ts'
import { fillLab } from './large-lab.ts'
import { serveLab } from './lab-server.ts'

const size = { runs: 20, epochs: 30, steps: 64_000, runsPerSweep: 20 }

export async function measureStepCurves(workspace: string): Promise<readonly Figure[]> {
  fillLab(workspace, size)
  const served = await serveLab(workspace)
  const open = await openBrowser()
  const { page } = open
  try {
    await page.goto(served.url)
    await ready(page)
    await page.evaluate("location.hash = '#/live?sweep=1'")
    await settled(page)
    const before = Date.now()
    await page.getByText('Batch loss').click()
    await settled(page)
    const loaded = Date.now() - before - settleMs
    const chart = page.locator('figure.chart canvas').first()
    const box = (await chart.boundingBox())!
    const at = (share: number): [number, number] => [box.x + box.width * share, box.y + box.height * 0.5]

    const zooming = await framesDuring(page, async () => {
      await page.mouse.move(...at(0.5))
      await page.keyboard.down('Control')
      for (let turn = 0; turn < 40; turn++) await page.mouse.wheel(0, turn < 25 ? -60 : 60)
      await page.keyboard.up('Control')
    })
    await settled(page)
    const panning = await framesDuring(page, async () => {
      await page.mouse.move(...at(0.8))
      await page.keyboard.down('Shift')
      await page.mouse.down()
      for (let move = 0; move < 60; move++) await page.mouse.move(...at(0.8 - 0.6 * Math.abs(Math.sin(move / 12))))
      await page.mouse.up()
      await page.keyboard.up('Shift')
    })
    await settled(page)
    const memory = await pageMemory(open)
    return [
      { what: '20 runs of 64,000 steps on screen after', value: loaded, unit: 'ms', bar: null },
      { what: 'zoom, median frame rate', value: 1000 / quantile(zooming, 0.5), unit: 'fps', bar: 30, atLeast: true },
      { what: 'zoom, slowest tenth of frames', value: 1000 / quantile(zooming, 0.9), unit: 'fps', bar: null },
      { what: 'pan, median frame rate', value: 1000 / quantile(panning, 0.5), unit: 'fps', bar: 30, atLeast: true },
      { what: 'pan, slowest tenth of frames', value: 1000 / quantile(panning, 0.9), unit: 'fps', bar: null },
      { what: 'memory of the page', value: memory.processMegabytes, unit: 'MB', bar: 400 },
    ]
  } finally {
    await open.browser.close()
    await served.end()
  }
}

const settleMs = 1_500

/** Waits until the charts have drawn the same for a while. */
export async function settled(page: Page): Promise<void> {
  let last = ''
  let since = Date.now()
  for (;;) {
    const drawn = await page.evaluate<string>(
      "[...document.querySelectorAll('figure.chart canvas')].map((one) => one.dataset.points).join()",
    )
    if (drawn !== last) [last, since] = [drawn, Date.now()]
    if (last !== '' && Date.now() - since >= settleMs) return
    await page.waitForTimeout(50)
  }
}
