import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts } from './free-ports.ts'

const programs = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scancel', 'scontrol']
const nodeNames = ['lab1', 'lab2', 'lab3'] as const
type NodeName = (typeof nodeNames)[number]

/** Debian keeps daemons where a plain user's PATH does not lead. */
const path = `${process.env.PATH ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`

/** Why no cluster can be started here; null where it can. */
export function whyNoSlurm(): string | null {
  if (process.platform !== 'linux') return 'Slurm runs on Linux only'
  const missing = programs.filter((name) => !path.split(delimiter).some((folder) => existsSync(join(folder, name))))
  if (missing.length > 0) return `Slurm is not installed (${missing.join(', ')} missing): apt-get install slurm-wlm munge`
  return process.getuid?.() === 0 ? null : 'a Slurm of one’s own for tests has to be started as root'
}

/** A real Slurm of three nodes on this machine, with folders, ports and authentication of its own. */
export class SlurmCluster {
  readonly folder: string
  /** What commands need to find this cluster. */
  readonly env: { readonly SLURM_CONF: string; readonly PATH: string }
  readonly #daemons = new Map<string, ChildProcess>()

  private constructor(folder: string) {
    this.folder = folder
    this.env = { SLURM_CONF: join(folder, 'slurm.conf'), PATH: path }
  }

  static async start(): Promise<SlurmCluster> {
    const cluster = new SlurmCluster(await mkdtemp(join(tmpdir(), 'skiplab-slurm-')))
    try {
      await cluster.#configure()
      await cluster.#startMunge()
      cluster.startController()
      for (const name of nodeNames) cluster.startNode(name)
      await cluster.#until('three idle nodes', () => cluster.run('sinfo', '-h', '-t', 'idle', '-o', '%D', '-p', 'night').trim() === '3')
      return cluster
    } catch (error) {
      const said = await cluster.logs()
      await cluster.close()
      throw new Error(`Slurm did not start: ${String(error)}\n${said}`, { cause: error })
    }
  }

  /** Runs one of Slurm's commands. @returns what it printed */
  run(command: string, ...args: readonly string[]): string {
    const env = { ...process.env, ...this.env }
    return execFileSync(command, args, { env, encoding: 'utf8', timeout: 30_000, stdio: ['ignore', 'pipe', 'pipe'] })
  }

