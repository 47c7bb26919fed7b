import { constants, statSync } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { messageOf } from '../../common/caught.ts'
import { SkiplabError } from '../../common/failure.ts'
import { makeFolder } from './make-folder.ts'

/** Where things lie in a workspace; copying the folder moves the lab. */
export interface Workspace {
  readonly folder: string
  readonly database: string
  readonly checkpoints: string
  readonly datasets: string
  readonly logs: string
}

/** Linux's numbers of file systems on which SQLite's locks and shared memory cannot be trusted (statfs(2)). */
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
  const folder = resolve(path)
  const workspace = {
    folder,
    database: join(folder, 'skiplab.db'),
    checkpoints: join(folder, 'checkpoints'),
    datasets: join(folder, 'datasets'),
    logs: join(folder, 'logs'),
  }
  try {
    for (const each of [folder, workspace.checkpoints, workspace.datasets, workspace.logs, join(folder, 'exports')]) makeFolder(each)
    await access(folder, constants.W_OK)
  } catch (error) {
    throw new SkiplabError('unavailable', `The workspace ${folder} cannot be written: ${messageOf(error)}. Choose another folder with --workspace.`)
  }
  if (process.platform === 'linux') {
    const name = networkFileSystemName((await statfs(folder)).type)
    if (name) throw new SkiplabError('unavailable', `The workspace ${folder} lies on a network file system (${name}), where a database can be damaged. Choose a folder on a local disk.`)
  }
  return workspace
}

/** Tells a folder from another that was later put in its place. @returns null when it is not there */
export function folderIdentity(folder: string): string | null {
  const stat = statSync(folder, { throwIfNoEntry: false })
  return stat ? `${stat.dev}:${stat.ino}` : null
}

/** Bytes that this user may still write below a folder. */
export async function freeDiskBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
