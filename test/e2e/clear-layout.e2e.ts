import { expect, type Page, test } from '@playwright/test'
import type { SweepInput } from '../../src/common/sweep/sweep.ts'
import { analysisKinds } from '../../src/common/analyses/analyses.ts'
import { analyseAll } from './support/analysed.ts'
import { type Lab, patience } from './support/lab.ts'
import { servedLab } from './support/served-lab.ts'
import { viewLinks } from './support/story.ts'
import { unreadableText } from './support/text-boxes.ts'

// Begins with the first files, which run in the order of their names: it takes longest, and would run alone at the end.

/** Runs of two experiments, as small as they get. */
const trained: SweepInput = {
  name: 'Depth and shortcuts of a small net',
  dataset: 'shapes-10',
  recipe: 'demo',
  families: ['plain', 'residual'],
  n: [1, 2],
  shortcuts: ['A', 'B'],
  widths: [[4, 4, 8]],
  seeds: 2,
  exclude: [{ family: 'residual', shortcut: 'B', n: 2 }],
  set: { epochs: 1, batchSize: 256, statisticsSize: 64 },
}
/** Stays in the queue. */
const waiting: SweepInput = {
  ...trained,
  name: 'Overnight',
  n: [3, 7, 9],
  exclude: [],
  seeds: 3,
  widths: [[16, 32, 64]],
  set: { epochs: 3 },
}

/** Windows in pixels of the screen; a browser that zooms has fewer and larger ones. A theme changes no sizes: the dark one is seen once. */
const windows = [
  { width: 1440, height: 900, zoom: 1, colorScheme: 'light' },
  { width: 1440, height: 900, zoom: 1, colorScheme: 'dark' },
  { width: 1440, height: 900, zoom: 2, colorScheme: 'light' },
  { width: 1320, height: 860, zoom: 1, colorScheme: 'light' },
  { width: 1024, height: 700, zoom: 1, colorScheme: 'light' },
  { width: 1024, height: 700, zoom: 2, colorScheme: 'light' },
  { width: 1920, height: 1080, zoom: 1, colorScheme: 'light' },
] as const
const usualWindow = { width: 1440, height: 900 }

async function fill(lab: Lab): Promise<void> {
  const client = await lab.engine()
  await client.call('datasets.add', { name: 'shapes-10', from: null })
  const { runIds } = await client.call('sweeps.queue', { sweep: trained })
  const states = async (): Promise<string[]> => Promise.all(runIds.map(async (runId) => (await client.call('runs.get', { runId })).state))
  await expect
    .poll(async () => (await states()).every((state) => state === 'finished'), { timeout: 4 * patience, intervals: [1000] })
    .toBe(true)
  await client.call('evaluations.queue', { runIds: runIds.slice(0, 2), ensemble: true })
  const tested = async (): Promise<number> => (await client.call('evaluations.list', { states: ['finished'] })).length
  await expect.poll(tested, { timeout: patience, intervals: [500] }).toBe(3)
  await analyseAll(client)
  await client.call('queue.pause', {})
  await client.call('sweeps.queue', { sweep: waiting })
  client.close()
}

async function selectAll(page: Page, tab: string): Promise<void> {
  await page.getByRole('searchbox', { name: 'Search runs' }).fill('4-4-8')
  await page.getByRole('checkbox', { name: 'Select all', exact: true }).click()
  await page
    .getByRole('group', { name: 'Compare' })
    .or(page.getByRole('radiogroup', { name: 'Compare' }))
    .getByText(tab, { exact: true })
    .click()
}

/** Looks at one network; others take as long again and show the same. */
async function checkPropagation(page: Page): Promise<void> {
  await page.getByTestId('check-propagation').click()
  const stop = page.getByRole('button', { name: 'Stop after this one' })
  await stop
    .or(page.getByRole('table', { name: 'Networks before training' }))
    .first()
    .waitFor()
  if (await stop.isVisible()) await stop.click()
  await page.getByRole('table', { name: 'Networks before training' }).waitFor({ timeout: patience })
}

interface Scene {
  /** After the #. */
  readonly path: string
  readonly act?: (page: Page) => Promise<unknown>
}

