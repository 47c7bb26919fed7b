import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts } from './free-ports.ts'
import { processesNaming } from './processes-naming.ts'

const server = '/usr/sbin/sshd'

/** Why no SSH server can be started here; null where one can. */
export const sshMissing: string | null = !existsSync(server)
  ? 'no /usr/sbin/sshd: install openssh-server'
  : !commandExists('ssh')
    ? 'no ssh: install openssh-client'
    : process.getuid?.() === 0 || process.platform === 'linux'
      ? null
      : 'sshd runs for tests on Linux only'

/** Another machine, as far as SSH shows: a server on a loopback port with keys, a home folder and a configuration of its own. */
export class SshMachine {
  readonly folder: string
  readonly home: string
  readonly port: number
  /** For `ssh -F`. */
  readonly config: string
  #server: ChildProcess | null = null

  private constructor(folder: string, port: number) {
    this.folder = folder
    this.home = join(folder, 'home')
    this.port = port
    this.config = join(folder, 'ssh_config')
  }

  /** @param env of all commands there, besides their home folder */
  static async start(env: Readonly<Record<string, string>> = {}): Promise<SshMachine> {
    const folder = await mkdtemp(join(tmpdir(), 'skiplab-ssh-'))
    await chmod(folder, 0o700)
    const [port] = await freePorts(1)
    const machine = new SshMachine(folder, port!)
    await mkdir(machine.home, { mode: 0o700 })
    for (const name of ['host_key', 'user_key'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)], { stdio: 'ignore' })
    const authorized = join(folder, 'authorized_keys')
    await writeFile(authorized, readFileSync(join(folder, 'user_key.pub')), { mode: 0o600 })
    await writeFile(
      join(folder, 'sshd_config'),
      [
        `Port ${machine.port}`,
        'ListenAddress 127.0.0.1',
        `HostKey ${join(folder, 'host_key')}`,
        `AuthorizedKeysFile ${authorized}`,
        `PidFile ${join(folder, 'sshd.pid')}`,
        'PasswordAuthentication no',
        'KbdInteractiveAuthentication no',
        'UsePAM no',
        'StrictModes no',
        'PermitRootLogin yes',
        'MaxSessions 10',
        // One line: of several sshd takes the first.
        `SetEnv ${Object.entries({ ...env, HOME: machine.home })
          .map(([name, value]) => `${name}=${value}`)
          .join(' ')}`,
        '',
      ].join('\n'),
    )
    await writeFile(join(folder, 'known_hosts'), `[127.0.0.1]:${machine.port} ${readFileSync(join(folder, 'host_key.pub'), 'utf8')}`)
    await writeFile(
      machine.config,
      [
        'Host lab2',
        '  HostName 127.0.0.1',
        `  Port ${machine.port}`,
        `  User ${userInfo().username}`,
        `  IdentityFile ${join(folder, 'user_key')}`,
        '  IdentitiesOnly yes',
        `  UserKnownHostsFile ${join(folder, 'known_hosts')}`,
        '  StrictHostKeyChecking yes',
        '',
      ].join('\n'),
    )
    await machine.serve()
    return machine
  }

  /** Starts the server, also after `cut`. */
  async serve(): Promise<void> {
    // The privilege separation folder of Debian's package.
    if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
    this.#server = spawn(server, ['-D', '-e', '-f', join(this.folder, 'sshd_config')], { stdio: 'ignore' })
    const deadline = performance.now() + 20_000
    while (!(await answers(this.port))) {
      if (performance.now() > deadline) throw new Error('sshd did not start')
      await sleep(50)
    }
  }

  /** Ends the server and all its connections. Jobs there live on; until `serve` nobody gets in. */
  async cut(): Promise<void> {
    this.#signal('SIGKILL')
    this.#server = null
    await sleep(100)
  }

  /** Says nothing more on any connection, as a cable that is pulled: neither side hears of an end. */
  fallSilent(): void {
    this.#signal('SIGSTOP')
  }

  /** Ends the silence. */
  speakAgain(): void {
    this.#signal('SIGCONT')
  }

  /** Folder of its place, unless a place says otherwise. */
  get placeFolder(): string {
    return join(this.home, '.cache', 'skiplab-place')
  }

  /** Expects another machine's key of this one's server, as if this one were set up anew. */
  async takeHostKeyOf(other: SshMachine): Promise<void> {
    const key = readFileSync(join(other.folder, 'host_key.pub'), 'utf8')
    await writeFile(join(this.folder, 'known_hosts'), `[127.0.0.1]:${this.port} ${key}`)
  }

  async stop(): Promise<void> {
    await this.cut()
    this.processes('').forEach((pid) => signal(pid, 'SIGKILL'))
    await sleep(100)
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Numbers of processes there whose command line holds a text: workers, launchers. */
  processes(text: string): number[] {
    // Clients on this side name the programs that they start there.
    return processesNaming(this.home, text).filter((pid) => !commandLine(pid).startsWith('ssh '))
  }

  /** Sends a signal to the server, then to those of its processes that serve connections. */
  #signal(name: NodeJS.Signals): void {
    const { pid } = this.#server ?? {}
    if (pid === undefined) return
    const sessions = sessionsOf(pid)
    for (const each of [pid, ...sessions]) signal(each, name)
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // Ended meanwhile.
  }
}

function sessionsOf(pid: number): number[] {
  const found: number[] = []
  for (const [child, parent] of parents())
    if (parent === pid && /^\S*sshd/.test(commandLine(child))) found.push(child, ...sessionsOf(child))
  return found
}

function parents(): [number, number][] {
  const text = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [pid, parent] = line.trim().split(/\s+/).map(Number)
      return [pid ?? 0, parent ?? 0]
    })
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

function commandExists(name: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('data', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
    socket.setTimeout(2_000, () => {
      socket.destroy()
      resolve(false)
    })
  })
}
