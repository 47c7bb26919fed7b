import { readFileSync } from 'node:fs'
import { expect, test, type Page } from '@playwright/test'
import type { SweepInput } from '../../src/common/sweep/sweep.ts'
import { type Lab, patience, ready } from './support/lab.ts'
import { servedLab } from './support/served-lab.ts'
import { seriousFindings, view, viewLinks } from './support/story.ts'

/** Two nets, two seeds, as small as they get. */
const fourRuns: SweepInput = {
  name: 'Four runs',
  dataset: 'shapes-10',
  recipe: 'demo',
  families: ['plain', 'residual'],
  n: [1],
  widths: [[4, 4, 8]],
  seeds: 2,
  set: { epochs: 1, statisticsSize: 0 },
}

/** Trains them. */
async function trainFour(lab: Lab): Promise<void> {
  const client = await lab.engine()
  await client.call('datasets.add', { name: 'shapes-10', from: null })
  const { runIds } = await client.call('sweeps.queue', { sweep: fourRuns })
  await expect
    .poll(
      async () => (await Promise.all(runIds.map((runId) => client.call('runs.get', { runId })))).every((run) => run.state === 'finished'),
      { timeout: 4 * patience, intervals: [1000] },
    )
    .toBe(true)
  client.close()
}

const table = (page: Page) => page.getByRole('region', { name: 'Runs', exact: true })
const comparison = (page: Page) => page.getByRole('region', { name: 'Comparison of the selected runs' })
const rows = (page: Page) => table(page).getByRole('link')

