import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { killNow, Lab } from './lab.ts'
import { giveRuntime } from './place-goods.ts'
import { processesNaming } from './processes-naming.ts'
import { SlurmCluster, whyNoSlurm } from './slurm-cluster.ts'
import { SshMachine, sshMissing } from './ssh-machine.ts'

/** Why the places cannot be had here; null where they can. */
export const whyNoPlaces: string | null = sshMissing ?? whyNoSlurm()

/** Places of the trials, with their words. */
export const placeWords = { here: 'this machine', lab2: 'SSH', cluster: 'Slurm', login: 'Slurm behind SSH' } as const
export type HarmedPlace = keyof typeof placeWords
export const harmedPlaces: readonly HarmedPlace[] = ['here', 'lab2', 'cluster', 'login']

export type Harm =
  | 'kill -9 of the worker'
  | 'kill -9 of the launcher'
  | 'kill -9 of the agent'
  | 'kill -9 of the engine'
  | 'kill -9 of sshd'
  | 'connection refused'
  | 'connection silent'
  | 'kill -9 of slurmd'
  | 'scancel'
  | 'scontrol requeue'
  | 'warning of the time limit'

/** Time in which a harm waits for what it is to strike. */
const patienceMs = 20_000

/** This machine, one by SSH, a Slurm and a Slurm whose login node is reached by SSH, and what a night may bring to them. */
export class HarmedPlaces {
  readonly lab: Lab
  readonly cluster: SlurmCluster
  readonly #lab2: SshMachine
  readonly #loginNode: SshMachine
  /** How long a connection is away. */
  readonly #cutMs: number

  private constructor(lab: Lab, cluster: SlurmCluster, machines: readonly [SshMachine, SshMachine], cutMs: number) {
    this.lab = lab
    this.cluster = cluster
    this.#lab2 = machines[0]
    this.#loginNode = machines[1]
    this.#cutMs = cutMs
  }

