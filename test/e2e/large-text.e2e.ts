import { expect, test } from '@playwright/test'
import { servedLab } from './support/served-lab.ts'
import { view, viewLinks } from './support/story.ts'

/** Controls that lie, in whole or in part, where nobody can scroll to, and words that their button cuts. Runs in the page. */
const cutOff = `(() => {
  const findings = []
  for (const control of document.querySelectorAll('button, a[href], input, select, textarea')) {
    const { left, right, top, bottom, width } = control.getBoundingClientRect()
    if (width < 2 || !control.checkVisibility({ visibilityProperty: true })) continue
    const name = control.tagName.toLowerCase() + ' ' + (control.getAttribute('aria-label') ?? control.textContent).trim().slice(0, 40)
    if (control.tagName === 'BUTTON' && control.scrollWidth > control.clientWidth + 1) findings.push(name + ': its words are cut')
    for (let around = control.parentElement; around; around = around.parentElement) {
      const whole = around === document.documentElement
      const { overflowX, overflowY } = getComputedStyle(around)
      if (!whole && overflowX === 'visible' && overflowY === 'visible') continue
      const edge = whole ? { left: 0, top: 0, right: innerWidth, bottom: innerHeight } : around.getBoundingClientRect()
      const beside = left < edge.left - 1 || right > edge.right + 1
      const beyond = top < edge.top - 1 || bottom > edge.bottom + 1
      if (beside && !/auto|scroll/.test(overflowX)) findings.push(name + ': beside ' + (around.className || around.tagName))
      if (beyond && !/auto|scroll/.test(overflowY)) findings.push(name + ': above or below ' + (around.className || around.tagName))
      if (beside || beyond) break
    }
  }
  return findings
})()`

test.describe('text that is larger', () => {
  const served = servedLab()
  test.beforeAll(async () => {
    const client = await served.lab.engine()
    await client.call('datasets.add', { name: 'shapes-10', from: null })
    await client.call('queue.pause', {})
    await client.call('sweeps.queue', {
      sweep: { name: 'Waiting', dataset: 'shapes-10', recipe: 'demo', families: ['plain', 'residual'], n: [1, 6], seeds: 2 },
    })
    client.close()
  })

  for (const [percent, width, height] of [
    [150, 1440, 900],
    [150, 1024, 700],
    [200, 1024, 700],
  ] as const) {
    test(`text of ${percent} % leaves every control of every view within reach at ${width} × ${height}`, async ({ page }) => {
      await page.setViewportSize({ width, height })
      const browser = await page.context().newCDPSession(page)
      // The browser's own setting for the size of text, by which media queries in em go.
      await browser.send('Page.setFontSizes', { fontSizes: { standard: (16 * percent) / 100 } })
      await served.open(page)
      expect(await page.evaluate<number>('parseFloat(getComputedStyle(document.documentElement).fontSize)')).toBe((16 * percent) / 100)
      await page.getByRole('button', { name: 'Log' }).click()
      for (const name of viewLinks) {
        await view(page, name)
        expect(await page.evaluate<string[]>(cutOff), name).toEqual([])
      }
      await page.goto(new URL('/#/runs/1', served.url).href)
      await expect(page.getByText('What happened')).toBeVisible()
      expect(await page.evaluate<string[]>(cutOff), 'a run').toEqual([])
    })
  }
})