test.describe('runs, their comparison and the report', () => {
  const served = servedLab()
  test.beforeAll(async () => {
    test.setTimeout(500_000)
    await trainFour(served.lab)
  })
  test.beforeEach(async ({ page }) => {
    await served.open(page)
    await view(page, 'Runs')
    await expect(rows(page)).toHaveCount(4)
  })

  test('what is said of a run is kept, found again, and an archived run leaves the list', async ({ page }) => {
    await page.getByRole('button', { name: 'Star plain-8 4-4-8, seed 2' }).click()
    await expect(page.getByRole('button', { name: 'Star plain-8 4-4-8, seed 2' })).toHaveAttribute('aria-pressed', 'true')
    await page.getByRole('button', { name: 'Starred' }).click()
    await expect(rows(page)).toHaveCount(1)

    await page.getByRole('checkbox', { name: 'Select plain-8 4-4-8, seed 2' }).click()
    await comparison(page).getByRole('button', { name: 'Label' }).click()
    const labels = page.getByRole('dialog', { name: 'Label' })
    await labels.getByLabel('Add a tag').fill('x'.repeat(41))
    await labels.getByLabel('Add a tag').press('Enter')
    await expect(labels.getByText('Expected a tag of at most 40 letters; this one has 41.')).toBeVisible()
    await expect(labels.getByLabel('Add a tag'), 'what was typed stays').toHaveValue('x'.repeat(41))
    await labels.getByLabel('Add a tag').fill('first <b>night</b>, baseline')
    await labels.getByLabel('Add a tag').press('Enter')
    await expect(labels.getByRole('button', { name: 'Remove tag first <b>night</b>' })).toBeVisible()
    await labels.getByLabel('Notes').fill('Seed two is the better one')
    expect(await seriousFindings(page), 'labels').toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Clear filters' }).click()

    await page.getByRole('button', { name: 'Tag', exact: true }).click()
    await page.getByRole('dialog', { name: 'Tag' }).getByLabel('baseline').check()
    await page.keyboard.press('Escape')
    await expect(rows(page)).toHaveCount(1)
    await expect(page).toHaveURL(/tag=baseline/)
    await page.reload()
    await ready(page)
    await expect(rows(page), 'the filter is part of the address').toHaveCount(1)
    await rows(page).click()
    await expect(page.getByLabel('Notes')).toHaveValue('Seed two is the better one')
    await page.getByRole('button', { name: 'Archive', exact: true }).click()
    await expect(page.getByRole('button', { name: 'Take out of the archive' })).toBeVisible()

    await view(page, 'Runs')
    await expect(rows(page)).toHaveCount(3)
    await page.getByRole('button', { name: 'Archived' }).click()
    await expect(rows(page)).toHaveCount(1)
    await rows(page).click()
    await page.getByRole('button', { name: 'Take out of the archive' }).click()
    await expect(page.getByRole('button', { name: 'Archive', exact: true })).toBeVisible()
  })

  test('the line that is looked at is told beside the list, by mouse and by keys', async ({ page }) => {
    const details = page.getByRole('complementary', { name: 'Details' })
    const heading = details.getByRole('heading', { level: 2 })
    await expect(details, 'nothing is looked at, so nothing takes room').toBeHidden()
    await table(page).getByRole('cell', { name: 'finished' }).nth(1).click()
    const clicked = await heading.innerText()
    expect(clicked).toMatch(/^(plain-8|residual-8 A) 4-4-8, seed [12]$/)
    await expect(details.getByRole('img', { name: 'error, % against epoch, 2 lines' })).toBeVisible()
    await expect(details.getByRole('region', { name: 'Settings' })).toContainText('learning rate')
    expect(await seriousFindings(page), 'details').toEqual([])

    await table(page).focus()
    await page.keyboard.press('Home')
    await expect(heading).not.toHaveText(clicked)
    await page.keyboard.press('ArrowDown')
    await expect(heading).toHaveText(clicked)
    await page.keyboard.press('Space')
    await expect(comparison(page).getByText('1 run selected')).toBeVisible()
    await details.getByRole('button', { name: 'Leave the comparison' }).click()
    await expect(comparison(page)).toHaveCount(0)
    await details.getByLabel('Notes').fill('Looked at')
    await table(page).focus()
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/#\/runs\/\d+$/)
    await expect(page.getByRole('heading', { name: clicked })).toBeVisible()
    await expect(page.getByLabel('Notes')).toHaveValue('Looked at')
    await expect(page.getByTestId('view'), 'Tab goes on in the run').toBeFocused()
    await page.goBack()
    await expect(table(page), 'the keys go on in the list').toBeFocused()
    await expect(heading, 'who comes back finds the line again').toHaveText(clicked)
    await page.getByRole('checkbox', { name: 'Select all' }).check()
    await rows(page).first().click()
    await expect(page).toHaveURL(/#\/runs\/\d+$/)
    await page.getByTestId('view').getByRole('link', { name: 'Runs' }).click()
    await expect(comparison(page).getByText('4 runs selected'), 'and the comparison').toBeVisible()
    await page.getByRole('checkbox', { name: 'Select all' }).uncheck()

    await page.getByLabel('Group seeds').check()
    await table(page).focus()
    await page.keyboard.press('End')
    await expect(heading).toHaveText(/, 2 seeds$/)
    await expect(details.getByRole('region', { name: 'Seeds' }).getByRole('link')).toHaveCount(2)
    await expect(details.getByRole('img', { name: 'error, % against epoch, 2 lines' })).toBeVisible()
    expect(await seriousFindings(page), 'details of a group').toEqual([])

    await page.setViewportSize({ width: 1024, height: 700 })
    await expect(details, 'a drawer in a narrow window').toBeHidden()
    await table(page).getByRole('cell', { name: 'finished' }).first().click()
    await expect(heading).toBeVisible()
    await details.getByRole('button', { name: 'Close Details' }).click()
    await expect(details).toBeHidden()
  })

  test('the comparison is as high as it is dragged or as the arrow keys make it, and stays so', async ({ page }) => {
    const all = page.getByRole('checkbox', { name: 'Select all' })
    await page.getByRole('checkbox', { name: 'Select plain-8 4-4-8, seed 2' }).click()
    await expect(all, 'a part is selected').toHaveJSProperty('indeterminate', true)
    const divider = page.getByRole('separator', { name: 'Height of the comparison' })
    const height = async (): Promise<number> => (await comparison(page).boundingBox())!.height
    const before = await height()
    const line = (await divider.boundingBox())!
    await page.mouse.move(line.x + 300, line.y)
    await page.mouse.down()
    await page.mouse.move(line.x + 300, line.y + 60)
    await page.mouse.up()
    const dragged = await height()
    expect(dragged).toBeLessThan(before - 40)
    await divider.press('ArrowUp')
    await divider.press('ArrowUp')
    await divider.press('ArrowUp')
    const kept = await height()
    expect(kept).toBeGreaterThan(dragged + 40)
    await page.reload()
    await ready(page)
    await expect.poll(height, 'remembered').toBeCloseTo(kept, -1)
    await comparison(page).getByText('What differs').click()
    await expect(comparison(page).getByText('Select another run to see in what they differ.')).toBeVisible()
    await all.click()
    await expect(comparison(page).getByRole('row', { name: /^plain-8 4-4-8, seed 2 / }), 'runs are rows').toBeVisible()
  })

  test('a reload, the way back from a run and a shared link show the same search, order and comparison', async ({ page }) => {
    const found = async (words: string): Promise<void> => {
      await expect(comparison(page).getByText('2 runs selected'), words).toBeVisible()
      await expect(comparison(page).getByRole('img', { name: /^test error, %, against layers/ }), words).toBeVisible()
      await expect(table(page).getByRole('columnheader', { name: 'Trained' }), words).toHaveAttribute('aria-sort', 'ascending')
    }
    await page.getByRole('searchbox', { name: 'Search runs' }).fill('seed 2')
    await expect(rows(page)).toHaveCount(2)
    await table(page).getByRole('button', { name: 'Trained' }).click()
    await page.getByRole('checkbox', { name: 'Select all' }).click()
    await comparison(page).getByText('Scatter').click()
    await found('at first')
    const address = page.url()
    expect(address).toMatch(/#\/runs\?search=seed(\+|%20)2&sort=trained&runs=\d+[,-]\d+&compare=scatter$/)
    await page.reload()
    await ready(page)
    await found('after a reload')
    await expect(page.getByRole('searchbox', { name: 'Search runs' })).toHaveValue('seed 2')
    await rows(page).first().click()
    await expect(page).toHaveURL(/#\/runs\/\d+$/)
    await page.getByTestId('view').getByRole('link', { name: 'Runs' }).click()
    await found('back from a run')
    await expect(rows(page)).toHaveCount(2)
    await view(page, 'Live')
    await page.goto(address)
    await found('by a link')
    await view(page, 'Live')
    await view(page, 'Runs')
    await found('after a look at another view')
    await expect(rows(page), 'the rail shows all runs').toHaveCount(4)
    await page.getByRole('button', { name: 'Clear selection' }).click()
    await page.reload()
    await ready(page)
    await expect(comparison(page)).toHaveCount(0)
  })

  test('seeds are one line with mean and standard deviation, which opens to its runs', async ({ page }) => {
    await page.getByLabel('Group seeds').check()
    await expect(rows(page)).toHaveCount(0)
    await expect(table(page).getByRole('cell', { name: '2 seeds' }).locator('button')).toHaveCount(2)
    await expect(
      table(page)
        .getByRole('cell', { name: /^\d+\.\d\d ± \d+\.\d\d$/ })
        .first(),
    ).toBeVisible()
    await table(page).getByRole('button', { name: '2 seeds' }).first().click()
    await expect(rows(page)).toHaveCount(2)
    await page.getByRole('checkbox', { name: 'Select all seeds of' }).first().click()
    await expect(comparison(page).getByText('2 runs selected')).toBeVisible()
    await expect(
      comparison(page).getByRole('img', { name: /^error, % against epoch for .*, 2 lines$/ }),
      'training and test, the mean of both',
    ).toBeVisible()
    await expect(comparison(page).getByText('mean ± std of 2 seeds')).toBeVisible()
    await comparison(page).getByLabel('Mean of seeds').uncheck()
    await expect(comparison(page).getByRole('img', { name: /^error, % against epoch for .*, 4 lines$/ })).toBeVisible()
    await page.reload()
    await ready(page)
    await expect(page.getByLabel('Group seeds'), 'remembered').toBeChecked()
  })

  test('columns are chosen and remembered', async ({ page }) => {
    await page.getByRole('button', { name: 'Columns' }).click()
    await page.getByLabel('Multiply-adds').check()
    await page.getByRole('dialog', { name: 'Columns' }).getByLabel('Data set').uncheck()
    await page.reload()
    await ready(page)
    await expect(table(page).getByRole('columnheader', { name: 'Multiply-adds' })).toBeVisible()
    await expect(table(page).getByRole('columnheader', { name: 'Data set' })).toHaveCount(0)
  })

  test('a run’s page tells which classes were taken for which, at its last and at its best epoch', async ({ page }) => {
    await rows(page).first().click()
    const errors = page.getByRole('region', { name: /^Errors by class test split/ })
    await expect(errors.getByRole('img', { name: /^Confusion matrix of 10 classes/ })).toBeVisible()
    await expect(errors.getByRole('row')).toHaveCount(11)
    await errors.getByText('Best epoch (1)').click()
    await expect(errors.getByText('test split, epoch 1')).toBeVisible()
    expect(await seriousFindings(page), 'errors by class').toEqual([])
  })

  test('error is drawn against depth and time, and the verdict is told in words', async ({ page }) => {
    await page.getByRole('checkbox', { name: 'Select all' }).click()
    await comparison(page).getByText('Scatter').click()
    await expect(comparison(page).getByRole('img', { name: 'test error, %, against layers, 2 points' })).toBeVisible()
    await comparison(page).getByLabel('Mean of seeds').uncheck()
    await comparison(page).getByRole('combobox', { name: 'against' }).selectOption('training time')
    await expect(comparison(page).getByRole('img', { name: 'test error, %, against training time, 4 points' })).toBeVisible()
    expect(await seriousFindings(page), 'scatter').toEqual([])
    await comparison(page).getByText('Verdict').click()
    await expect(comparison(page).getByText('plain-8 is the only plain net among these runs')).toBeVisible()
    await expect(comparison(page).getByRole('row', { name: /^residual-8 A 8 [0-9,]+ 2 / })).toBeVisible()
    expect(await seriousFindings(page), 'verdict').toEqual([])

    const depth = comparison(page).getByRole('region', { name: 'Error against depth' })
    await expect(depth.getByRole('img', { name: 'training error, %, against layers, 2 lines' })).toBeVisible()
    await depth.getByRole('button', { name: 'Export' }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'SVG', exact: true }).click()
    const file = await download
    expect(file.suggestedFilename()).toBe('depth-Four-runs-8.svg')
    const svg = readFileSync(await file.path(), 'utf8')
    await page.keyboard.press('Escape')

    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await comparison(page)
      .getByRole('region', { name: /^Verdict for / })
      .getByRole('button', { name: 'Export' })
      .last()
      .click()
    await page.getByRole('dialog', { name: 'Export' }).getByRole('button', { name: 'Copy LaTeX' }).click()
    await expect
      .poll(() => page.evaluate<string>('navigator.clipboard.readText()'))
      .toMatch(/\\begin\{tabular\}[^]*residual-8 A & 8 & [\d{},]+ & 2 & \$/)
    for (const words of ['Error against depth on shapes-10', 'training error', 'test error', 'residual A', 'mean of up to 2 seeds'])
      expect(svg).toContain(words)
  })

  test('the report tells what finished, links to it, and is printed without the frame', async ({ page }) => {
    let asked = 0
    page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => (asked += Number(String(payload).includes('runs.attempts')))))
    await page.reload()
    await ready(page)
    await view(page, 'Report')
    await expect(page.getByRole('heading', { name: '4 runs finished, none diverged and none failed.' })).toBeVisible()
    await expect(page.getByRole('row', { name: /^Finished 4$/ })).toBeVisible()
    await expect(page.getByRole('region', { name: 'Finished' }).getByRole('link')).toHaveCount(4)
    expect(await seriousFindings(page), 'report').toEqual([])

    await page.emulateMedia({ media: 'print' })
    await expect(page.getByRole('navigation', { name: 'Views' })).toBeHidden()
    await expect(page.getByRole('button', { name: 'Print' })).toBeHidden()
    await expect(page.getByRole('heading', { name: '4 runs finished' })).toBeVisible()
    await page.emulateMedia({ media: 'screen' })

    await page.getByText('7 days', { exact: true }).click()
    await expect(page).toHaveURL(/since=week/)
    await expect(page.getByRole('row', { name: /^Finished 4$/ })).toBeVisible()
    await expect(page.getByRole('columnheader', { name: '7 days earlier' }), 'a new workspace has no week before').toHaveCount(0)
    expect(asked, 'a period that ends now is not asked for again and again').toBeLessThan(20)
    await page.getByRole('region', { name: 'Sweeps' }).getByRole('link', { name: 'Four runs', exact: true }).click()
    await expect(comparison(page).getByText('4 runs selected')).toBeVisible()
    await expect(comparison(page).getByText('plain-8 is the only plain net among these runs')).toBeVisible()
  })

  test('script in the names of sweeps and templates, in tags and in notes is text in every view', async ({ page }) => {
    const script = '<img src=x onerror=ran()>'
    const client = await served.lab.engine()
    await client.call('sweeps.queue', { sweep: { ...fourRuns, name: script } })
    await client.call('templates.save', { name: script, sweep: fourRuns })
    await client.call('runs.annotate', { runIds: [1], annotation: { notes: script, addTags: [script] } })
    client.close()
    await page.evaluate('window.ran = () => (window.hasRun = true)')
    for (const name of viewLinks) {
      await view(page, name)
      if (['Design', 'Live', 'Layers', 'Runs', 'Report'].includes(name))
        await expect(
          page
            .getByText(script)
            .or(page.locator('option', { hasText: script }))
            .first(),
          `${name} shows it`,
        ).toBeAttached()
      expect(await page.evaluate('[document.querySelectorAll("img[src=x]").length, window.hasRun]'), name).toEqual([0, undefined])
    }
    await page.goto(page.url().replace(/#.*/, '#/runs/1'))
    await expect(page.getByLabel('Notes')).toHaveValue(script)
    expect(await page.evaluate('[document.querySelectorAll("img[src=x]").length, window.hasRun]')).toEqual([0, undefined])
  })
})
