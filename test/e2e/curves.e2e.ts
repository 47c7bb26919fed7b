import { expect, type Locator, type Page, test } from '@playwright/test'
import sharp from 'sharp'
import { depthColor } from '../../src/common/analysis/depth-ramp.ts'
import type { SweepInput } from '../../src/common/sweep/sweep.ts'
import { pointInto } from './support/charts.ts'
import { type Lab, patience, ready } from './support/lab.ts'
import { servedLab } from './support/served-lab.ts'

const small = { dataset: 'shapes-10', recipe: 'demo', widths: [[4, 4, 8]] } satisfies Partial<SweepInput>
/** Four panels, and two seeds whose mean has a band; one epoch is one point. */
const fourPanels: SweepInput = {
  ...small,
  name: 'Four panels',
  families: ['plain', 'residual'],
  n: [1],
  shortcuts: ['A', 'B', 'C'],
  seeds: 2,
  set: { epochs: 2, statisticsSize: 64 },
}
/** A step at this rate takes the loss beyond its bound. */
const diverging: SweepInput = {
  ...small,
  name: 'Diverging',
  families: ['plain'],
  n: [1],
  seeds: 1,
  set: { epochs: 2, learningRate: 100, maximumLoss: 20, stepLogInterval: 1, statisticsSize: 0 },
}

/** Its one point lies on the plot's right edge. */
const oneEpoch: SweepInput = { ...small, name: 'One epoch', families: ['plain'], n: [1], seeds: [7], set: { epochs: 1, statisticsSize: 0 } }
/** Slow enough to be watched. */
const watched: SweepInput = {
  ...small,
  name: 'Watched',
  families: ['residual'],
  n: [5],
  widths: [[16, 32, 64]],
  seeds: 1,
  set: { epochs: 2, statisticsSize: 0 },
}

async function train(lab: Lab): Promise<{ sweepIds: number[]; diverged: number; first: number; oneEpoch: number }> {
  const client = await lab.engine()
  await client.call('datasets.add', { name: 'shapes-10', from: null })
  const first = await client.call('sweeps.queue', { sweep: diverging })
  const second = await client.call('sweeps.queue', { sweep: fourPanels })
  const third = await client.call('sweeps.queue', { sweep: oneEpoch })
  const over = async (): Promise<boolean> =>
    (await Promise.all([...first.runIds, ...second.runIds, ...third.runIds].map((runId) => client.call('runs.get', { runId })))).every(
      (run) => run.state === 'finished' || run.state === 'diverged',
    )
  await expect.poll(over, { timeout: 6 * patience, intervals: [1000] }).toBe(true)
  client.close()
  return { sweepIds: [first.sweepId, second.sweepId], diverged: first.runIds[0]!, first: second.runIds[0]!, oneEpoch: third.runIds[0]! }
}

async function box(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const found = await locator.boundingBox()
  if (!found) throw new Error('There is nothing to be seen of it.')
  return found
}

const charts = (page: Page): Locator => page.getByRole('group', { name: /^error, % against epoch/ })