/** What is looked at: every view, and what a person opens in it. */
const scenes: Readonly<Record<string, Scene>> = {
  ...Object.fromEntries(viewLinks.map((name) => [name, { path: `/${name.toLowerCase()}` }])),
  'Design with its hyperparameters': {
    path: '/design',
    act: (page) => page.getByRole('button', { name: 'Change hyperparameters' }).click(),
  },
  'Live of a finished sweep': { path: '/live?sweep=1' },
  'Layers of a finished sweep': { path: '/layers?sweep=1' },
  'Runs by groups': { path: '/runs', act: (page) => page.getByLabel('Group seeds').check() },
  'Runs compared by curves': { path: '/runs', act: (page) => selectAll(page, 'Curves') },
  'Runs compared by scatter': { path: '/runs', act: (page) => selectAll(page, 'Scatter') },
  'Runs compared by verdict': { path: '/runs', act: (page) => selectAll(page, 'Verdict') },
  'Runs compared by settings': { path: '/runs', act: (page) => selectAll(page, 'What differs') },
  'Runs compared by the time to an error': { path: '/runs', act: (page) => selectAll(page, 'Time to error') },
  'Runs compared by learning rates': { path: '/runs', act: (page) => selectAll(page, 'Learning rates') },
  'Published numbers': { path: '/runs/published' },
  'Runs compared by tests': { path: '/runs', act: (page) => selectAll(page, 'Tests') },
  'one run': { path: '/runs/1' },
  'what a test of a run asks': {
    path: '/runs/1',
    act: (page) => page.getByRole('button', { name: /^Test with another protocol/ }).click(),
  },
  'a test beside another': { path: '/evaluations/1?other=2' },
  ...Object.fromEntries(analysisKinds.map((kind, index) => [`an analysis of ${kind}`, { path: `/analyses/${index + 1}` }])),
  'the layers of an analysis in one panel': {
    path: '/analyses/1',
    act: (page) => page.getByLabel('One panel, as in Figure 7').check(),
  },
  'what an analysis asks': { path: '/runs/1', act: (page) => page.getByRole('button', { name: /^Analyse/ }).click() },
  'the small experiment': { path: '/layers/identity' },
  Gallery: { path: '/gallery', act: (page) => page.getByRole('article', { name: 'Figure 7' }).getByRole('img').waitFor() },
  'places with a cluster being added': { path: '/settings#places', act: (page) => page.getByLabel('start runs by Slurm').check() },
  'Design with its propagation': { path: '/design#propagation', act: checkPropagation },
  'a run that waits': { path: '/runs/20' },
  'the palette': { path: '/design', act: (page) => page.keyboard.press('Control+k') },
  'the shortcuts': { path: '/design', act: (page) => page.keyboard.press('?') },
}

/** Two frames, so that what follows the size of its box has done so. */
const settled = 'new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => done(null))), 120))'

/** Of a folder, keeps a picture of every scene in every window, to be looked at. */
const pictures = process.env.SKIPLAB_LAYOUT_PICTURES

/** Three slanted names a given number of pixels beside each other, as above the columns of a matrix. */
const slantedNames = (pitch: number) =>
  `<svg width="300" height="300" font-size="12" font-family="sans-serif">${[0, 1, 2]
    .map((index) => `<text transform="translate(${50 + pitch * index}, 200) rotate(-45)">Golf ball ${index}</text>`)
    .join('')}</svg>`

test('slanted names that lie over each other are found, and those whose boxes only cross are not', async ({ page }) => {
  await page.setContent(slantedNames(34))
  expect(await page.evaluate<string[]>(unreadableText)).toEqual([])
  await page.setContent(slantedNames(11))
  expect(await page.evaluate<string[]>(unreadableText)).toEqual([
    '"Golf ball 0" and "Golf ball 1" overlap',
    '"Golf ball 1" and "Golf ball 2" overlap',
  ])
})

test.describe('nothing is under or over other text, and nothing is cut, in', () => {
  const served = servedLab()
  test.beforeAll(async () => {
    test.setTimeout(600_000)
    await fill(served.lab)
  })

  for (const [name, { path, act }] of Object.entries(scenes)) {
    test(`${name}, in every window, theme and zoom`, async ({ page }) => {
      const findings: string[] = []
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
      await page.setViewportSize(usualWindow)
      await served.open(page)
      await page.goto(new URL(`/#${path}`, served.url).href)
      await page.waitForTimeout(500)
      await act?.(page)
      for (const { width, height, zoom, colorScheme } of windows) {
        await page.setViewportSize({ width: width / zoom, height: height / zoom })
        await page.emulateMedia({ colorScheme })
        await page.evaluate(settled)
        const found = await page.evaluate<string[]>(unreadableText)
        const where = `${width} x ${height}, ${zoom}00 %, ${colorScheme}`
        findings.push(...found.map((finding) => `${where}: ${finding}`))
        if (pictures) await page.screenshot({ path: `${pictures}/${name.replaceAll(' ', '-')}-${width}-${zoom}00-${colorScheme}.png` })
      }
      expect(findings, `${findings.length} findings`).toEqual([])
    })
  }

  test('what is printed, of every view and on light paper', async ({ page }) => {
    test.setTimeout(240_000)
    const findings: string[] = []
    await page.emulateMedia({ colorScheme: 'dark' })
    await served.open(page)
    for (const [name, { path, act }] of Object.entries(scenes)) {
      if (path.startsWith('/design') && act) continue
      await page.emulateMedia({ media: 'screen' })
      await page.setViewportSize(usualWindow)
      await page.goto(new URL(`/#${path}`, served.url).href)
      await page.waitForTimeout(500)
      if (act && (path !== '/runs' || name.includes('compared by'))) {
        await act(page)
        await page.waitForTimeout(500)
      }
      // As wide as A4 between its margins, and as long as it takes.
      await page.emulateMedia({ media: 'print' })
      await page.evaluate("dispatchEvent(new Event('beforeprint'))")
      await page.setViewportSize({ width: 673, height: 6000 })
      await page.evaluate(settled)
      findings.push(...(await page.evaluate<string[]>(unreadableText)).map((finding) => `${name}: ${finding}`))
      expect(await page.evaluate('document.documentElement.dataset.theme'), name).toBe('light')
      if (name === 'Design')
        await expect(page.getByRole('button', { name: 'residual', exact: true, pressed: true }), 'what is chosen is on paper').toBeVisible()
      if (pictures) await page.screenshot({ path: `${pictures}/print-${name.replaceAll(' ', '-')}.png` })
      await page.evaluate("dispatchEvent(new Event('afterprint'))")
      await page.reload()
      await page.locator('[data-testid=view]:not([inert])').waitFor()
    }
    expect(findings, `${findings.length} findings`).toEqual([])
  })
})
