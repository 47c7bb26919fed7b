import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import fuses from '@electron/fuses'
import { expect, test } from '@playwright/test'
import { WebSocket } from 'ws'
import { z } from 'zod'
import type { SweepInput } from '../../src/common/sweep/sweep.ts'
import { appEnvironment, electronPath, Lab, patience } from './support/lab.ts'

const { FuseV1Options, getCurrentFuseWire } = fuses
/** As the wire holds them: the characters 0 and 1. */
const [disabled, enabled] = [48, 49]
const project = resolve(import.meta.dirname, '..', '..')
const version = '22.3.25'
const sweep: SweepInput = {
  name: 'packaged',
  dataset: 'shapes-10',
  recipe: 'demo',
  families: ['residual'],
  n: [1],
  set: { epochs: 1, statisticsSize: 64 },
}
const targetSchema = z.array(z.looseObject({ type: z.string(), webSocketDebuggerUrl: z.string().optional() }))
const answerSchema = z.looseObject({
  id: z.int().optional(),
  result: z.looseObject({ result: z.looseObject({ value: z.unknown() }) }).optional(),
})

/** electron-builder's unpacked folder, made with the tests' Electron, is what a person would install. */
test.describe('the packaged app', () => {
  test.skip(process.platform !== 'linux', 'the tests’ Electron is packaged on Linux only')
  let folder: string
  let program: string
  test.beforeAll(() => {
    test.setTimeout(600_000)
    folder = mkdtempSync(join(tmpdir(), 'skiplab-package-'))
    const electron = join(folder, 'electron')
    execFileSync('cp', ['-a', dirname(electronPath()), electron])
    // The tests' own way to load a folder, which a plain Electron has not.
    rmSync(join(electron, 'resources', 'app'), { recursive: true })
    const options = ['--dir', '--output', join(folder, 'dist'), '--electron-dist', electron, '--electron-version', version]
    execFileSync(process.execPath, [join(project, 'scripts', 'package', 'package.mjs'), ...options], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    program = join(folder, 'dist', 'linux-unpacked', 'skiplab')
  })
  test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('the packaged app is no Node in disguise: its fuses are set', async () => {
    const wire = await getCurrentFuseWire(program)
    const off = [FuseV1Options.RunAsNode, FuseV1Options.EnableNodeOptionsEnvironmentVariable, FuseV1Options.EnableNodeCliInspectArguments]
    const on = [
      FuseV1Options.EnableCookieEncryption,
      FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
      FuseV1Options.OnlyLoadAppFromAsar,
    ]
    for (const fuse of off) expect(wire[fuse], FuseV1Options[fuse]).toBe(disabled)
    for (const fuse of on) expect(wire[fuse], FuseV1Options[fuse]).toBe(enabled)
  })

  test('the packaged app starts, finds its own Node and TensorFlow, and trains', async () => {
    test.setTimeout(300_000)
    const lab = new Lab()
    const { SKIPLAB_NODE: _clone, ...env } = appEnvironment()
    const app = spawn(
      program,
      [
        '--no-sandbox',
        '--disable-gpu',
        '--remote-debugging-port=0',
        `--user-data-dir=${join(lab.folder, 'profile')}`,
        `--workspace=${lab.workspace}`,
      ],
      { env, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    try {
      const page = await PackagedPage.open(await debuggingAddress(app))
      await expect
        .poll(() => page.evaluate("document.querySelector('[data-testid=view]:not([inert])') !== null"), { timeout: patience })
        .toBe(true)
      const client = await lab.engine()
      const { pid } = await client.call('engine.status', {})
      expect(readlinkSync(`/proc/${pid}/exe`)).toBe(join(dirname(program), 'resources', 'lab', 'bin', 'node'))
      const queued = await page.evaluate(`skiplab.engine['sweeps.queue'](${JSON.stringify({ sweep })})`)
      expect(queued).toMatchObject({ ok: true, output: { runIds: [1] } })
      await expect.poll(async () => (await client.call('runs.get', { runId: 1 })).state, { timeout: patience }).toBe('finished')
      await expect.poll(() => page.evaluate("document.querySelector('header [role=status]').textContent")).toContain('idle')
      page.close()
      client.close()
    } finally {
      app.kill()
      await lab.end()
    }
  })
})

/** The fuses leave Node's inspector out, so the page is reached as in any Chromium. */
function debuggingAddress(app: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    let words = ''
    app.stderr?.on('data', (text: Buffer) => {
      words += text.toString('utf8')
      const found = /DevTools listening on (ws:\S+)/.exec(words)
      if (found?.[1]) done(found[1])
    })
    app.once('exit', (code) => fail(new Error(`The packaged app ended with ${code}: ${words}`)))
  })
}

/** The app's page over the DevTools protocol itself: Playwright wants more of a browser than Electron is. */
class PackagedPage {
  private readonly socket: WebSocket
  private nextId = 1

  private constructor(socket: WebSocket) {
    this.socket = socket
  }

  static async open(address: string): Promise<PackagedPage> {
    const list = new URL('/json', address.replace('ws:', 'http:'))
    let target: string | undefined
    await expect
      .poll(
        async () => {
          const targets = targetSchema.parse(await (await fetch(list)).json())
          target = targets.find(({ type }) => type === 'page')?.webSocketDebuggerUrl
          return target
        },
        { timeout: patience },
      )
      .toBeTruthy()
    const socket = new WebSocket(target ?? '')
    await new Promise((done) => socket.once('open', done))
    return new PackagedPage(socket)
  }

  /** The value of an expression, after its promise if it is one. */
  evaluate(expression: string): Promise<unknown> {
    const id = this.nextId++
    return new Promise((done) => {
      const receive = (data: Buffer): void => {
        const answer = answerSchema.parse(JSON.parse(data.toString('utf8')))
        if (answer.id !== id) return
        this.socket.off('message', receive)
        done(answer.result?.result.value)
      }
      this.socket.on('message', receive)
      this.socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params: { expression, awaitPromise: true, returnByValue: true } }))
    })
  }

  close(): void {
    this.socket.terminate()
  }
}