  /** Names and states of all jobs that Slurm remembers. */
  jobs(): { number: string; name: string; state: string; node: string }[] {
    return this.run('squeue', '-h', '-t', 'all', '-o', '%A|%j|%T|%N')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('|'))
      .map(([number, name, state, node]) => ({ number: number!, name: name!, state: state!, node: node! }))
  }

  /** One of its nodes by what squeue says of a job. */
  nodeNamed(name: string | undefined): NodeName | undefined {
    return nodeNames.find((each) => each === name)
  }

  startController(): void {
    this.#spawn('slurmctld', 'slurmctld', '-D')
  }

  startNode(name: NodeName): void {
    this.#spawn(name, 'slurmd', '-D', '-N', name)
  }

  /** Without warning. @param name `slurmctld` or a node */
  async kill(name: 'slurmctld' | NodeName): Promise<void> {
    await this.#end(name, 'SIGKILL')
  }

  async logs(): Promise<string> {
    const texts = ['munged', 'slurmctld', ...nodeNames].map(async (name) => {
      const text = await readFile(join(this.folder, `${name}.log`), 'utf8').catch(() => '')
      return text === '' ? '' : `== ${name}\n${text.split('\n').slice(-25).join('\n')}`
    })
    return (await Promise.all(texts)).join('\n')
  }

  /** Ends all jobs and daemons and removes their folder. */
  async close(): Promise<void> {
    if (this.#daemons.has('slurmctld')) await this.#endJobs().catch(() => undefined)
    for (const name of [...nodeNames, 'slurmctld', 'munged']) await this.#end(name, 'SIGTERM')
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  async #endJobs(): Promise<void> {
    this.run('scancel', '--me')
    await this.#until('the end of all jobs', () => this.run('squeue', '-h', '-o', '%A').trim() === '', 20_000)
  }

  async #end(name: string, signal: NodeJS.Signals): Promise<void> {
    const daemon = this.#daemons.get(name)
    if (!daemon) return
    this.#daemons.delete(name)
    if (daemon.exitCode !== null || daemon.signalCode !== null) return
    const gone = new Promise((resolve) => daemon.once('exit', resolve))
    daemon.kill(signal)
    const overdue = setTimeout(() => daemon.kill('SIGKILL'), 5_000)
    await gone
    clearTimeout(overdue)
  }

  #spawn(name: string, program: string, ...args: readonly string[]): void {
    const log = openSync(join(this.folder, `${name}.log`), 'a')
    // A group of its own, so that Ctrl-C in a terminal ends the test first.
    const daemon = spawn(program, args, { env: { ...process.env, ...this.env }, stdio: ['ignore', log, log], detached: true })
    daemon.on('error', () => undefined) // its absence shows soon enough
    closeSync(log)
    this.#daemons.set(name, daemon)
  }

  async #startMunge(): Promise<void> {
    const at = (name: string) => join(this.folder, name)
    writeFileSync(at('munge.key'), randomBytes(128), { mode: 0o400 })
    const options = { socket: 'munge.sock', 'key-file': 'munge.key', 'pid-file': 'munged.pid', 'seed-file': 'munged.seed' }
    const files = Object.entries(options).map(([option, file]) => `--${option}=${at(file)}`)
    this.#spawn('munged', 'munged', '--foreground', '--force', '--num-threads=2', `--log-file=${at('munged.log')}`, ...files)
    await this.#until('munged', () => existsSync(at('munge.sock')))
  }

  async #configure(): Promise<void> {
    await chmod(this.folder, 0o711) // munge and jobs of other users pass through
    for (const folder of ['state', ...nodeNames.map((name) => `spool-${name}`)]) await mkdir(join(this.folder, folder))
    const [controller, ...ports] = await freePorts(1 + nodeNames.length)
    const nodes = nodeNames.map(
      (name, index) =>
        `NodeName=${name} NodeHostname=${hostname()} NodeAddr=127.0.0.1 Port=${ports[index]} CPUs=2 RealMemory=8000` +
        (name === 'lab3' ? ' Gres=gpu:1' : ''),
    )
    writeFileSync(this.env.SLURM_CONF, `${settings(this.folder, controller!).join('\n')}\n${nodes.join('\n')}\n`)
    writeFileSync(join(this.folder, 'gres.conf'), 'AutoDetect=off\nNodeName=lab3 Name=gpu File=/dev/zero\n')
  }

  async #until(what: string, condition: () => boolean, patienceMs = 30_000): Promise<void> {
    const deadline = performance.now() + patienceMs
    let trouble: unknown = null
    while (performance.now() < deadline) {
      try {
        if (condition()) return
      } catch (error) {
        trouble = error
      }
      await sleep(100)
    }
    throw new Error(`${what} did not come about`, { cause: trouble })
  }
}

function settings(folder: string, port: number): string[] {
  return [
    'ClusterName=skiplab-test',
    `SlurmctldHost=${hostname()}(127.0.0.1)`,
    `SlurmctldPort=${port}`,
    'SlurmUser=root',
    'SlurmdUser=root',
    'CommunicationParameters=NoInAddrAny,NoCtldInAddrAny', // 127.0.0.1 alone
    'AuthType=auth/munge',
    // A requeued job may start again only when credentials of its first start have expired.
    `AuthInfo=socket=${folder}/munge.sock,cred_expire=5`,
    'CredType=cred/munge',
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool-%n`,
    `SlurmctldPidFile=${folder}/slurmctld.pid`,
    `SlurmdPidFile=${folder}/slurmd-%n.pid`,
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'MpiDefault=none',
    'JobAcctGatherType=jobacct_gather/none',
    'AccountingStorageType=accounting_storage/none',
    'MailProg=/bin/true',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_Core_Memory',
    'GresTypes=gpu',
    'SlurmdParameters=config_overrides',
    'SchedulerParameters=batch_sched_delay=0,bf_interval=2',
    'PreemptType=preempt/partition_prio',
    'PreemptMode=REQUEUE',
    'ReturnToService=2',
    'KillWait=5',
    'SlurmdTimeout=10',
    'PartitionName=night Nodes=lab[1-3] Default=YES MaxTime=2-00:00:00 State=UP PriorityTier=1',
    'PartitionName=urgent Nodes=lab[1-3] MaxTime=INFINITE State=UP PriorityTier=10 PreemptMode=OFF',
    'PartitionName=brief Nodes=lab1 MaxTime=2 State=UP PriorityTier=1',
  ]
}