test.describe('curves', () => {
  const served = servedLab()
  let trained: Awaited<ReturnType<typeof train>>
  test.beforeAll(async () => {
    test.setTimeout(600_000)
    trained = await train(served.lab)
  })
  async function openAt(page: Page, hash: string): Promise<void> {
    await served.open(page)
    await page.evaluate(`location.hash = ${JSON.stringify(hash)}`)
    await ready(page)
  }

  test('curves of four panels stand two above two, and share a crosshair that stands on an epoch', async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 900 })
    await openAt(page, `/live?sweep=${trained.sweepIds[1]}`)
    await expect(charts(page)).toHaveCount(4)
    const boxes = await Promise.all((await charts(page).all()).map(box))
    expect([new Set(boxes.map(({ x }) => Math.round(x))).size, new Set(boxes.map(({ y }) => Math.round(y))).size]).toEqual([2, 2])

    await pointInto(page, charts(page).first(), 0.6, 0.5)
    const readouts = page.locator('.readout')
    await expect(readouts).toHaveCount(4)
    for (const readout of await readouts.all()) await expect(readout.locator('b')).toHaveText(/^epoch [12]$/)
    await expect(page.getByRole('status').filter({ hasText: /^epoch/ }), 'screen readers are told one of them').toHaveCount(1)
    await page.mouse.move(2, 2)
    await expect(readouts).toHaveCount(0)
  })

  for (const [width, height] of [
    [1440, 900],
    [1320, 860],
    [1024, 700],
    [1920, 1080],
  ] as const) {
    test(`curves are read in a box that holds its words and stays in its chart, ${width} × ${height}`, async ({ page }) => {
      await page.setViewportSize({ width, height })
      await openAt(page, `/live?sweep=${trained.sweepIds[1]}`)
      await expect(charts(page)).toHaveCount(4)
      for (const chart of await charts(page).all()) {
        await chart.scrollIntoViewIfNeeded()
        for (const share of [0.3, 0.55, 0.95]) {
          const around = await box(chart)
          await pointInto(page, chart, share, 0.6)
          const readout = chart.locator('.readout')
          await expect(readout).toContainText(/8, mean, test|mean of 2 seeds, test/)
          await expect.poll(async () => beyond(await box(readout), await box(chart)), 'the box leaves its chart').toBeLessThanOrEqual(1)
          expect((await box(readout)).width, 'the curves stay in sight').toBeLessThan(around.width * 0.75)
          const words = await readout.locator('td, b, .note').all()
          for (const word of words) expect(beyond(await box(word), await box(readout)), 'words leave their box').toBeLessThanOrEqual(1)
          const values = (await readout.locator('td.number').allTextContents()).flatMap((text) => text.split(' ± '))
          expect(
            new Set(values.map((value) => value.split('.')[1]?.length)).size,
            `as many decimals everywhere: ${values.join(', ')}`,
          ).toBe(1)
        }
      }
    })
  }

  test('curves have their metric, axes, smoothing and runs in the address, which Back and a link find again', async ({ page }) => {
    await openAt(page, `/live?sweep=${trained.sweepIds[1]}`)
    await expect(charts(page)).toHaveCount(4)
    await page.getByText('Loss', { exact: true }).click()
    await expect(page).toHaveURL(/metric=loss/)
    await page.getByText('Iterations', { exact: true }).click()
    await page.getByLabel('Vertical axis').selectOption('around the curves')
    await page.getByLabel('Smoothing').selectOption('0.6')
    await page.getByRole('group', { name: 'Runs' }).getByRole('checkbox').first().uncheck()
    await expect(page).toHaveURL(/metric=loss&x=step&y=curves&smoothing=0.6&show=/)
    const lossByStep = page.getByRole('group', { name: /^cross-entropy, nats \(moving average, weight 0.6\) against iteration/ })
    await expect(lossByStep).toHaveCount(4)
    const link = page.url()

    await page.goBack()
    await expect(page.getByRole('group', { name: /^cross-entropy, nats against epoch/ })).toHaveCount(4)
    await page.goBack()
    await expect(charts(page)).toHaveCount(4)
    await page.goForward()
    await page.goForward()
    await expect(lossByStep).toHaveCount(4)

    await served.open(page)
    await page.goto(link)
    await page.reload()
    await ready(page)
    await expect(lossByStep).toHaveCount(4)
    await expect(page.getByLabel('Vertical axis')).toHaveValue('curves')
    await expect(page.getByRole('group', { name: 'Runs' }).getByRole('checkbox').first()).not.toBeChecked()
    await expect(page.getByRole('group', { name: 'Runs' }).getByRole('checkbox', { checked: true })).toHaveCount(7)
  })

  test('curves of a run that diverged before its first epoch are its batch loss up to the break', async ({ page }) => {
    await openAt(page, `/runs/${trained.diverged}`)
    const chart = page.getByRole('group', { name: /^batch loss, nats against iteration for plain 4-4-8, 1 lines/ })
    await expect(chart).toBeVisible()
    await expect(page.getByRole('radio', { name: 'Batch loss' })).toBeChecked()
    await expect(page.getByRole('radio', { name: 'Error', exact: true })).toBeDisabled()
    await chart.press('End')
    await expect(chart.getByRole('status')).toContainText(/iteration \d+\s*(not a number|[2-9]\d|\d{3})/)
    await expect.poll(() => chart.locator('canvas').getAttribute('data-points').then(Number)).toBeGreaterThan(1)
  })

  test('curves of layers stand plain beside residual as means over seeds, with epoch and axis in the address', async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 900 })
    await openAt(page, `/layers?sweep=${trained.sweepIds[1]}&show=${trained.first}-${trained.first + 7}`)
    const panels = page.getByRole('group', { name: /^Standard deviation of layer responses of / })
    await expect(panels).toHaveCount(8)
    await expect(
      page.getByRole('group', { name: /of plain 4-4-8, in layer order, at epoch 2, 1 lines/ }),
      'two seeds are one line',
    ).toHaveCount(1)
    await page.getByLabel('Mean of seeds').uncheck()
    await expect(page.getByRole('group', { name: /of plain 4-4-8, in layer order, at epoch 2, 2 lines/ })).toHaveCount(1)
    await page.getByLabel('Vertical axis').selectOption('from 0')
    const slider = page.getByRole('slider', { name: /Epoch/ })
    await slider.press('Home')
    await expect(page).toHaveURL(/means=0/)
    await expect(page).toHaveURL(/y=zero/)
    await expect(page).toHaveURL(/epoch=1/)
    await page.reload()
    await ready(page)
    await expect(page.getByRole('group', { name: /of residual B 4-4-8, sorted, largest first, at epoch 1, 2 lines/ })).toHaveCount(1)
    await expect(page.getByLabel('Vertical axis')).toHaveValue('zero')
  })

  test('curves show the point of a single epoch whole, though it lies on the edge', async ({ page }) => {
    await openAt(page, `/runs/${trained.oneEpoch}`)
    const chart = page.getByRole('group', { name: /^error, % against epoch for plain 4-4-8, 2 lines/ })
    await expect.poll(() => chart.locator('canvas').getAttribute('data-points')).toBe('2')
    const widths = await dots(chart, depthColor(8, 'light'))
    expect(widths.length, 'train and test, unless they lie on each other').toBeGreaterThan(0)
    for (const width of widths) expect(width, 'a disc of 5 pixels').toBeGreaterThanOrEqual(4)
  })

  test('curves are batch loss while the first epoch trains, below a tile that keeps its height', async ({ page }) => {
    test.setTimeout(6 * patience)
    await served.open(page)
    const client = await served.lab.engine()
    const { sweepId, runIds } = await client.call('sweeps.queue', { sweep: watched })
    await page.evaluate(`location.hash = '/live?sweep=${sweepId}'`)
    const tile = page.getByRole('article', { name: /^residual-32/ })
    await expect(tile).toBeVisible({ timeout: patience })
    const early = page.getByRole('group', { name: /^batch loss, nats against iteration for residual A/ })
    await expect.poll(() => early.locator('canvas').getAttribute('data-points').then(Number), { timeout: 2 * patience }).toBeGreaterThan(1)
    await expect(tile).toContainText('memory')
    const heights = new Set<number>()
    while (await tile.isVisible()) {
      const seen = await tile.boundingBox()
      if (seen) heights.add(Math.round(seen.height))
      await page.waitForTimeout(150)
      if ((await client.call('runs.get', { runId: runIds[0]! })).lastEpoch) break
    }
    await expect(charts(page), 'the error has the place of the batch loss').toHaveCount(1)
    const after = await tile.boundingBox()
    if (after) heights.add(Math.round(after.height))
    expect([...heights], 'one height').toHaveLength(1)
    await client.call('queue.cancel', { selection: { runIds } })
    client.close()
  })
})

