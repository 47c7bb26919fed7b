import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { type ElectronApplication, expect, test } from '@playwright/test'
import { appEnvironment, electronPath, Lab, patience, ready } from './support/lab.ts'
import {
  allDone,
  curvesFile,
  designSmallSweep,
  layersAreShown,
  queueRuns,
  runsAreCompared,
  seriousFindings,
  view,
  viewLinks,
} from './support/story.ts'

declare global {
  /** Put there by the test, in the app. */
  var trayItems: string[]
}

test.describe('the desktop app', () => {
  let lab: Lab
  test.beforeEach(() => (lab = new Lab()))
  test.afterEach(async () => lab.end())

  test('a newcomer designs a sweep, watches it train, looks at its layers, compares its runs and saves the curves', async () => {
    test.setTimeout(400_000)
    const { app, page } = await lab.openApp()
    await designSmallSweep(page, 2)
    await queueRuns(page, 2)
    await expect(page.getByRole('article').first()).toContainText(/epoch \d of 2/)
    await allDone(page)
    await layersAreShown(page, 2)
    await runsAreCompared(page)

    const file = join(lab.folder, 'curves.csv')
    await app.evaluate(({ session }, path) => session.defaultSession.on('will-download', (_event, item) => item.setSavePath(path)), file)
    await page.getByRole('region', { name: 'Comparison of the selected runs' }).getByRole('button', { name: 'Export' }).click()
    await page.getByRole('button', { name: 'CSV', exact: true }).click()
    await expect.poll(() => rowsOf(file), { timeout: patience }).toBe(4)

    const heard = app.evaluate(({ app: shell }) => new Promise<boolean>((done) => shell.once('second-instance', () => done(true))))
    expect(await secondStart(lab, ['skiplab://run/1'])).toBe(0)
    expect(await heard).toBe(true)
    await expect(page).toHaveURL(/#\/runs\/1$/)
    await expect(page.getByRole('heading', { level: 1, name: 'Run' })).toBeVisible()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: /^Find a view/ }).fill('copy link')
    await page.keyboard.press('Enter')
    await expect.poll(() => app.evaluate(({ clipboard }) => clipboard.readText())).toBe('skiplab://run/1')

    for (const name of viewLinks) {
      await view(page, name)
      expect(await seriousFindings(page), name).toEqual([])
    }
    await app.close()
  })

  test('the desktop app’s shell and client load in the old Node of this Electron and reach an engine', async () => {
    const { app, page } = await lab.openApp()
    // Electron 22 has Node 16. The engine and its workers run under a Node of their own.
    expect(await app.evaluate(() => process.versions.node)).toMatch(/^16\./)
    await view(page, 'Data')
    await expect(page.getByRole('heading', { level: 1, name: 'Data' })).toBeVisible()
    await app.close()
  })

  test('closed while a run trains, the run goes on, and the window that is opened again finds it', async () => {
    test.setTimeout(300_000)
    const first = await lab.openApp()
    await designSmallSweep(first.page, 40)
    await queueRuns(first.page, 2)
    await expect(first.page.getByRole('article').first()).toContainText(/epoch \d+ of 40/, { timeout: patience })
    const asked = await first.app.evaluate(({ dialog, app }) => {
      const shown: string[] = []
      dialog.showMessageBox = ((_window: unknown, options: { message: string }) => {
        shown.push(options.message)
        return Promise.resolve({ response: 0, checkboxChecked: false })
      }) as typeof dialog.showMessageBox // only the answer is of interest here
      return new Promise<string[]>((done) => {
        app.once('will-quit', (event) => {
          event.preventDefault()
          done(shown)
        })
        app.quit()
      })
    })
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatch(/training.*Go on without the app/)
    await first.app.evaluate(({ app }) => app.exit(0)).catch(() => undefined)

    const client = await lab.engine()
    const { running } = await client.call('engine.status', {})
    expect(running.length).toBeGreaterThan(0)
    const second = await lab.openApp()
    await intoTheTray(second.app, lab)
    second.page = await second.app.firstWindow({ timeout: patience })
    await ready(second.page)
    await view(second.page, 'Live')
    await expect(second.page.getByRole('article').first()).toContainText(/epoch \d+ of 40/, { timeout: patience })
    await client.call('queue.cancel', { selection: { all: true } })
    await allDone(second.page)
    client.close()
    await second.app.close()
  })

  test('a crashed page is loaded again where it was, and finds its engine', async () => {
    const { app, page } = await lab.openApp()
    await view(page, 'Data')
    await app.evaluate(
      ({ BrowserWindow }) =>
        new Promise<void>((done) => {
          const contents = BrowserWindow.getAllWindows()[0]!.webContents
          contents.once('did-finish-load', () => done())
          contents.forcefullyCrashRenderer()
        }),
    )
    const usable = (): Promise<boolean> =>
      app.evaluate(
        ({ BrowserWindow }) =>
          BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(
            "document.querySelector('[data-testid=view]:not([inert])') !== null && location.hash === '#/data'",
          ) as Promise<boolean>,
      )
    await expect.poll(usable, { timeout: patience }).toBe(true)
    await app.close()
  })

  test('the window remembers its place, size and theme', async () => {
    const first = await lab.openApp()
    await first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.setBounds({ x: 60, y: 50, width: 1000, height: 700 }))
    await view(first.page, 'Settings')
    await first.page.getByText('Dark', { exact: true }).click()
    await first.app.close()
    const second = await lab.openApp()
    const bounds = await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getBounds())
    expect(bounds).toMatchObject({ width: 1000, height: 700 })
    expect(await second.page.evaluate('document.documentElement.dataset.theme')).toBe('dark')
    await ready(second.page)
    await second.app.close()
  })
})

/** Closes the window while runs train: the app stays, with a tray icon that says so, until another start opens the window again. */
async function intoTheTray(app: ElectronApplication, lab: Lab): Promise<void> {
  await app.evaluate(({ BrowserWindow, dialog, Menu }) => {
    Object.assign(globalThis, { trayItems: [] })
    dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false }) // as a person would answer
    const build = Menu.buildFromTemplate.bind(Menu)
    Menu.buildFromTemplate = (template) => {
      Object.assign(globalThis, { trayItems: template.map(({ label }) => label ?? '') })
      return build(template)
    }
    BrowserWindow.getAllWindows()[0]!.close()
  })
  await expect.poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(0)
  const items = await app.evaluate(() => globalThis.trayItems)
  expect(items[0]).toMatch(/^\d training/)
  expect(items).toEqual(expect.arrayContaining(['Open Skiplab', 'Stop after this epoch', 'Save, stop and quit', 'Quit, training goes on']))
  expect(await secondStart(lab, [])).toBe(0)
  await expect.poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
}

/** @returns the exit code of another start with the same profile */
function secondStart(lab: Lab, more: readonly string[]): Promise<unknown> {
  return new Promise((done) =>
    spawn(electronPath(), [...lab.electronArguments(), ...more], { env: appEnvironment(), stdio: 'ignore' }).once('exit', done),
  )
}

function rowsOf(file: string): number {
  try {
    return curvesFile(file).rows
  } catch {
    return -1
  }
}
