import { type ElectronApplication, expect, test } from '@playwright/test'
import type { EngineClient } from '../../src/common/rpc/contract.ts'
import type { SweepInput } from '../../src/common/sweep/sweep.ts'
import { Lab, patience } from './support/lab.ts'

declare global {
  /** Put there by the test, in the app. */
  var notifications: Electron.Notification[]
}

/** Seconds of training. */
const sweep: SweepInput = {
  name: 'Two small',
  dataset: 'shapes-10',
  recipe: 'demo',
  families: ['plain'],
  n: [1, 2],
  widths: [[2, 2, 4]],
  set: { epochs: 1, batchSize: 256, statisticsSize: 0 },
}

interface Shown {
  readonly title: string
  readonly body: string
}

test.describe('while nobody looks', () => {
  let lab: Lab
  test.beforeEach(() => (lab = new Lab()))
  test.afterEach(async () => lab.end())

  test('the system tells of a sweep’s end and a diverged run, a click leads there, and only training keeps the machine awake', async () => {
    test.setTimeout(300_000)
    const { app, page } = await lab.openApp()
    const client = await lab.engine()
    await client.call('datasets.add', { name: 'shapes-10', from: null })
    await watchNotifications(app)
    await lookAway(app)
    expect(await staysAwake(app)).toBe(false)

    await client.call('sweeps.queue', { sweep })
    await expect.poll(() => staysAwake(app), { timeout: patience, intervals: [100] }).toBe(true)
    await expect.poll(() => shown(app), { timeout: 2 * patience }).toHaveLength(1)
    const [done] = await shown(app)
    expect(done?.title).toBe('All runs are done')
    expect(done?.body).toMatch(/^Two small: 2 finished\. Lowest test error: plain-(8|14) 2-2-4, \d+\.\d\d %\.$/)
    await expect.poll(() => staysAwake(app)).toBe(false)
    await click(app, 0)
    await expect(page).toHaveURL(/#\/report$/)

    await lookAway(app)
    const { runIds } = await client.call('sweeps.queue', {
      sweep: { ...sweep, name: 'Too fast', n: [3, 4], set: { ...sweep.set, maximumLoss: 0.5 } },
    })
    await expect
      .poll(async () => (await shown(app)).map(({ title }) => title), { timeout: 2 * patience })
      .toContainEqual(expect.stringMatching(/^Run \d+, plain-\d+ 2-2-4, seed 1, diverged$/))
    const index = (await shown(app)).findIndex(({ title }) => title.startsWith('Run '))
    await click(app, index)
    await expect(page).toHaveURL(new RegExp(`#/runs/(${runIds.join('|')})$`))
    // A window that is closed while anything trains asks, and nobody is here to answer.
    await expect.poll(() => unfinished(client), { timeout: 2 * patience }).toBe(0)
    client.close()
    await app.close()
  })

  test('nothing is told when notifications are switched off', async () => {
    test.setTimeout(240_000)
    const { app, page } = await lab.openApp()
    const client = await lab.engine()
    await client.call('datasets.add', { name: 'shapes-10', from: null })
    await watchNotifications(app)
    await page.evaluate('skiplab.changeShellSettings({ notifications: false })')
    await lookAway(app)
    const { runIds } = await client.call('sweeps.queue', { sweep: { ...sweep, n: [1] } })
    await expect.poll(async () => (await client.call('runs.get', { runId: runIds[0]! })).state, { timeout: 2 * patience }).toBe('finished')
    await expect.poll(() => staysAwake(app)).toBe(false)
    expect(await shown(app)).toEqual([])
    client.close()
    await app.close()
  })
})

async function unfinished(client: EngineClient): Promise<number> {
  const { running, waiting } = await client.call('engine.status', {})
  return running.length + waiting
}

/** Somebody works in another program. */
async function lookAway(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.blur())
  await expect.poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isFocused())).toBe(false)
}

/**
 * Notes every notification that is shown, and shows it. A machine without a desktop says that it can show none, and is made to say
 * otherwise.
 */
async function watchNotifications(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ Notification }) => {
    const noted = new Set<Electron.Notification>()
    const shown: Electron.Notification[] = []
    Object.assign(globalThis, { notifications: shown })
    Notification.isSupported = () => true
    // Its methods are its own and not its class's: they can be reached when it is listened to.
    const { on: listen } = Notification.prototype as { on: (this: Electron.Notification, ...listener: unknown[]) => Electron.Notification }
    function noteAndListen(this: Electron.Notification, ...listener: unknown[]): Electron.Notification {
      const show = this.show.bind(this)
      if (!noted.has(this)) {
        this.show = () => {
          shown.push(this)
          show()
        }
      }
      noted.add(this)
      return listen.apply(this, listener)
    }
    Object.assign(Notification.prototype, { on: noteAndListen })
  })
}

function shown(app: ElectronApplication): Promise<Shown[]> {
  return app.evaluate(() => globalThis.notifications.map(({ title, body }) => ({ title, body })))
}

function click(app: ElectronApplication, index: number): Promise<unknown> {
  return app.evaluate((_electron, at) => globalThis.notifications[at]?.emit('click'), index)
}

/** Whether a power-save blocker of the app is on; Electron numbers them from 0. */
function staysAwake(app: ElectronApplication): Promise<boolean> {
  return app.evaluate(({ powerSaveBlocker }) => Array.from({ length: 20 }, (_one, id) => powerSaveBlocker.isStarted(id)).some(Boolean))
}
