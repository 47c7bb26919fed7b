import type { Page } from 'playwright-core'
import { openBrowser, ready } from './browser.ts'
import type { Figure } from './figures.ts'
import { serveLab } from './lab-server.ts'

const mostMinutes = 30

/** A new workspace: from the first window to a figure of all four networks of "First look", trained to their end. */
export async function measureNewcomer(workspace: string): Promise<readonly Figure[]> {
  const served = await serveLab(workspace)
  const { page, browser } = await openBrowser()
  try {
    await page.goto(served.url)
    await ready(page)
    const from = performance.now()
    await queueFirstLook(page)
    await page
      .getByText('4 of 4 finished')
      .first()
      .waitFor({ timeout: mostMinutes * 60_000 })
    await page.getByRole('region', { name: 'Curves' }).getByRole('button', { name: 'Export' }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('dialog', { name: 'Export' }).getByRole('button', { name: 'PDF', exact: true }).click()
    await (await download).path()
    return [
      { what: 'from the first window to a figure of trained networks', value: (performance.now() - from) / 1000, unit: 's', bar: 300 },
    ]
  } finally {
    await browser.close()
    await served.end()
  }
}

async function queueFirstLook(page: Page): Promise<void> {
  const queue = page.locator('[data-testid=queue-sweep]:enabled')
  const add = page.getByRole('button', { name: 'Add Shapes-10 to this workspace' })
  await queue.or(add).first().waitFor()
  if (await add.isVisible()) await add.click()
  await queue.click({ timeout: 120_000 })
}
