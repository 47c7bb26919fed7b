import { expect, test } from '@playwright/test'
import { paletteFinds, sweepFilesAreDropped } from './support/desk.ts'
import { Lab } from './support/lab.ts'
import { seriousFindings } from './support/story.ts'

test('the app has a palette, takes a sweep file that is dropped, and remembers its workspaces', async () => {
  const lab = new Lab()
  try {
    const { app, page } = await lab.openApp()
    await paletteFinds(page, 'layers', /^View\s*Layers/)
    await expect(page.getByRole('heading', { level: 1, name: 'Layers' })).toBeVisible()
    await app.evaluate(({ Menu }) => {
      const view = Menu.getApplicationMenu()?.items.find(({ label }) => label === '&View')
      view?.submenu?.items.find(({ accelerator }) => accelerator === 'CmdOrCtrl+2')?.click()
    })
    await expect(page.getByRole('heading', { level: 1, name: 'Queue' })).toBeVisible()
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
    expect(await seriousFindings(page)).toEqual([])
    await page.keyboard.press('Escape')
    await sweepFilesAreDropped(page)

    const other = `${lab.workspace}-2`
    expect(
      await page.evaluate(`skiplab.switchWorkspace(${JSON.stringify(other)}).then(() => 'switched', () => 'refused')`),
      'the page may not choose a folder that nobody opened',
    ).toBe('refused')
    expect(await page.evaluate('skiplab.recentWorkspaces()')).toEqual([lab.workspace])
    await app.close()
  } finally {
    await lab.end()
  }
})