/** Widths of the separate spots of one colour in a chart, one above another, pixels. */
async function dots(chart: Locator, colour: string): Promise<number[]> {
  const { data, info } = await sharp(await chart.locator('canvas').screenshot())
    .raw()
    .toBuffer({ resolveWithObject: true })
  const wanted = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  const isWanted = (x: number, y: number): boolean =>
    wanted.every((channel, index) => Math.abs(data[(y * info.width + x) * info.channels + index]! - channel) < 6)
  const widths: number[] = []
  let last = -2
  for (let y = 0; y < info.height; y++) {
    const xs = Array.from({ length: info.width }, (_, x) => x).filter((x) => isWanted(x, y))
    if (!xs.length) continue
    const width = xs.at(-1)! - xs[0]! + 1
    if (y - last > 1) widths.push(width)
    else widths[widths.length - 1] = Math.max(widths.at(-1)!, width)
    last = y
  }
  return widths
}

/** By how many pixels the one box leaves the other. */
function beyond(
  inner: { x: number; y: number; width: number; height: number },
  outer: { x: number; y: number; width: number; height: number },
): number {
  return Math.max(
    outer.x - inner.x,
    outer.y - inner.y,
    inner.x + inner.width - outer.x - outer.width,
    inner.y + inner.height - outer.y - outer.height,
  )
}
