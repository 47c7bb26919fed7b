import { readFileSync } from 'node:fs'
import { expect, type Locator, type Page } from '@playwright/test'
import sharp from 'sharp'
import { curvesFile } from './story.ts'

/**
 * Points into a chart until its readout is there: a chart that is just being laid out hears no pointer yet, and may move away under it.
 * @param across share of the chart's width
 * @param down share of its height
 */
export async function pointInto(page: Page, chart: Locator, across: number, down: number): Promise<void> {
  let tries = 0
  await expect(async () => {
    const box = (await chart.boundingBox())!
    await page.mouse.move(box.x + box.width * across + (tries++ % 2), box.y + box.height * down)
    await expect(chart.locator('.readout')).toHaveCount(1, { timeout: 1_000 })
  }).toPass({ timeout: 30_000 })
}

/** Reads, zooms, smooths and pans the curves of a trained sweep of the story, and leaves them as they were. */
export async function curvesAreRead(page: Page): Promise<void> {
  const chart = page.getByRole('group', { name: /for plain, \d+ lines/ })
  await chart.focus()
  await chart.press('End')
  const readout = chart.getByRole('status')
  await expect(readout).toContainText('epoch 2')
  await expect(readout.getByRole('row')).toHaveCount(2)
  await chart.press('ArrowLeft')
  await expect(readout).toContainText('epoch 1')

  await page.getByText('Batch loss').click()
  const steps = page.getByRole('group', { name: /^batch loss, nats against epoch for plain, 1 lines/ })
  await expect(steps).toBeVisible()
  await steps.hover()
  const box = (await steps.boundingBox())!
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.5)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.5, { steps: 5 })
  await page.mouse.up()
  await expect(page.getByRole('button', { name: 'Whole curve' }).first(), 'panels zoom together').toBeVisible()
  await expect(page.getByRole('button', { name: 'Whole curve' })).toHaveCount(2)
  await steps.press('Shift+ArrowRight')
  await steps.press('0')
  await expect(page.getByRole('button', { name: 'Whole curve' })).toHaveCount(0)

  await page.getByLabel('Smoothing').selectOption('0.9')
  await expect(page.getByRole('img', { name: /^batch loss, nats \(moving average, weight 0.9\)/ }).first()).toBeVisible()
  await page.getByLabel('Smoothing').selectOption('none')
  await page.getByText('Error', { exact: true }).click()
}

/** Every format of the export menu comes as a file that is what its name says. */
export async function exportsAreValid(page: Page): Promise<void> {
  await page.getByRole('region', { name: 'Curves' }).getByRole('button', { name: 'Export' }).click()
  await page.getByLabel('Size of the figure').selectOption('single')
  await page.getByLabel('Subtitle', { exact: true }).uncheck()
  const saved = async (name: string): Promise<string> => {
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name, exact: true }).click()
    const file = await download
    expect(file.suggestedFilename(), 'the name says what is in the file').toMatch(new RegExp(`^error-curves-.+-8\\.${name.toLowerCase()}$`))
    return file.path()
  }
  const svg = readFileSync(await saved('SVG'), 'utf8')
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="336"/)
  expect(svg).toContain('@font-face')
  expect(svg).toContain('>residual A</text>')
  expect(svg, 'without its subtitle').toMatch(/<desc>demo[^<]*<\/desc>/)
  expect(svg).not.toMatch(/>demo[^<]*<\/text>/)
  const pdf = readFileSync(await saved('PDF')).toString('latin1')
  expect(pdf).toMatch(/^%PDF-1\.\d[\s\S]*\/MediaBox \[0 0 252 [\s\S]*%%EOF\s*$/)
  expect(pdf, 'fonts are inside').toContain('/FontFile2')
  const { format, width } = await sharp(await saved('PNG')).metadata()
  expect({ format, width }).toEqual({ format: 'png', width: 1008 })
  const { head, rows } = curvesFile(await saved('CSV'))
  expect(head).toContain('run,sweep,family,layers,shortcut,dataset,recipe,seed,epoch,step')
  expect(rows, 'two runs of two epochs').toBe(4)

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copy CSV' }).click()
  await expect(page.getByText('The table is on the clipboard.')).toBeVisible()
  expect(await page.evaluate('navigator.clipboard.readText()')).toContain(',residual,8,A,shapes-10,')
  await page.getByRole('button', { name: 'Copy PNG' }).click()
  await expect(page.getByText('The picture is on the clipboard.')).toBeVisible()
  expect(await page.evaluate('navigator.clipboard.read().then((items) => items[0].types)')).toEqual(['image/png'])
  await page.keyboard.press('Escape')
}
