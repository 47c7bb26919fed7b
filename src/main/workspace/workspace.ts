import { constants, realpathSync } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { messageOf } from '../../common/caught.ts'
import { SkiplabError } from '../../common/failure.ts'
import { makeFolder } from './make-folder.ts'

/** Paths in a workspace; copying the folder moves the lab. */
export interface Workspace {
  readonly folder: string
  readonly database: string
  readonly checkpoints: string
  readonly datasets: string
  /** Scores of evaluations. */
  readonly evaluations: string
  /** What unfinished analyses go on from. */
  readonly analyses: string
  /** Checkpoints that runs start from, by SHA-256. */
  readonly weights: string
  readonly logs: string
  /** Temporary files of the engine and its workers. */
  readonly temporary: string
}

/** Linux's magic numbers (statfs(2)) of file systems on which SQLite's locks and shared memory cannot be trusted. */
const networkFileSystems = new Map<number, string>([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x517b, 'SMB'],
  [0x01021997, '9P'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x19830326, 'BeeGFS'],
  [0x73757245, 'Coda'],
])

/** @returns the network file system's name, or null for a local one */
export function networkFileSystemName(type: number): string | null {
  return networkFileSystems.get(type >>> 0) ?? null
}

/**
 * Makes the workspace's folders if they are missing.
 * @throws SkiplabError unavailable when the folder cannot be written or lies on a network file system
 */
export async function openWorkspace(path: string): Promise<Workspace> {
  let folder = resolve(path)
  let workspace: Workspace
  try {
    makeFolder(folder)
    // A link may be made to lead elsewhere while the engine runs.
    folder = realpathSync(folder)
    workspace = layoutOf(folder)
    for (const each of [
      workspace.checkpoints,
      workspace.datasets,
      workspace.evaluations,
      workspace.analyses,
      workspace.weights,
      workspace.logs,
      join(folder, 'exports'),
    ])
      makeFolder(each)
    await access(folder, constants.W_OK)
  } catch (error) {
    throw new SkiplabError(
      'unavailable',
      `The workspace ${folder} cannot be written: ${messageOf(error)}. Choose another folder with --workspace.`,
    )
  }
  if (process.platform === 'linux') {
    const name = networkFileSystemName((await statfs(folder)).type)
    if (name)
      throw new SkiplabError(
        'unavailable',
        `The workspace ${folder} lies on a network file system (${name}), where a database can be damaged. Choose a folder on ` +
          'a local disk.',
      )
  }
  return workspace
}

function layoutOf(folder: string): Workspace {
  return {
    folder,
    database: join(folder, 'skiplab.db'),
    checkpoints: join(folder, 'checkpoints'),
    datasets: join(folder, 'datasets'),
    evaluations: join(folder, 'evaluations'),
    analyses: join(folder, 'analyses'),
    weights: join(folder, 'weights'),
    logs: join(folder, 'logs'),
    temporary: join(folder, 'tmp'),
  }
}

/** Reads how many bytes this user may still write below a folder. */
export async function freeDiskBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
