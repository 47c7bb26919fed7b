import { readFileSync } from 'node:fs'
import { expect, test, type Page } from '@playwright/test'
import { type Lab, patience, ready } from './support/lab.ts'
import { servedLab } from './support/served-lab.ts'
import { seriousFindings, view } from './support/story.ts'

/** Four real runs, as small as they get: two nets, two seeds. */
async function trainFour(lab: Lab): Promise<void> {
  const client = await lab.engine()
  await client.call('datasets.add', { name: 'shapes-10', from: null })
  const { runIds } = await client.call('sweeps.queue', {
    sweep: { name: 'Four runs', dataset: 'shapes-10', recipe: 'demo', families: ['plain', 'residual'], n: [1], widths: [[4, 4, 8]], seeds: 2, set: { epochs: 1, statisticsSize: 0 } },
  })
  await expect.poll(async () => (await Promise.all(runIds.map((runId) => client.call('runs.get', { runId })))).every((run) => run.state === 'finished'), { timeout: 4 * patience, intervals: [1000] }).toBe(true)
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
    await page.getByRole('button', { name: 'Star plain-8, seed 2' }).click()
    await expect(page.getByRole('button', { name: 'Star plain-8, seed 2' })).toHaveAttribute('aria-pressed', 'true')
    await page.getByRole('button', { name: 'Starred' }).click()
    await expect(rows(page)).toHaveCount(1)

    await page.getByRole('checkbox', { name: 'Select plain-8, seed 2' }).click()
    await comparison(page).getByRole('button', { name: 'Label' }).click()
    const labels = page.getByRole('dialog', { name: 'Label' })
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
    await expect(details).toContainText('Choose a line to see its results')
    await table(page).getByRole('cell', { name: 'finished' }).nth(1).click()
    const clicked = await heading.innerText()
    expect(clicked).toMatch(/^(plain-8|residual-8 A), seed [12]$/)
    await expect(details.getByRole('img', { name: 'error, % against epoch, 2 lines' })).toBeVisible()
    await expect(details.getByRole('region', { name: 'Settings' })).toContainText('learningRate')
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
    await expect(details.getByRole('img', { name: 'error, % against epoch, 4 lines' })).toBeVisible()
    expect(await seriousFindings(page), 'details of a group').toEqual([])

    await page.setViewportSize({ width: 1024, height: 700 })
    await expect(details, 'a drawer in a narrow window').toBeHidden()
    await table(page).getByRole('cell', { name: 'finished' }).first().click()
    await expect(heading).toBeVisible()
    await details.getByRole('button', { name: 'Close Details' }).click()
    await expect(details).toBeHidden()
  })

  test('seeds are one line with mean and standard deviation, which opens to its runs', async ({ page }) => {
    await page.getByLabel('Group seeds').check()
    await expect(rows(page)).toHaveCount(0)
    await expect(table(page).getByRole('cell', { name: '2 seeds' }).locator('button')).toHaveCount(2)
    await expect(table(page).getByRole('cell', { name: /^\d+\.\d\d ± \d+\.\d\d$/ }).first()).toBeVisible()
    await table(page).getByRole('button', { name: '2 seeds' }).first().click()
    await expect(rows(page)).toHaveCount(2)
    await page.getByRole('checkbox', { name: 'Select all seeds of' }).first().click()
    await expect(comparison(page).getByText('2 runs selected')).toBeVisible()
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

  test('error is drawn against depth and time, and the verdict is told in words', async ({ page }) => {
    await page.getByRole('checkbox', { name: 'Select all' }).click()
    await comparison(page).getByText('Scatter').click()
    await expect(comparison(page).getByRole('img', { name: 'test error, %, against layers, 2 points' })).toBeVisible()
    await comparison(page).getByLabel('Mean of seeds').uncheck()
    await comparison(page).getByRole('combobox', { name: 'against' }).selectOption('training time')
    await expect(comparison(page).getByRole('img', { name: 'test error, %, against training time, 4 points' })).toBeVisible()
    expect(await seriousFindings(page), 'scatter').toEqual([])
    await comparison(page).getByText('Verdict').click()
    await expect(comparison(page).getByText('Whether depth hurts the plain net is untested')).toBeVisible()
    await expect(comparison(page).getByRole('row', { name: /^residual-8 A 8 2/ })).toBeVisible()
    expect(await seriousFindings(page), 'verdict').toEqual([])

    const depth = comparison(page).getByRole('region', { name: 'Error against depth' })
    await expect(depth.getByRole('img', { name: 'training error, %, against layers, 2 lines' })).toBeVisible()
    await depth.getByRole('button', { name: 'Export' }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'SVG', exact: true }).click()
    const file = await download
    expect(file.suggestedFilename()).toBe('depth.svg')
    const svg = readFileSync(await file.path(), 'utf8')
    for (const words of ['Error against depth on shapes-10', 'training error', 'test error', 'residual A', 'mean of up to 2 seeds']) expect(svg).toContain(words)
  })

  test('the report tells what finished, links to it, and is printed without the frame', async ({ page }) => {
    let asked = 0
    page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => (asked += Number(String(payload).includes('runs.attempts')))))
    await page.reload()
    await ready(page)
    await view(page, 'Report')
    await expect(page.getByRole('heading', { name: '4 runs finished, none diverged and none failed.' })).toBeVisible()
    await expect(page.getByRole('row', { name: /^Finished 4 0 \+4$/ })).toBeVisible()
    await expect(page.getByRole('region', { name: 'Finished' }).getByRole('link')).toHaveCount(4)
    expect(await seriousFindings(page), 'report').toEqual([])

    await page.emulateMedia({ media: 'print' })
    await expect(page.getByRole('navigation', { name: 'Views' })).toBeHidden()
    await expect(page.getByRole('button', { name: 'Print' })).toBeHidden()
    await expect(page.getByRole('heading', { name: '4 runs finished' })).toBeVisible()
    await page.emulateMedia({ media: 'screen' })

    await page.getByText('7 days', { exact: true }).click()
    await expect(page).toHaveURL(/since=week/)
    await expect(page.getByRole('columnheader', { name: '7 days earlier' })).toBeVisible()
    expect(asked, 'a period that ends now is not asked for again and again').toBeLessThan(20)
    await page.getByRole('region', { name: 'Sweeps' }).getByRole('link', { name: 'Four runs' }).click()
    await expect(comparison(page).getByText('4 runs selected')).toBeVisible()
    await expect(comparison(page).getByText('Whether depth hurts the plain net is untested')).toBeVisible()
  })
})
