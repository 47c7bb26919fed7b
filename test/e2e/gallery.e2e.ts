import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import type { SweepInput } from '../../src/common/sweep/sweep.ts'
import { patience } from './support/lab.ts'
import { servedLab } from './support/served-lab.ts'
import { seriousFindings } from './support/story.ts'
import { unreadableText } from './support/text-boxes.ts'

/** Tries to become more than a name. */
const name = 'Depth </script><img src=x onerror="document.title=1">'

const recorded: SweepInput = {
  name,
  dataset: 'shapes-10',
  recipe: 'demo',
  families: ['plain', 'residual'],
  n: [1],
  widths: [[4, 4, 8]],
  seeds: 2,
  set: { epochs: 2, batchSize: 256, statisticsSize: 64, validationSize: 500 },
}
/** Without statistics of layers. */
const bare: SweepInput = {
  ...recorded,
  name: 'Bare',
  families: ['plain'],
  seeds: 1,
  set: { epochs: 1, batchSize: 256, statisticsSize: 0, validationSize: 0 },
}

test.describe('gallery and report', () => {
  const served = servedLab()
  test.beforeAll(async () => {
    test.setTimeout(300_000)
    const client = await served.lab.engine()
    await client.call('datasets.add', { name: 'shapes-10', from: null })
    await client.call('sweeps.queue', { sweep: recorded })
    await client.call('sweeps.queue', { sweep: bare })
    const finished = async (): Promise<number> => (await client.call('runs.list', { filter: { states: ['finished'] } })).total
    await expect.poll(finished, { timeout: 3 * patience }).toBe(5)
    client.close()
  })

  const saved = async (page: Page, button: string | RegExp): Promise<Buffer> => {
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: button }).first().click()
    return readFileSync(await (await download).path())
  }

  test('the gallery draws the paper’s figures of own runs, says what is missing and lets networks be chosen', async ({ page }) => {
    await served.open(page)
    await page.goto(new URL('/#/gallery', served.url).href)
    const figure = page.getByRole('article', { name: 'Figure 6' })
    await expect(figure.getByRole('img')).toBeVisible({ timeout: patience })
    await expect(figure).toContainText('Missing: plain-20, plain-32')
    await expect(figure.getByRole('button', { name: /^Queue 18 runs/ })).toBeVisible()
    await expect(figure).toContainText('n = 2 seeds for each network')
    await expect(page.getByRole('article', { name: 'Figure 4' })).toContainText('no run of this kind has finished')
    for (const article of ['Figure 1', 'Figure 2', 'Figure 3', 'Figure 5', 'Figure 7', 'Error against depth', 'Error against cost'])
      await expect(page.getByRole('article', { name: article }).getByRole('img'), article).toBeVisible({ timeout: patience })
    expect((await saved(page, 'Save Figure 6 as PDF')).toString('latin1')).toContain('/FontFile2')
    const table = async (): Promise<string> => (await saved(page, 'Save Figure 6 as CSV')).toString('utf8')
    expect(await table()).toContain('"plain-8 4-4-8, test"')
    await figure.getByRole('button', { name: /^4 runs of 2 networks/ }).click()
    await page.getByRole('checkbox', { name: /^plain-8/ }).uncheck()
    await page.keyboard.press('Escape')
    await expect(figure.getByRole('button', { name: /^2 runs of 1 network/ })).toBeVisible()
    expect(await table()).not.toContain('plain-8')
    expect(await page.evaluate<string[]>(unreadableText)).toEqual([])
    expect(await seriousFindings(page)).toEqual([])
  })

  test('layers that no run of a sweep recorded are measured in one click, and figure 7 is drawn from that', async ({ page }) => {
    await served.open(page)
    await page.goto(new URL('/#/layers?sweep=2', served.url).href)
    await page.getByRole('link', { name: 'Figure 7' }).click()
    const figure = page.getByRole('article', { name: 'Figure 7' })
    await expect(figure).toContainText('Layer responses of 1 run were not recorded')
    await expect(figure).toBeInViewport()
    await figure.getByRole('button', { name: 'Measure layers of 1 run' }).click()
    await expect(figure.getByRole('img')).toBeVisible({ timeout: patience })
    await expect(figure).toContainText('n = 1 seed for each network')
    await expect(figure).not.toContainText('not recorded')
    expect(await page.evaluate<string[]>(unreadableText)).toEqual([])
  })

  test('a report that the page saves is whole offline: no request leaves it, and it says what the table of runs says', async ({
    page,
    browser,
  }) => {
    await served.open(page)
    await page.goto(new URL('/#/gallery?sweep=1', served.url).href)
    const file = join(served.lab.folder, 'report.html')
    writeFileSync(file, await saved(page, /^Save as HTML/))
    const context = await browser.newContext({ offline: true, viewport: { width: 1200, height: 900 } })
    const offline = await context.newPage()
    const requests: string[] = []
    const troubles: string[] = []
    offline.on('request', (request) => !request.url().startsWith('data:') && requests.push(request.url()))
    offline.on('console', (message) => troubles.push(message.text()))
    offline.on('pageerror', (error) => troubles.push(String(error)))
    await offline.goto(pathToFileURL(file).href)
    await expect(offline.getByRole('heading', { level: 1 })).toHaveText(name)
    await expect(offline).toHaveTitle(name)

    const client = await served.lab.engine()
    const { text } = await client.call('exports.csv', { table: 'epochs', runIds: [1, 2, 3, 4] })
    client.close()
    const [head, ...rows] = text
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','))
    const column = (title: string): number => head!.indexOf(title) - head!.length
    const errors = rows
      .filter((row) => row.includes('plain') && row.includes('8') && row.at(column('epoch')) === '2')
      .map((row) => Number(row.at(column('test_error'))) * 100)
    expect(errors).toHaveLength(2)
    const mean = ((errors[0]! + errors[1]!) / 2).toFixed(2)

    const chart = offline.getByRole('img', { name: /^Training and test error/ })
    await chart.focus()
    await chart.press('End')
    const readout = offline.getByRole('status').first()
    await expect(readout).toContainText(`plain: plain-8 4-4-8, test${mean}`)
    await expect(offline.getByRole('row', { name: /^plain-8/ }).first()).toContainText(mean)
    await offline.getByRole('button', { name: 'plain-8 4-4-8, test', exact: true }).first().click()
    await chart.press('End')
    await expect(readout).not.toContainText('plain-8 4-4-8, test')
    await offline.getByRole('button', { name: 'Light or dark' }).click()
    await expect(offline.locator('html')).toHaveAttribute('data-theme', 'dark')
    const download = offline.waitForEvent('download')
    await offline.getByRole('link', { name: 'epochs.csv' }).click()
    expect(readFileSync(await (await download).path(), 'utf8'), 'the same table is inside').toBe(text)
    expect(await seriousFindings(offline)).toEqual([])
    expect(requests).toEqual([pathToFileURL(file).href])
    expect(troubles).toEqual([])
    await context.close()

    const pdf = (await saved(page, /^PDF: report of/)).toString('latin1')
    expect(pdf).toContain('/FontFile2')
    expect(pdf, 'letters are of embedded fonts alone').not.toContain('/Subtype /Type1')
  })
})
