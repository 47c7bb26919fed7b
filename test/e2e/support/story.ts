import { readFileSync } from 'node:fs'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Locator, type Page } from '@playwright/test'
import { patience } from './lab.ts'

/** The sweep of the stories: the smallest nets, few epochs, everything else as a newcomer finds it. */
export async function designSmallSweep(page: Page, epochs: number): Promise<void> {
  await view(page, 'Design')
  await page.getByRole('button', { name: 'First look' }).click()
  await planned(page)
  await page.getByRole('button', { name: 'Remove depth 44' }).click()
  await page.getByRole('button', { name: 'Change hyperparameters' }).click()
  await setField(page, 'Epochs', String(epochs))
  await setField(page, 'Layer statistics over', '64')
  await page.getByRole('button', { name: 'Hide hyperparameters' }).click()
}

/** The design can be queued: its plan is there, and its data set is or comes with the first runs. */
export async function planned(page: Page): Promise<void> {
  await expect(page.getByTestId('queue-sweep').and(page.locator(':enabled'))).toBeVisible({ timeout: patience })
}

export async function setField(page: Page, label: string, value: string): Promise<void> {
  const field = page.getByRole('textbox', { name: label, exact: true })
  await field.fill(value)
  await field.press('Tab')
}

export async function queueRuns(page: Page, count: number): Promise<void> {
  const button = page.getByRole('button', { name: `Queue ${count} run${count === 1 ? '' : 's'}` })
  await expect(button).toBeEnabled({ timeout: patience })
  await button.click()
  await expect(page).toHaveURL(/#\/live\?sweep=\d+/)
}

/** Presses a key on a control once it is enabled: `press` itself does not wait for that, and the key would go nowhere. */
export async function pressEnabled(control: Locator, key: 'Enter' | 'Space'): Promise<void> {
  await expect(control).toBeEnabled()
  await control.press(key)
}

export async function view(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name }).click()
  await expect(page.getByRole('heading', { level: 1, name: name })).toBeVisible()
}

/** Everything trained; the status says so. */
export async function allDone(page: Page): Promise<void> {
  await expect(page.locator('header [role=status]')).toContainText('idle', { timeout: 2 * patience })
}

export async function layersAreShown(page: Page, panels: number): Promise<void> {
  await view(page, 'Layers')
  const inOrder = page.getByRole('img', { name: /, in layer order, at epoch \d+, 1 lines/ })
  await expect(inOrder, 'plain and residual side by side').toHaveCount(panels, { timeout: patience })
  const slider = page.getByRole('slider', { name: /Epoch/ })
  await slider.focus()
  await slider.press('Home')
  await expect(page.getByRole('img', { name: /layer order, at epoch 1,/ })).toHaveCount(panels)
  await inOrder.first().click({ position: { x: 200, y: 90 } })
  const detail = page.getByRole('region', { name: /^Layer \d+ of / })
  await expect(detail.getByRole('img', { name: /over epochs, \d+ lines/ })).toBeInViewport()
  await detail.getByRole('button', { name: 'Export' }).click()
  await expect(page.getByRole('dialog', { name: 'Export' }).getByRole('button', { name: 'PDF', exact: true })).toBeEnabled()
  await page.keyboard.press('Escape')
}

export async function runsAreCompared(page: Page): Promise<void> {
  await view(page, 'Runs')
  const table = page.getByRole('region', { name: 'Runs' })
  await expect(table.getByText('finished')).toHaveCount(2)
  await page.getByRole('checkbox', { name: 'Select all' }).click()
  const comparison = page.getByRole('region', { name: 'Comparison of the selected runs' })
  await expect(comparison.getByRole('img', { name: /for plain, 2 lines/ })).toBeVisible({ timeout: patience })
  await expect(comparison.getByRole('img', { name: /for residual A, 2 lines/ })).toBeVisible()
  await comparison.getByText('What differs').click()
  await expect(comparison.getByRole('row', { name: /^plain-8, seed 1 plain / })).toBeVisible()
  await comparison.getByText('Curves', { exact: true }).click()
  await page.getByRole('searchbox', { name: 'Search runs' }).fill('residual-8')
  await expect(table.getByText('finished')).toHaveCount(1)
  await page.getByRole('button', { name: 'Clear filters' }).click()
}

export function curvesFile(path: string): { head: string; rows: number } {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\r\n')
  return { head: lines[0] ?? '', rows: lines.length - 1 }
}

/** axe-core's serious and critical findings of the page as it is, in words. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Electron has no second page for axe to finish in.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join('; ')}`)
}

export const viewLinks = ['Design', 'Queue', 'Live', 'Layers', 'Runs', 'Report', 'Data', 'Settings'] as const
