import type { Page } from 'playwright-core'

/** What somebody does who sees the workbench for the first time and takes its tour. */

/** From the first window through the question and the design to the step that shows the four networks while they train. */
export async function takeTour(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Take the tour' }).click()
  await nextStep(page, 'Design')
  await page.getByRole('button', { name: 'Queue 4 runs' }).click({ timeout: 120_000 })
  await page.getByRole('heading', { level: 2, name: /^Watch/ }).waitFor()
}

/** @returns the file with the own figure, a PDF */
export async function saveOwnFigure(page: Page): Promise<string> {
  await nextStep(page, 'Your figure')
  await page.getByRole('region', { name: 'Curves' }).getByRole('button', { name: 'Export' }).click()
  const download = page.waitForEvent('download')
  await page.getByRole('dialog', { name: 'Export' }).getByRole('button', { name: 'PDF', exact: true }).click()
  const file = await (await download).path()
  await page.keyboard.press('Escape')
  return file
}

/** Has the gradients of the own networks measured, and waits for their picture. */
export async function measureOwnGradients(page: Page, timeout: number): Promise<void> {
  await nextStep(page, 'Why shortcuts help')
  await page.getByRole('button', { name: /^Measure gradients of \d runs$/ }).click()
  await page.getByRole('region', { name: 'Gradients by depth' }).waitFor({ timeout })
}

async function nextStep(page: Page, title: string): Promise<void> {
  await page.getByRole('link', { name: `Next: ${title}` }).click()
  await page.getByRole('heading', { level: 2, name: title }).waitFor()
}