  static async start(cutMs: number): Promise<HarmedPlaces> {
    const cluster = await SlurmCluster.start()
    const machines = [await SshMachine.start(), await SshMachine.start(cluster.env)] as const
    const places = new HarmedPlaces(await Lab.open({ env: cluster.env }), cluster, machines, cutMs)
    for (const folder of [machines[0].placeFolder, machines[1].placeFolder, places.#clusterFolder]) await giveRuntime(folder)
    return places
  }

  /** Makes the places known to the workspace. @returns how they do */
  async add(): Promise<string[]> {
    const client = await this.lab.client()
    const slurm = { partition: 'night', timeMinutes: 60, maxJobs: 4 }
    const added = [
      await client.call('places.add', { name: 'lab2', ssh: 'lab2', sshConfig: this.#lab2.config, slots: 1, threads: 1 }),
      await client.call('places.add', { name: 'cluster', slurm, folder: this.#clusterFolder }),
      await client.call('places.add', { name: 'login', slurm, ssh: 'lab2', sshConfig: this.#loginNode.config }),
    ]
    return added.map(({ state, trouble }) => trouble?.words ?? state)
  }

  /** Adds a place whose jobs may take as long as Slurm's shortest limit that leaves time to train. */
  async addShort(): Promise<void> {
    const folder = join(this.cluster.folder, 'short')
    await giveRuntime(folder)
    const slurm = { partition: 'night', timeMinutes: 2 }
    await (await this.lab.client()).call('places.add', { name: 'short', slurm, folder })
  }

  async close(): Promise<void> {
    await this.lab.close()
    await this.#lab2.stop()
    await this.#loginNode.stop()
    await this.cluster.close()
  }

  /** Waits until a run's job has begun at its place. */
  async untilBegun(place: HarmedPlace, runId: number): Promise<void> {
    await this.lab.until(`a job of run ${runId} at ${place}`, (runs) => {
      const run = runs.find(({ id }) => id === runId)
      if (run?.state !== 'running') return run?.state === 'finished'
      if (place === 'here') return this.lab.workerPids().length > 0
      return place === 'lab2' ? this.#lab2.processes(' launch ').length > 0 : this.#jobOf(runId)?.state === 'RUNNING'
    })
  }

  /** Numbers of processes that still work for a run at any place, though all are over. */
  leftovers(): number[] {
    const folders = [this.#lab2.home, this.#loginNode.home, this.#clusterFolder]
    return folders.flatMap((folder) => [' launch ', 'worker.cjs'].flatMap((text) => processesNaming(folder, text)))
  }

  /** Waits until Slurm has no job of the workspace in its queue. */
  async untilNoJobs(): Promise<void> {
    await this.lab.until('the end of all jobs', () => this.#liveJobs().length === 0, patienceMs)
  }

  /** How Slurm says that the job of a run's attempt ended. */
  stateOfJob(runId: number, attempt: number): string | undefined {
    return this.cluster.jobs().find(({ name }) => name.endsWith(`-r${runId}-a${attempt}`))?.state
  }

  /**
   * Strikes a run that is under way.
   * @returns false when the run was over before there was anything to strike
   */
  async strike(harm: Harm, place: HarmedPlace, runId: number): Promise<boolean> {
    const deadline = performance.now() + patienceMs
    while (performance.now() < deadline) {
      if (await this.#harms[harm](place, runId)) return true
      const state = (await this.lab.runs().catch(() => [])).find(({ id }) => id === runId)?.state
      if (state === 'finished') return false
      await sleep(50)
    }
    throw new Error(`${harm} found nothing to strike at ${place}`)
  }

  readonly #harms: Readonly<Record<Harm, (place: HarmedPlace, runId: number) => boolean | Promise<boolean>>> = {
    'kill -9 of the worker': (place) => this.#kill(place === 'here' ? this.lab.workerPids() : this.#processes(place, 'worker.cjs')),
    'kill -9 of the launcher': (place) => this.#kill(this.#processes(place, ' launch ')),
    'kill -9 of the agent': (place) => this.#kill(this.#processes(place, 'place-launcher.cjs agent')),
    'kill -9 of the engine': () => this.#kill([this.lab.enginePid]),
    'kill -9 of sshd': async (place) => {
      await this.#machine(place).cut()
      await this.#machine(place).serve()
      return true
    },
    'connection refused': async (place) => {
      await this.#machine(place).cut()
      await sleep(this.#cutMs)
      await this.#machine(place).serve()
      return true
    },
    'connection silent': async (place) => {
      this.#machine(place).fallSilent()
      await sleep(this.#cutMs)
      this.#machine(place).speakAgain()
      return true
    },
    'kill -9 of slurmd': async (_place, runId) => {
      const node = this.cluster.nodeNamed(this.#jobOf(runId)?.node)
      if (!node) return false
      await this.cluster.kill(node)
      await sleep(1_000)
      this.cluster.startNode(node)
      return true
    },
    scancel: (_place, runId) => this.#inSlurm(runId, (number) => this.cluster.run('scancel', number)),
    'scontrol requeue': (_place, runId) => this.#inSlurm(runId, (number) => this.cluster.run('scontrol', 'requeue', number)),
    // What Slurm does itself before the limit; the limit itself is waited for in a test of its own.
    'warning of the time limit': (_place, runId) =>
      this.#inSlurm(runId, (number) => this.cluster.run('scancel', '--batch', '--signal=USR1', number)),
  }

  get #clusterFolder(): string {
    return join(this.cluster.folder, 'place')
  }

  #machine(place: HarmedPlace): SshMachine {
    return place === 'login' ? this.#loginNode : this.#lab2
  }

  #processes(place: HarmedPlace, text: string): number[] {
    return place === 'cluster' ? processesNaming(this.#clusterFolder, text) : this.#machine(place).processes(text)
  }

  #kill(pids: readonly number[]): boolean {
    pids.forEach((pid) => killNow(pid))
    return pids.length > 0
  }

  #liveJobs(): ReturnType<SlurmCluster['jobs']> {
    return this.cluster.jobs().filter(({ state }) => state === 'RUNNING' || state === 'PENDING')
  }

  #jobOf(runId: number): ReturnType<SlurmCluster['jobs']>[number] | undefined {
    return this.#liveJobs().find(({ name }) => name.includes(`-r${runId}-a`))
  }

  #inSlurm(runId: number, act: (number: string) => void): boolean {
    const job = this.#jobOf(runId)
    if (job?.state !== 'RUNNING') return false
    try {
      act(job.number)
      return true
    } catch (error) {
      // It ended in this moment.
      if (/already|invalid|complet/i.test(String(error))) return false
      throw error
    }
  }
}
