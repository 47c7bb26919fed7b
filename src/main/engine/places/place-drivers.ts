import { createHash, randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { PlaceSettings } from '../../../common/places/place.ts'
import { HashedFiles } from '../../places/goods/hashed-files.ts'
import { programTree } from '../../places/goods/program-tree.ts'
import { runtimeTree } from '../../places/goods/runtime-tree.ts'
import { LocalShell } from '../../places/local-shell.ts'
import type { Place } from '../../places/place.ts'
import { makeSlurmStarter } from '../../places/slurm/slurm-starter.ts'
import type { Shell } from '../../places/shell.ts'
import { ShellPlace, type ShellPlaceOptions } from '../../places/remote/shell-place.ts'
import { ProcessStarter } from '../../places/ssh/process-starter.ts'
import { SshShell } from '../../places/ssh/ssh-shell.ts'
import type { Store } from '../../store/store.ts'
import { nativeModule } from '../machine/devices.ts'

/** How often processes are asked for, and how often Slurm is, which serves many, in milliseconds. */
const [statesEveryMs, schedulerEveryMs] = [3_000, 10_000]

/** How long a list of what is sent to places is kept: hundreds of runs that start one after the other need it read once. */
const listedForMs = 30_000

const hashesSchema = z.record(z.string(), z.strictObject({ stamp: z.string(), sha256: z.string() }))

type Programs = ReturnType<ShellPlaceOptions['programs']>

export interface PlaceDriverOptions {
  readonly store: Store
  readonly workerScript: string
  readonly launcherScript: string
}

/** Makes the drivers of this workspace's places. */
export class PlaceDrivers {
  readonly #options: PlaceDriverOptions
  readonly hashed: HashedFiles
  /** Tag of this workspace at its places: short, and another for a copy of the workspace. */
  readonly workspace: string
  #listed: { readonly programs: Programs; readonly until: number } | null = null

  /** @param folder identity of the workspace's folder: a copy has another */
  constructor(options: PlaceDriverOptions, folder: string) {
    this.#options = options
    const { store } = options
    const remembered = store.settings.read('file-hashes', hashesSchema, {})
    this.hashed = new HashedFiles(remembered, (hashes) => store.write('program-crash', () => store.settings.write('file-hashes', hashes)))
    this.workspace = createHash('sha256')
      .update(`${ownId(options.store)} ${folder}`)
      .digest('hex')
      .slice(0, 10)
  }

  make(settings: PlaceSettings): Place {
    const shell = this.#shell(settings)
    const { slurm } = settings
    return new ShellPlace({
      name: settings.name,
      shell,
      workspace: this.workspace,
      folder: settings.folder,
      starter: (agent) => (slurm ? makeSlurmStarter(shell, slurm) : new ProcessStarter(agent)),
      statesEveryMs: slurm ? schedulerEveryMs : statesEveryMs,
      programs: () => this.#programs(),
    })
  }

  #programs(): Programs {
    const now = performance.now()
    if (this.#listed === null || now >= this.#listed.until) {
      const programs = this.#listPrograms()
      this.#listed = { programs, until: now + listedForMs }
      programs.catch(() => (this.#listed = null))
    }
    return this.#listed.programs
  }

  async #listPrograms(): Programs {
    const { workerScript, launcherScript } = this.#options
    const [program, { tree, binding }] = await Promise.all([
      programTree(workerScript, launcherScript, this.hashed),
      runtimeTree(nativeModule('tfjs_binding'), this.hashed),
    ])
    return { program, runtime: tree, binding }
  }

  #shell({ ssh, sshConfig }: PlaceSettings): Shell {
    if (ssh === null) return new LocalShell()
    // Below the system's folder, not the workspace's: a socket's path may have a hundred letters.
    const socketFolder = join(process.platform === 'win32' ? tmpdir() : '/tmp', `skiplab-ssh-${process.getuid?.() ?? 0}-${this.workspace}`)
    return new SshShell({ destination: ssh, config: sshConfig, socketFolder })
  }
}

/** Reads the workspace's random name, which is drawn once. */
function ownId(store: Store): string {
  const known = store.settings.read('workspace-id', z.string(), '')
  if (known !== '') return known
  const id = randomUUID()
  store.write('power-cut', () => store.settings.write('workspace-id', id))
  return id
}
