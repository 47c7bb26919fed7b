import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import BetterSqlite3 from 'better-sqlite3'
import type { EngineClient } from '../../src/common/rpc/contract.ts'
import type { SweepInput } from '../../src/common/sweep/sweep.ts'
import { patience } from './support/lab.ts'
import { servedLab } from './support/served-lab.ts'
import { seriousFindings, view } from './support/story.ts'

/** The smallest nets there are: a run is seconds of training. */
const sweep: SweepInput = {
  name: 'Queue story',
  dataset: 'shapes-10',
  recipe: 'demo',
  families: ['plain'],
  n: [1, 2, 3, 4],
  widths: [[2, 2, 4]],
  set: { epochs: 1, batchSize: 256, statisticsSize: 0 },
}
/** Layer counts of the waiting runs as the page lists them. */
async function order(page: Page): Promise<string[]> {
  const grips = await page.getByRole('button', { name: /^Move .*, \d+ of \d+$/ }).all()
  const labels = await Promise.all(grips.map((grip) => grip.getAttribute('aria-label')))
  return labels.map((label) => /^Move plain-(\d+)/.exec(label ?? '')?.[1] ?? '')
}

test.describe('the queue', () => {
  const served = servedLab()
  let client: EngineClient
  test.beforeAll(async ({ browser }) => {
    const page = await browser.newPage()
    await served.open(page)
    await page.close()
    client = await served.lab.engine()
    await client.call('datasets.add', { name: 'shapes-10', from: null })
  })
  test.beforeEach(async ({ page }) => {
    await client.call('queue.pause', {})
    await served.open(page)
    await view(page, 'Queue')
  })
  test.afterEach(() => client.call('queue.cancel', { selection: { all: true } }))
  test.afterAll(() => client.close())

  test('the queue is put in order by keys and by drag, alone and in blocks, and the engine keeps that order', async ({ page }) => {
    const { runIds } = await client.call('sweeps.queue', { sweep, again: true })
    const queued = async () => (await client.call('queue.list', {})).map((run) => runIds.indexOf(run.id) * 6 + 8)
    await expect.poll(() => order(page)).toEqual(['8', '14', '20', '26'])

    const grip = page.getByRole('button', { name: /^Move plain-8\D/ })
    await grip.focus()
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => order(page)).toEqual(['14', '8', '20', '26'])
    await expect(grip, 'the grip keeps the focus').toBeFocused()
    await expect(page.getByText(/^plain-8.* is now 2 of 4$/)).toBeAttached()
    await page.keyboard.press('End')
    await expect.poll(() => order(page)).toEqual(['14', '20', '26', '8'])

    await page
      .getByRole('row', { name: /plain-26/ })
      .dragTo(page.getByRole('row', { name: /plain-14/ }), { targetPosition: { x: 300, y: 4 } })
    await expect.poll(() => order(page)).toEqual(['26', '14', '20', '8'])
    await page.getByRole('checkbox', { name: /^Mark plain-20/ }).check()
    await page.getByRole('checkbox', { name: /^Mark plain-8\D/ }).check()
    await page.getByRole('button', { name: 'Move to the front' }).click()
    await expect.poll(() => order(page)).toEqual(['20', '8', '26', '14'])
    expect(await queued()).toEqual([20, 8, 26, 14])

    await page.getByRole('spinbutton', { name: /^Priority of plain-14/ }).fill('7')
    await page.keyboard.press('Enter')
    await expect.poll(() => order(page)).toEqual(['14', '20', '8', '26'])
    expect(await queued()).toEqual([14, 20, 8, 26])
    expect(await seriousFindings(page)).toEqual([])
  })

  test('the queue that is paused is named where its curves would be, and goes on from there', async ({ page }) => {
    const { runIds } = await client.call('sweeps.queue', { sweep, again: true })
    await client.call('queue.pause', { selection: { runIds: runIds.slice(0, 1) } })
    await view(page, 'Live')
    const main = page.getByTestId('view')
    await expect(main.getByText('3 runs of this sweep wait. 1 run of this sweep is paused. The queue is paused:')).toBeVisible()
    expect(await seriousFindings(page)).toEqual([])
    await main.getByRole('button', { name: 'Resume 1 run' }).click()
    await expect(main.getByText('4 runs of this sweep wait.')).toBeVisible()
    await main.getByRole('button', { name: 'Resume queue' }).click()
    await expect(main.getByText('of this sweep wait')).toHaveCount(0, { timeout: patience })
    await expect(page.getByRole('article', { name: /^plain-/ }).first(), 'something trains').toBeVisible({ timeout: patience })
  })

  test('the queue of several hundred runs draws those in sight, and rows still go anywhere by key and by drag', async ({ page }) => {
    const { runIds } = await client.call('sweeps.queue', { sweep: { ...sweep, n: [1], seeds: 300 }, again: true })
    const queued = async () => (await client.call('queue.list', {})).map((run) => runIds.indexOf(run.id))
    const grips = page.getByRole('button', { name: /^Move .*, \d+ of 300$/ })
    await expect(page.getByRole('button', { name: 'Move plain-8 2-2-4, seed 1, 1 of 300' })).toBeVisible()
    expect(await grips.count(), 'rows that are drawn').toBeLessThan(100)

    await page.getByRole('button', { name: 'Move plain-8 2-2-4, seed 1, 1 of 300' }).focus()
    await page.keyboard.press('End')
    const last = page.getByRole('button', { name: 'Move plain-8 2-2-4, seed 1, 300 of 300' })
    await expect(last, 'the grip keeps the focus, far away').toBeFocused()
    await expect(last).toBeInViewport()
    await expect.poll(async () => (await queued()).at(-1)).toBe(0)

    // The row that is carried is drawn though its place is far out of sight, where a browser would end the drag of a row that went.
    const row = page.getByRole('row', { name: /^Move plain-8 2-2-4, seed 290, / })
    await row.hover()
    await page.mouse.down()
    await page.mouse.move(600, 500, { steps: 3 })
    await page.evaluate("document.querySelector('[data-testid=queue]').scrollTo({ top: 0 })")
    await expect(page.getByRole('button', { name: 'Move plain-8 2-2-4, seed 2, 1 of 300' })).toBeInViewport()
    await expect(row).toBeAttached()
    const target = page.getByRole('row', { name: /^Move plain-8 2-2-4, seed 4, / })
    await target.hover({ position: { x: 300, y: 4 } })
    await target.hover({ position: { x: 302, y: 4 } })
    await page.mouse.up()
    await expect.poll(async () => (await queued()).slice(0, 4)).toEqual([1, 2, 289, 3])
  })

  test('the queue lets single runs be paused, resumed, cancelled and retried', async ({ page }) => {
    await client.call('sweeps.queue', { sweep: { ...sweep, n: [5, 6] }, again: true })
    const row = (name: RegExp) => page.getByRole('row', { name })
    await row(/plain-32/)
      .getByRole('button', { name: 'Pause' })
      .click()
    await expect(row(/plain-32/).getByText('paused')).toBeVisible()
    await row(/plain-32/)
      .getByRole('button', { name: 'Resume' })
      .click()
    await expect(row(/plain-32/).getByText('waiting')).toBeVisible()
    await row(/plain-38/)
      .getByRole('button', { name: 'Cancel' })
      .click()
    const ended = page.getByRole('region', { name: /^Ended without a result/ })
    await expect(ended.getByRole('row', { name: /plain-38/ })).toContainText('cancelled on request')
    await ended
      .getByRole('row', { name: /plain-38/ })
      .getByRole('button', { name: 'Retry' })
      .click()
    await expect(page.getByRole('region', { name: /^Waiting/ }).getByRole('row', { name: /plain-38/ })).toBeVisible()
  })

  test('the queue groups its runs by sweep, cancels many with a way back, and puts away what ended', async ({ page }) => {
    const first = await client.call('sweeps.queue', { sweep: { ...sweep, name: 'First of two', n: [1, 2] }, again: true })
    await client.call('sweeps.queue', { sweep: { ...sweep, name: 'Second of two', n: [3, 4, 5] }, again: true })
    await client.call('queue.pause', { selection: { runIds: first.runIds.slice(0, 1) } })
    const waiting = page.getByRole('region', { name: /^Waiting/ })
    await expect(waiting.getByRole('rowheader', { name: /^First of two 2 runs waiting/ })).toBeVisible()
    await expect(waiting.getByRole('rowheader', { name: /^Second of two 3 runs waiting/ })).toBeVisible()
    expect(await seriousFindings(page)).toEqual([])

    await waiting.getByRole('checkbox', { name: 'Mark all of First of two' }).check()
    await page.getByRole('button', { name: 'Cancel', exact: true }).click()
    await expect(waiting.getByRole('rowheader', { name: /^First of two/ })).toHaveCount(0)
    await page.getByLabel('Messages').getByRole('button', { name: 'Undo' }).click()
    await expect(waiting.getByRole('rowheader', { name: /^First of two 2 runs waiting/ })).toBeVisible()
    expect(
      (await Promise.all(first.runIds.map((runId) => client.call('runs.get', { runId })))).map((run) => run.state),
      'a paused run is paused again',
    ).toEqual(['paused', 'waiting'])
    await expect.poll(() => order(page)).toEqual(['8', '14', '20', '26', '32'])

    await client.call('queue.cancel', { selection: { all: true } })
    const ended = page.getByRole('region', { name: /^Ended without a result/ })
    await ended.getByRole('combobox', { name: 'Ended runs of which sweep' }).selectOption('First of two')
    await expect(ended.getByRole('checkbox', { name: /^Mark plain/ })).toHaveCount(2)
    await ended.getByRole('checkbox', { name: /^Mark all/ }).check()
    await ended.getByRole('button', { name: 'Dismiss', exact: true }).click()
    await expect(ended.getByText('First of two')).toHaveCount(0)
    await page.getByLabel('Messages').getByRole('button', { name: 'Undo' }).click()
    await ended.getByRole('combobox', { name: 'Ended runs of which sweep' }).selectOption('First of two')
    await ended.getByRole('checkbox', { name: /^Mark all/ }).check()
    await ended.getByRole('button', { name: 'Remove', exact: true }).click()
    await expect(page.getByLabel('Messages').getByText(/^2 runs removed\. .* of files are deleted at/)).toBeVisible()
    await expect.poll(async () => (await client.call('runs.list', { filter: { sweepId: first.sweepId } })).total).toBe(0)
    await page.getByLabel('Messages').getByRole('button', { name: 'Undo' }).last().click()
    await expect.poll(async () => (await client.call('runs.list', { filter: { sweepId: first.sweepId } })).total).toBe(2)
  })

  test('the queue ends with what came of the sweep, which the list of sweeps opens, renames and removes', async ({ page }) => {
    test.setTimeout(240_000)
    const { sweepId, runIds } = await client.call('sweeps.queue', {
      sweep: { ...sweep, name: 'To be renamed', n: [1, 2], set: { ...sweep.set, epochs: 1 } },
      again: true,
    })
    await page.goto(new URL(`/#/live?sweep=${sweepId}`, served.url).href)
    const over = page.getByTestId('sweep-over')
    await expect(page.getByTestId('view').getByText('2 runs of this sweep wait.')).toBeVisible()
    await expect(over).toHaveCount(0)
    await client.call('queue.resume', {})
    await expect(over).toContainText('2 of 2 finished', { timeout: patience })
    await expect(over.getByRole('button', { name: 'Export' })).toBeVisible()
    expect(await seriousFindings(page)).toEqual([])
    await over.getByRole('link', { name: 'Verdict and figure' }).click()
    await expect(page.getByRole('region', { name: 'Comparison of the selected runs' })).toContainText('2 runs selected')

    await view(page, 'Live')
    await page.getByRole('link', { name: 'All sweeps' }).click()
    const row = page.getByRole('row', { name: new RegExp(`^${sweepId} `) })
    await expect(row).toContainText('2 of 2 finished')
    expect(await seriousFindings(page)).toEqual([])
    await row.getByRole('button', { name: `Rename sweep ${sweepId}` }).click()
    await page.getByRole('textbox', { name: `New name of sweep ${sweepId}` }).fill('Renamed')
    await page.keyboard.press('Enter')
    await expect(row.getByRole('link', { name: 'Renamed', exact: true })).toBeVisible()
    await row.getByRole('button', { name: 'Remove Renamed' }).click()
    await row.getByRole('button', { name: 'Remove with 2 runs' }).click()
    await expect(row).toHaveCount(0)
    await expect.poll(async () => (await client.call('runs.list', {})).runs.filter((run) => runIds.includes(run.id)).length).toBe(0)
    await page.getByLabel('Messages').getByRole('button', { name: 'Undo' }).click()
    await expect(row).toContainText('2 of 2 finished')
    await row.getByRole('link', { name: /^Open in Design/ }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Design' })).toBeVisible()

    // At once: what Design still loads does not call back who has gone on.
    await page.goto(new URL(`/#/runs/${runIds[0]}`, served.url).href)
    await page.getByRole('button', { name: 'Rename this run' }).click()
    await page.getByRole('textbox', { name: 'New name of this run' }).fill('the small one')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 2, name: 'the small one' })).toBeVisible()
    await page.getByRole('button', { name: 'Remove this run' }).click()
    await expect(page.getByLabel('Messages').getByText(/^the small one removed\. .* of files are deleted at/)).toBeVisible()
    await page.getByLabel('Messages').getByRole('button', { name: 'Undo' }).click()
    await expect.poll(async () => (await client.call('runs.list', {})).runs.some((run) => run.name === 'the small one')).toBe(true)
  })

  test('the queue shows a held run first, tells of it with a link, and offers no missing checkpoint', async ({ page }) => {
    test.setTimeout(240_000)
    await client.call('queue.cancel', { selection: { all: true } })
    const { runIds } = await client.call('sweeps.queue', {
      sweep: { ...sweep, name: 'Killed', n: [9], widths: [[16, 32, 64]], set: { ...sweep.set, epochs: 50 } },
      again: true,
    })
    const [runId] = runIds
    const state = async () => (await client.call('runs.get', { runId: runId! })).state
    await client.call('queue.resume', {})
    const worker = (): number | null => {
      const db = new BetterSqlite3(join(served.lab.workspace, 'skiplab.db'), { readonly: true })
      const row = db.prepare<[], { pid: number | null }>('SELECT pid FROM leases').get()
      db.close()
      return row?.pid ?? null
    }
    let last: number | null = null
    for (let kill = 1; kill <= 3; kill++) {
      await expect.poll(() => (worker() === last ? null : worker()), { timeout: patience }).not.toBeNull()
      last = worker()
      process.kill(last!, 'SIGKILL')
      await expect.poll(state, { timeout: patience }).not.toBe('running')
    }
    expect(await state()).toBe('held')
    const message = page
      .getByLabel('Messages')
      .getByRole('listitem')
      .filter({ hasText: 'is held and waits for you: The worker ended by signal SIGKILL' })
    await expect(message).toBeVisible()
    expect((await message.textContent()) ?? '').not.toMatch(/oneDNN|absl|cpu_feature/)

    await client.call('queue.pause', {})
    await client.call('sweeps.queue', { sweep: { ...sweep, name: 'Many behind', n: [1], seeds: 60 }, again: true })
    await expect(page.getByRole('rowheader', { name: /^Many behind 60 runs waiting/ })).toBeVisible()
    await view(page, 'Settings')
    await page.getByRole('link', { name: '1 held' }).click()
    const held = page.getByRole('region', { name: /^Held/ })
    await expect(held.getByRole('link', { name: /^plain-56/ })).toBeInViewport()
    expect(await seriousFindings(page)).toEqual([])

    await message.getByRole('link', { name: 'Open run' }).click()
    await expect(page.getByRole('button', { name: 'Retry from the start' })).toBeVisible()
    await expect(message).toHaveCount(0)
    await view(page, 'Queue')
    await held.getByRole('button', { name: /^Dismiss plain-56/ }).click()
    await expect(held).toHaveCount(0)
    expect(await state()).toBe('cancelled')
  })

  test('the queue duplicates a run into Design, where it can be changed', async ({ page }) => {
    await client.call('sweeps.queue', { sweep: { ...sweep, n: [7], seeds: [42], set: { ...sweep.set, learningRate: 0.025 } }, again: true })
    await page.getByRole('link', { name: /^Duplicate plain-44/ }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Design' })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Remove depth 44' })).toBeVisible()
    await page.getByRole('button', { name: 'Change hyperparameters' }).click()
    await expect(page.getByRole('textbox', { name: 'Initial', exact: true })).toHaveValue('0.025')
    await expect(page.getByLabel('Seeds', { exact: true })).toHaveValue('42,')
    expect(new URL(page.url()).hash).toBe('#/design')
  })

  test('waits outside its training hours, trains when they are lifted, and what is to happen when all is done can be called off', async ({
    page,
  }) => {
    test.setTimeout(240_000)
    const now = new Date()
    const clock = (hours: number) => `${String((now.getHours() + hours) % 24).padStart(2, '0')}:00`
    await client.call('sweeps.queue', { sweep: { ...sweep, n: [1] }, again: true })
    await page.getByRole('checkbox', { name: 'Train only between' }).check()
    await page.getByRole('textbox', { name: 'Training begins' }).fill(clock(4))
    await page.keyboard.press('Tab')
    await page.getByRole('textbox', { name: 'Training ends' }).fill(clock(5))
    await page.keyboard.press('Tab')
    await page.getByRole('button', { name: 'Resume queue' }).click()
    await expect(page.getByTestId('outlook')).toContainText(`Outside the training hours: runs start at ${clock(4)}`)
    await expect(page.locator('header [role=status]')).toContainText(`trains from ${clock(4)}`)
    expect(await client.call('engine.status', {})).toMatchObject({ running: [], waiting: 1 })

    await page.getByTestId('when-done').selectOption('sleep')
    await page.getByRole('checkbox', { name: 'Train only between' }).uncheck()
    const notice = page.getByRole('alert').filter({ hasText: 'The computer goes to sleep in' })
    await expect(notice).toBeVisible({ timeout: 2 * patience })
    await notice.getByRole('button', { name: 'Stay awake' }).click()
    await expect(notice).toBeHidden()
    expect((await client.call('engine.status', {})).whenDone).toBe('nothing')

    await client.call('queue.pause', {})
    await client.call('sweeps.queue', { sweep, again: true })
    await expect(page.getByTestId('outlook')).toContainText('Resumed now, all would be done', { timeout: patience })
    await expect(page.getByTestId('outlook')).toContainText(/likely|certainly|hardly/)
    await expect(page.getByRole('link', { name: /^plain-26.*four times in five between/ })).toBeVisible()
  })
})
