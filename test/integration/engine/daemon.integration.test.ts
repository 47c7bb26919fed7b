import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { shellWord } from '../../../src/common/shell-word.ts'
import { engineScript, Lab } from '../../support/lab.ts'
import { connectEngine } from '../../../src/main/client/client.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

let lab: Lab
beforeEach(async () => {
  lab = await Lab.open()
})
afterEach(() => lab.close())

/** A command of the built program, in any environment and folder. */
function run(args: string, options: { env?: Readonly<Record<string, string>>; cwd?: string; before?: string } = {}) {
  const command = `${options.before ?? ''} exec ${shellWord(process.execPath)} ${shellWord(resolve('out/main/cli.cjs'))} ${args}`
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '', SKIPLAB_WORKSPACE: lab.workspace, SKIPLAB_DEVICES: 'cpu', ...options.env }
  return spawnSync('bash', ['-c', command], { cwd: options.cwd, env, encoding: 'utf8' })
}

const training =
  'sweep run --family plain --n 1 --widths 4,4,8 --dataset stripes --recipe demo --set epochs=1 --set batchSize=32 --set statisticsSize=0'

describe.runIf(process.platform === 'linux')('an engine in the background', () => {
  it('an engine trains on without the temporary folder of the command that started it, and cleans its own', async () => {
    const temporary = join(await temporaryFolder(), 'tmp')
    mkdirSync(temporary)
    expect(run('runs', { env: { TMPDIR: temporary } }).status).toBe(0)
    rmSync(temporary, { recursive: true })
    const { status, stderr } = run(training)
    expect([status, stderr]).toEqual([0, ''])
    expect(readdirSync(join(lab.workspace, 'tmp'))).toEqual([])
    rmSync(join(lab.workspace, 'tmp'), { recursive: true })
    expect(run(`${training} --again`).status).toBe(0)
  })

  it('an engine in the background removes at its start what killed workers left in its temporary folder', async () => {
    mkdirSync(join(lab.workspace, 'tmp', 'skiplab-program-x'), { recursive: true })
    writeFileSync(join(lab.workspace, 'tmp', 'skiplab-program-x', 'saved_model.pbtxt'), 'x')
    await lab.client()
    expect(readdirSync(join(lab.workspace, 'tmp'))).toEqual([])
  })

  it('an engine in the background stands in its workspace, with no file, terminal or lock of the command that started it', async () => {
    const folder = await temporaryFolder()
    const before = `exec 9>${shellWord(join(folder, 'nine'))} 200>${shellWord(join(folder, 'lock'))} 251> >(cat >/dev/null);`
    expect(run('runs', { cwd: folder, before }).status).toBe(0)
    const links = readdirSync(`/proc/${lab.enginePid}/fd`).flatMap((fd) => {
      try {
        return readlinkSync(`/proc/${lab.enginePid}/fd/${fd}`)
      } catch {
        return []
      }
    })
    expect(links.filter((link) => link.startsWith(folder) || /^\/dev\/(tty|pts)/.test(link))).toEqual([])
    expect(existsSync(`/proc/${lab.enginePid}/fd/251`)).toBe(false)
    expect(readlinkSync(`/proc/${lab.enginePid}/cwd`)).toBe(realpathSync(lab.workspace))
    // Fields after the name in brackets: state, parent, group, session, terminal.
    expect(readFileSync(`/proc/${lab.enginePid}/stat`, 'utf8').split(') ')[1]?.split(' ')[4]).toBe('0')
  })

  it('an engine in the background is started by a command whose own folder is gone', async () => {
    const folder = join(await temporaryFolder(), 'gone')
    mkdirSync(folder)
    const { status, stderr } = run('runs', { cwd: folder, before: `rmdir ${shellWord(folder)};` })
    expect([status, stderr]).toEqual([0, ''])
  })
})

describe('a foreign environment', () => {
  it.each([
    ['a proxy without a scheme', { HTTP_PROXY: 'proxy:3128', https_proxy: 'proxy:3128', NO_PROXY: '*,[::1],10.0.0.0/8,;' }],
    ['a proxy that is none', { HTTPS_PROXY: 'socks5://proxy:1080', http_proxy: '::nonsense::', ALL_PROXY: '%%%' }],
    ['a debugger', { VSCODE_INSPECTOR_OPTIONS: '{', NODE_DEBUG: 'net', NODE_V8_COVERAGE: '/dev/null/x' }],
    ['certificates that are not there', { NODE_EXTRA_CA_CERTS: '/gone.pem', SSL_CERT_FILE: '/gone.pem' }],
    ['folders that are not there', { TMPDIR: '/gone', TEMP: '/gone', XDG_RUNTIME_DIR: '/gone', XDG_CACHE_HOME: '/gone' }],
    ['another language and time zone', { LANG: 'tr_TR.UTF-8', LC_ALL: 'xx_YY', TZ: 'No/Where' }],
    [
      'switches of TensorFlow and OpenMP',
      {
        TF_XLA_FLAGS: '--no_such_flag',
        XLA_FLAGS: '--no_such_flag',
        OMP_NUM_THREADS: 'many',
        TF_NUM_INTRAOP_THREADS: '-7',
        TF_CPP_MAX_VLOG_LEVEL: '3',
        CUDA_VISIBLE_DEVICES: 'none',
      },
    ],
    ['no programs', { PATH: '/gone', LD_LIBRARY_PATH: '/gone', SHELL: '/gone' }],
  ])('a foreign environment keeps nobody from training: %s', (_what, env) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [resolve('out/main/cli.cjs'), ...training.split(' ')], {
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '', SKIPLAB_WORKSPACE: lab.workspace, SKIPLAB_DEVICES: 'cpu', ...env },
      encoding: 'utf8',
    })
    expect([status, stdout.includes('1/1') || stdout.includes('finished')], stdout + stderr).toEqual([0, true])
  })

  it('a foreign environment is not inherited where it holds the engine up: NODE_OPTIONS with a debugger that waits', async () => {
    const client = await connectEngine({
      workspace: lab.workspace,
      engineScript,
      env: { NODE_OPTIONS: '--inspect-brk=0 --require /gone.cjs' },
    })
    expect((await client.call('engine.status', {})).waiting).toBe(0)
    client.close()
  })

  it('a foreign environment is named where it is needed: a proxy that cannot be used, by the download', () => {
    const { status, stderr } = run('data add cifar10', { env: { HTTPS_PROXY: 'socks5://me:secret@proxy:1080', https_proxy: '' } })
    expect(stderr).toMatch(/the environment says HTTPS_PROXY=socks5:\/\/\*\*\*@proxy:1080, which names no HTTP proxy/)
    expect(status).toBe(6)
  })
})

it('leaves a group of processes that ends with the terminal: the engine lives on after SIGHUP to the group', async () => {
  const shell = spawn('bash', ['-c', `${shellWord(process.execPath)} ${shellWord(resolve('out/main/cli.cjs'))} runs; sleep 30`], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, SKIPLAB_WORKSPACE: lab.workspace },
  })
  await expect.poll(() => existsSync(join(lab.workspace, 'engine.json')), { timeout: 20_000 }).toBe(true)
  process.kill(-shell.pid!, 'SIGHUP')
  const client = await lab.client()
  expect((await client.call('engine.status', {})).pid).toBe(lab.enginePid)
})
