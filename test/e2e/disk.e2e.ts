import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import BetterSqlite3 from 'better-sqlite3'
import { writeManyClasses } from '../support/write-dataset.ts'
import { patience } from './support/lab.ts'
import { servedLab } from './support/served-lab.ts'
import { seriousFindings, view } from './support/story.ts'
import { unreadableText } from './support/text-boxes.ts'

const older = 'step-00000001-epoch-0000.safetensors'

test.describe('the disk in Settings', () => {
  const served = servedLab()
  const checkpoints = (runId: number): string => join(served.lab.workspace, 'checkpoints', String(runId))

  /** Two finished runs, of which the first has a checkpoint too many, and a data set without runs. */
  test.beforeAll(async () => {
    const { workspace } = served.lab
    const client = await served.lab.engine()
    await client.call('datasets.add', { name: 'shapes-10', from: null })
    await client.call('sweeps.queue', {
      sweep: {
        name: 'Two small nets',
        dataset: 'shapes-10',
        recipe: 'demo',
        families: ['plain'],
        n: [1, 2],
        widths: [[2, 2, 4]],
        set: { epochs: 1, batchSize: 256, statisticsSize: 0 },
      },
    })
    const states = async (): Promise<number> => (await client.call('runs.list', { filter: { states: ['finished'] } })).total
    await expect.poll(states, { timeout: 2 * patience }).toBe(2)
    client.close()
    const [newest] = readdirSync(checkpoints(1))
    copyFileSync(join(checkpoints(1), newest!), join(checkpoints(1), older))
    const db = new BetterSqlite3(join(workspace, 'skiplab.db'), { timeout: 5_000 })
    db.exec(
      `INSERT INTO checkpoints (run_id, file, step, epoch, sha256, bytes, error, attempt, created_at)
       SELECT run_id, '${older}', 1, 0, sha256, bytes, NULL, attempt, created_at FROM checkpoints WHERE run_id = 1`,
    )
    db.close()
    const spare = join(workspace, 'datasets', 'many-classes')
    mkdirSync(spare, { recursive: true })
    await writeManyClasses(spare, 20, { train: 40, test: 20, validation: 20 })
  })
  test.beforeEach(async ({ page }) => {
    await served.open(page)
    await view(page, 'Settings')
  })

  test('the disk in Settings tells sizes by kind and of the largest, and brings a removed run back', async ({ page }) => {
    const section = page.getByRole('region', { name: 'Disk' })
    await expect(section.getByText(/in this workspace, .* free on its disk/)).toBeVisible()
    await expect(section.getByRole('table', { name: 'Disk by kind' }).getByRole('row', { name: /^Checkpoints 3 / })).toBeVisible()
    const largest = section.getByRole('table', { name: 'Largest' })
    await expect(largest.getByRole('row', { name: /^Many classes data set, no run/ })).toBeVisible()
    const client = await served.lab.engine()
    await client.call('runs.remove', { runIds: [2] })
    client.close()
    const back = section.getByRole('button', { name: /^Bring back plain-14/ })
    await expect(back).toBeVisible()
    await expect(largest.getByRole('row', { name: /plain-14/ })).toHaveCount(0)
    expect(await page.evaluate<string[]>(unreadableText)).toEqual([])
    await back.click()
    await expect(page.getByText(/^plain-14.* brought back\.$/)).toBeVisible()
    await expect(largest.getByRole('row', { name: /plain-14/ })).toBeVisible()
  })

  test('the disk in Settings shows what would be freed before anything is, and frees exactly that', async ({ page }) => {
    const client = await served.lab.engine()
    await client.call('runs.remove', { runIds: [2] })
    await page.reload()
    const section = page.getByRole('region', { name: 'Disk' })
    const show = section.getByRole('button', { name: 'Show what would be freed' })
    await expect(show).toBeDisabled()
    await section.getByRole('checkbox', { name: /^Thin checkpoints of 1 ended run/ }).check()
    await show.click()
    const plan = section.getByRole('group', { name: 'What would be freed' })
    await expect(plan, 'it is read at once').toBeFocused()
    await expect(plan.getByRole('button', { name: /^Delete 1 file, / })).toBeVisible()
    await plan.getByRole('button', { name: 'Keep' }).click()
    await expect(plan).toHaveCount(0)
    await expect(show, 'the focus goes back').toBeFocused()

    await section.getByRole('checkbox', { name: /^Delete 1 removed run now/ }).check()
    await section.getByRole('checkbox', { name: /^Delete the data set Many classes/ }).check()
    await show.click()
    await expect(plan.getByRole('row')).toHaveCount(4)
    expect(await page.evaluate<string[]>(unreadableText)).toEqual([])
    expect(await seriousFindings(page)).toEqual([])
    expect(readdirSync(checkpoints(1))).toHaveLength(2)
    await plan.getByRole('button', { name: /^Delete \d+ files, / }).click()
    await expect(page.getByText(/ freed\.$/)).toBeVisible()
    await expect(section.getByText('There is nothing to free')).toBeVisible()
    expect(readdirSync(checkpoints(1))).toHaveLength(1)
    expect(existsSync(join(checkpoints(1), older))).toBe(false)
    expect(existsSync(checkpoints(2))).toBe(false)
    expect((await client.call('datasets.list', {})).map(({ name }) => name)).toEqual(['shapes-10'])
    client.close()
  })

  test('the disk in Settings takes a budget, which warns in every view while it is exceeded', async ({ page }) => {
    const budget = page.getByRole('textbox', { name: 'Budget' })
    await budget.fill('much')
    await budget.press('Tab')
    await expect(page.getByText('Expected a size from 1 MB up')).toBeVisible()
    await budget.fill('1 MB')
    await budget.press('Tab')
    await expect(page.getByText(/over its budget\.$/)).toBeVisible()
    await view(page, 'Queue')
    await page.getByRole('link', { name: 'over disk budget' }).click()
    await expect(page.getByRole('heading', { name: 'Disk', exact: true })).toBeInViewport()
    await budget.fill('')
    await budget.press('Tab')
    await expect(page.getByRole('link', { name: 'over disk budget' })).toHaveCount(0)
  })
})
