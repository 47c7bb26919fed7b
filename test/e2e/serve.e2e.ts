import { expect, test } from '@playwright/test'
import { ready } from './support/lab.ts'
import { servedLab } from './support/served-lab.ts'
import { curvesAreRead, exportsAreValid } from './support/charts.ts'
import {
  allDone,
  designSmallSweep,
  layersAreShown,
  planned,
  queueRuns,
  runsAreCompared,
  seriousFindings,
  setField,
  view,
  viewLinks,
} from './support/story.ts'

test.describe('the workbench in a browser', () => {
  const served = servedLab()

  test('a newcomer designs a sweep, watches it train, looks at its layers, compares its runs and saves the curves', async ({ page }) => {
    test.setTimeout(400_000)
    const problems: string[] = []
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    page.on('pageerror', (error) => problems.push(error.message))
    await served.open(page)
    expect(page.url(), 'the token leaves the address').not.toContain('token')

    await designSmallSweep(page, 2)
    await queueRuns(page, 2)
    await expect(page.getByRole('article').first()).toContainText(/epoch \d of 2/)
    await allDone(page)
    await expect(page.getByRole('img', { name: /^error, % against epoch for plain, 2 lines/ })).toBeVisible()
    await curvesAreRead(page)
    await layersAreShown(page, 2)
    await runsAreCompared(page)

    await view(page, 'Live')
    await exportsAreValid(page)

    await view(page, 'Design')
    await expect(page.getByRole('button', { name: 'All runs are done' })).toBeVisible()
    expect(problems).toEqual([])
  })

  test('an impossible value is explained beside its field and nothing can be queued', async ({ page }) => {
    await served.open(page)
    await page.getByRole('button', { name: 'First look' }).click()
    await page.getByRole('button', { name: 'Change hyperparameters' }).click()
    await setField(page, 'Momentum', '1.5')
    await expect(page.getByText('Expected less than 1.')).toBeVisible()
    await expect(page.getByTestId('queue-sweep')).toBeDisabled()
    await expect(page.getByText('Not valid among the hyperparameters: Momentum.')).toBeVisible()
    await page.getByRole('button', { name: 'Undo all changes' }).click()
    await setField(page, 'Seeds', 'three')
    await expect(page.getByRole('textbox', { name: 'Seeds' }), 'what was typed stays').toHaveValue('three')
    await expect(page.getByTestId('queue-sweep')).toBeDisabled()
    await page.getByRole('button', { name: 'First look' }).click()
    await expect(page.getByRole('textbox', { name: 'Seeds' })).toHaveValue('1')
    await expect(page.getByText(/^Seeds: /)).toHaveCount(0)
    await setField(page, 'More depths', 'n = 2')
    await expect(page.getByRole('button', { name: 'Remove depth 14' }), 'what was typed is meant').toBeVisible()
    await page.getByRole('button', { name: 'Remove depth 14' }).click()
    await page.getByRole('button', { name: 'Remove depth 8' }).click()
    await page.getByRole('button', { name: 'Remove depth 44' }).click()
    await expect(page.getByText('Choose at least one depth.')).toBeVisible()
  })

  test('a sweep that is queued already says so before it is queued twice', async ({ page }) => {
    await served.open(page)
    await page.getByRole('button', { name: 'First look' }).click()
    await planned(page)
    await page.getByRole('button', { name: 'Remove depth 44' }).click()
    await setField(page, 'Seeds', '41, 42')
    const twice = page.getByText('All of these are in the queue already and would be trained twice.')
    await expect(twice).toHaveCount(0)
    await queueRuns(page, 4)
    await view(page, 'Design')
    await expect(twice).toBeVisible()
    const engine = await served.lab.engine()
    await engine.call('queue.cancel', { selection: { all: true } })
    engine.close()
    await expect(twice, 'nothing is under way any more').toHaveCount(0)
  })

  test('a struck cell leaves the sweep', async ({ page }) => {
    await served.open(page)
    await page.getByRole('button', { name: 'First look' }).click()
    await planned(page)
    await expect(page.getByRole('button', { name: /^plain, 44 layers: / })).toHaveAttribute('aria-pressed', 'true')
    await page.getByLabel('Seeds', { exact: true }).fill('3')
    await page.getByLabel('Seeds', { exact: true }).press('Tab')
    await expect(page.getByRole('button', { name: /^Queue 1[02] runs$/ }), 'the story above may have trained two of them').toBeEnabled()
    await page.getByRole('button', { name: /^plain, 44 layers: / }).click()
    await expect(page.getByRole('button', { name: /^Queue [79] runs$/ })).toBeEnabled()
  })

  test('a page without the token gets nothing and says where it comes from', async ({ page }) => {
    await page.goto(new URL('/', served.url).href)
    await expect(page.getByRole('status').first()).toContainText('skiplab serve')
  })

  test('a link to a view opens it once the address is pasted, and never carries the token itself', async ({ page }) => {
    await page.goto(new URL('/#/settings', served.url).href)
    const field = page.getByLabel('Address that “skiplab serve” printed')
    await field.fill('http://127.0.0.1:7317/')
    await field.press('Enter')
    await expect(page.getByText('this text has none')).toBeVisible()
    expect(await seriousFindings(page)).toEqual([])
    await field.fill(served.url)
    await field.press('Enter')
    await ready(page)
    await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
    expect(page.url()).toBe(new URL('/#/settings', served.url).href)
  })

  test('links opened in new tabs of the same browser work, also after it was closed, and other browsers stay out', async ({ browser }) => {
    const link = new URL('/#/queue', served.url).href
    const first = await browser.newContext()
    const page = await first.newPage()
    await served.open(page)
    await expect.poll(() => page.evaluate(() => localStorage.getItem('skiplab-door'))).not.toBeNull()
    expect(await page.evaluate('document.cookie'), 'scripts see no cookie').toBe('')

    const tab = await first.newPage()
    await tab.goto(link)
    await ready(tab)
    await expect(tab.getByRole('heading', { level: 1, name: 'Queue' })).toBeVisible()
    expect(await tab.evaluate(() => sessionStorage.getItem('skiplab-token')), 'the token stays in its tab').toBeNull()

    const restored = await browser.newContext({ storageState: await first.storageState() })
    const bookmark = await restored.newPage()
    await bookmark.goto(link)
    await ready(bookmark)

    const stranger = await (await browser.newContext()).newPage()
    await stranger.goto(link)
    await expect(stranger.getByRole('heading', { name: 'There is no connection to the engine' })).toBeVisible()
    // Into the address bar of the same tab: only the fragment changes.
    await stranger.goto(served.url)
    await ready(stranger)
    await expect(stranger.getByRole('heading', { level: 1, name: 'Queue' })).toBeVisible()
  })

  for (const scheme of ['light', 'dark'] as const) {
    test(`axe finds nothing serious in any view, ${scheme}`, async ({ browser }) => {
      const context = await browser.newContext({ colorScheme: scheme })
      const page = await context.newPage()
      await served.open(page)
      await page.getByRole('button', { name: 'Log' }).click()
      await expect(page.getByRole('log').getByRole('listitem').first()).toBeVisible()
      for (const name of viewLinks) {
        await view(page, name)
        expect(await seriousFindings(page), name).toEqual([])
      }
      await page.setViewportSize({ width: 1024, height: 700 })
      for (const name of ['Design', 'Queue', 'Runs', 'Settings'] as const) {
        await view(page, name)
        expect(await seriousFindings(page), `${name}, narrow`).toEqual([])
      }
      await view(page, 'Runs')
      await page.getByRole('region', { name: 'Runs', exact: true }).getByRole('link').first().click()
      await expect(page.getByText('What happened')).toBeVisible()
      expect(await seriousFindings(page), 'a run, narrow').toEqual([])
      await page.setViewportSize({ width: 1280, height: 720 })
      expect(await seriousFindings(page), 'a run').toEqual([])
      await context.close()
    })
  }
})
