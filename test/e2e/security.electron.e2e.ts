import { join, resolve } from 'node:path'
import { type ElectronApplication, expect, type Page, test } from '@playwright/test'
import { Lab } from './support/lab.ts'

test.describe('the built app keeps its page in its place', () => {
  let lab: Lab
  let app: ElectronApplication
  let page: Page
  test.beforeAll(async () => {
    lab = new Lab()
    ;({ app, page } = await lab.openApp())
  })
  test.afterAll(async () => {
    await app.close()
    await lab.end()
  })

  test('the page is sandboxed, isolated and without Node', async () => {
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      // Not in Electron's types.
      const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }
      const { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag, nodeIntegrationInWorker, allowRunningInsecureContent } =
        contents.getLastWebPreferences()
      return {
        sandbox,
        contextIsolation,
        nodeIntegration,
        webSecurity: webSecurity ?? true,
        webviewTag: webviewTag ?? false,
        nodeIntegrationInWorker: nodeIntegrationInWorker ?? false,
        insecure: allowRunningInsecureContent ?? false,
      }
    })
    expect(preferences).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      nodeIntegrationInWorker: false,
      insecure: false,
    })
    expect(await page.evaluate('[typeof require, typeof process, typeof Buffer]')).toEqual(['undefined', 'undefined', 'undefined'])
  })

  test('the page comes from a protocol of its own, and its policy forbids other code', async () => {
    expect(page.url()).toMatch(/^skiplab:\/\/page\//)
    const policy = await page.evaluate(`new Promise((done) => {
      const tell = (event) => done({ directive: event.violatedDirective, ran: 'injected' in window })
      document.addEventListener('securitypolicyviolation', tell, { once: true })
      const script = document.createElement('script')
      script.textContent = 'window.injected = true'
      document.body.append(script)
    })`)
    expect(policy).toEqual({ directive: 'script-src-elem', ran: false })
    expect(await page.evaluate("fetch('https://example.com').then(() => 'reached', () => 'refused')")).toBe('refused')
  })

  test('files outside the page are not served', async () => {
    const status = await app.evaluate(async ({ BrowserWindow }) => {
      const ask = async (address: string): Promise<number> => {
        const other = new BrowserWindow({ show: false, webPreferences: { sandbox: true, contextIsolation: true } })
        const answered = new Promise<number>((done) => other.webContents.once('did-navigate', (_event, _url, code) => done(code)))
        await other.loadURL(address).catch(() => undefined)
        const code = await answered
        other.destroy()
        return code
      }
      const codes: number[] = []
      for (const path of ['page/index.html', 'page/..%2F..%2Fpackage.json', 'page/%2Fetc%2Fpasswd', 'elsewhere/index.html'])
        codes.push(await ask(`skiplab://${path}`))
      return codes
    })
    expect(status).toEqual([200, 404, 404, 404])
  })

  test('the bridge offers named methods only', async () => {
    const names = await page.evaluate('Object.keys(skiplab).sort()')
    expect(names).toEqual([
      'changeShellSettings',
      'chooseDatasetSource',
      'chooseExportPath',
      'connection',
      'engine',
      'onConnection',
      'onDestination',
      'onEvent',
      'openWorkspace',
      'pathOfFile',
      'recentWorkspaces',
      'reconnect',
      'setTheme',
      'shellSettings',
      'switchWorkspace',
      'takeDestination',
    ])
    const refused = await page.evaluate("skiplab.engine['runs.get']({ runId: 'one', extra: 1 })")
    expect(refused).toMatchObject({ ok: false, failure: { code: 'bad-input' } })
  })

  test('new windows, other addresses and permissions are denied', async () => {
    expect(await page.evaluate("window.open('https://example.com') === null")).toBe(true)
    const before = page.url()
    await page.evaluate("void (location.href = 'data:text/html,elsewhere')").catch(() => undefined)
    await page.evaluate("void (location.href = 'file:///etc/passwd')").catch(() => undefined)
    await page.waitForTimeout(300)
    expect(page.url()).toBe(before)
    expect(await page.evaluate('Notification.requestPermission()')).toBe('denied')
    expect(await page.evaluate("navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 'given', () => 'denied')")).toBe('denied')
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  })

  test('another page that gets hold of the preload script is refused', async () => {
    const preload = join(resolve(import.meta.dirname, '..', '..'), process.env.SKIPLAB_OUT ?? 'out', 'preload', 'index.cjs')
    const answer = await app.evaluate(async ({ BrowserWindow }, path) => {
      const other = new BrowserWindow({ show: false, webPreferences: { preload: path, sandbox: true, contextIsolation: true } })
      await other.loadURL('data:text/html,<p>not ours</p>')
      const said = (await other.webContents.executeJavaScript(
        "window.skiplab.engine['engine.status']({}).then(() => 'answered', (error) => error.message)",
      )) as string
      other.destroy()
      return said
    }, preload)
    expect(answer).toContain('Refused: not the page of this app.')
  })
})
