import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { connectEngine } from '../../../src/main/client/client.ts'
import { stopEngine } from '../../../src/main/client/stop-engine.ts'
import type { EngineClient } from '../../../src/common/rpc/contract.ts'

const project = resolve(import.meta.dirname, '..', '..', '..')
const out = resolve(project, process.env.SKIPLAB_OUT ?? 'out')
const node = process.env.SKIPLAB_NODE ?? process.execPath
/** A machine shared with other work answers late; nothing here measures time. */
export const patience = 90_000

/** A workspace and a profile of their own, gone with their engine after the test. */
export class Lab {
  readonly folder = mkdtempSync(join(tmpdir(), 'skiplab-e2e-'))
  readonly workspace = join(this.folder, 'workspace')

  /** The running engine, as another client sees it. */
  async engine(): Promise<EngineClient> {
    return connectEngine({ workspace: this.workspace, start: false })
  }

  async end(): Promise<void> {
    try {
      const client = await this.engine()
      await stopEngine(client, this.workspace, 'now')
      client.close()
    } catch {
      // None runs any more.
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }

  electronArguments(): string[] {
    // Chromium's own sandbox does not start as root, which test machines often are; the shell's settings are tested as they are.
    return ['--no-sandbox', '--disable-gpu', `--user-data-dir=${join(this.folder, 'profile')}`, project, `--workspace=${this.workspace}`]
  }

  async openApp(): Promise<{ app: ElectronApplication; page: Page }> {
    const app = await this.launch(4)
    const page = await app.firstWindow({ timeout: patience })
    await ready(page)
    return { app, page }
  }

  /** Playwright's attaching can miss a window that opens at the very same moment, and then waits for ever: so it is tried again. */
  private async launch(retries: number): Promise<ElectronApplication> {
    try {
      return await _electron.launch({
        executablePath: electronPath(),
        args: this.electronArguments(),
        env: appEnvironment(),
        timeout: 20_000,
      })
    } catch (error) {
      if (retries === 0 || !(error instanceof Error) || !error.message.includes('Timeout')) throw error
      return this.launch(retries - 1)
    }
  }

  async serve(): Promise<{ url: string; end: () => Promise<void> }> {
    const child = spawn(node, [join(out, 'main', 'cli.cjs'), 'serve', '--workspace', this.workspace, '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const url = await firstLine(child)
    return {
      url,
      end: async () => {
        const exited = new Promise((done) => child.once('exit', done))
        child.kill('SIGTERM')
        await exited
      },
    }
  }
}

export function electronPath(): string {
  const path = process.env.SKIPLAB_TEST_ELECTRON
  if (!path) throw new Error('SKIPLAB_TEST_ELECTRON names no Electron; "npm test -- electron" sets it.')
  return path
}

export function appEnvironment(): Record<string, string> {
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { ...Object.fromEntries(inherited), SKIPLAB_NODE: node }
}

/** The page is connected to its engine and can be used. */
export async function ready(page: Page): Promise<void> {
  await page.locator('[data-testid=view]:not([inert])').waitFor({ timeout: patience })
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
      if (text.includes('\n')) done(text.split('\n')[0]!)
    })
    child.once('exit', (code) => fail(new Error(`skiplab serve ended with ${code}`)))
  })
}
