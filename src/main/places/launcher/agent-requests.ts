import { spawn } from 'node:child_process'
import {
  appendFileSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { AgentAnswer, AgentRequest } from '../job/agent-protocol.ts'
import { jobCheckpointsSchema, jobFiles } from '../job/job-files.ts'
import { clean, hasEnded, namesIn } from './clean.ts'
import type { EventReader } from './event-reader.ts'
import { isAlive, readLock } from './job-lock.ts'

/** Jobs that this process started and that have not ended: they may not have written their lock yet. */
const starting = new Set<string>()

/** Does what a request asks. @throws Error of the system */
export function answerRequest(request: AgentRequest, reader: EventReader): AgentAnswer<AgentRequest['do']> {
  switch (request.do) {
    case 'prepare':
      prepare(request)
      return null
    case 'follow':
      reader.follow(request.folder, request.offset)
      return null
    case 'unfollow':
      reader.unfollow(request.folder)
      return null
    case 'drain':
      reader.readOne(request.folder)
      return null
    case 'tell':
      appendFileSync(join(request.folder, jobFiles.commands), `${JSON.stringify({ type: request.type })}\n`)
      return null
    case 'checkpoints':
      return checkpointsOf(request.folder)
    case 'handle':
      writeFileSync(join(request.folder, jobFiles.handle), request.handle)
      return null
    case 'launch':
      launchDetached(request.folder, request.argv)
      return null
    case 'alive':
      return request.folders.filter((folder) => lives(folder))
    case 'kill':
      return killJob(request.folder)
    case 'jobs':
      return namesIn(request.folder)
        .filter((name) => !hasEnded(join(request.folder, name)))
        .map((name) => ({ name, handle: handleOf(join(request.folder, name)) }))
    case 'clean':
      clean(request)
      return null
  }
}

/** Makes a job's folder, which appears by one rename. */
function prepare({ folder, order, store, checkpoints }: Extract<AgentRequest, { do: 'prepare' }>): void {
  if (existsSync(folder)) return
  const work = `${folder}.part-${process.pid}`
  const checkpointFolder = join(work, jobFiles.checkpointFolder)
  mkdirSync(checkpointFolder, { recursive: true, mode: 0o700 })
  for (const { file, sha256 } of checkpoints) linkSync(join(store, sha256), join(checkpointFolder, file))
  writeFileSync(join(work, jobFiles.checkpoints), JSON.stringify(checkpoints))
  writeFileSync(join(work, jobFiles.order), JSON.stringify(order))
  writeFileSync(join(work, jobFiles.events), '')
  renameSync(work, folder)
}

function checkpointsOf(folder: string): AgentAnswer<'checkpoints'> {
  const file = join(folder, jobFiles.checkpoints)
  return existsSync(file) ? jobCheckpointsSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : []
}

function launchDetached(folder: string, argv: readonly string[]): void {
  if (lives(folder)) return
  const output = openSync(join(folder, 'scheduler.log'), 'a')
  const [program, ...args] = argv
  // In a session of its own: the end of the connection does not end it.
  const child = spawn(program ?? '', args, { cwd: folder, detached: true, stdio: ['ignore', output, output] })
  closeSync(output)
  starting.add(folder)
  child.once('error', (error) => {
    appendFileSync(join(folder, 'scheduler.log'), `${error.message}\n`)
    starting.delete(folder)
  })
  child.once('exit', () => starting.delete(folder))
  child.unref()
}

function handleOf(folder: string): string | null {
  const file = join(folder, jobFiles.handle)
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}

function lives(folder: string): boolean {
  if (starting.has(folder)) return true
  const lock = readLock(folder)
  return lock !== null && isAlive(lock)
}

function killJob(folder: string): boolean {
  // Whoever starts late finds nothing to do.
  rmSync(join(folder, jobFiles.order), { force: true })
  const lock = readLock(folder)
  if (!lock || !isAlive(lock)) return false
  try {
    process.kill(-lock.pid, 'SIGKILL')
  } catch {
    process.kill(lock.pid, 'SIGKILL')
  }
  return true
}
