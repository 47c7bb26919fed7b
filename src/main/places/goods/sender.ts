import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { pack } from 'tar-stream'
import type { Blob, Tree } from '../place.ts'
import { PlaceTrouble } from '../place-trouble.ts'
import type { CommandResult, OpenCommand, Shell } from '../shell.ts'
import { Turns } from '../turns.ts'
import { appendToFile, linkTree, listMissing, openFolder, unpackFiles } from './scripts.ts'

/** Files up to this size travel together in an archive. */
const smallBytes = 300_000
/** Hashing what came may take a while on a slow disk. */
const patienceMs = 300_000
/** Times that a connection may break during one file before the whole is given up for now; what came stays. */
const mostAttempts = 4

/** Brings files to a place, by content: what is there is not sent, what was cut off goes on. */
export class Sender {
  readonly #shell: Shell
  readonly #tag: string
  readonly #configured: string
  readonly #known = new Set<string>()
  readonly #trees = new Set<string>()
  #folder: string | null = null
  /** Sendings wait for each other: runs that start at once lack the same files. */
  readonly #turns = new Turns(1)
  sentBytes = 0

  /** @param tag of this workspace: no two senders append to one file. @param folder as set, may begin with `~` */
  constructor(shell: Shell, tag: string, folder: string) {
    this.#shell = shell
    this.#tag = tag
    this.#configured = folder
  }

  /** The place's folder there, absolute; made at the first call. */
  async folder(): Promise<string> {
    if (this.#folder !== null) return this.#folder
    const said = this.#checked(await this.#run(openFolder, [this.#configured]))
    const folder = said.stdout.trim()
    if (!folder.startsWith('/')) throw new PlaceTrouble('broken', `The folder ${this.#configured} on ${this.#shell.where} has no path.`)
    this.#folder = folder
    return folder
  }

  /** Forgets what is known to be there: somebody may have cleaned up. */
  forget(): void {
    this.#known.clear()
    this.#trees.clear()
    this.#folder = null
  }

  /** @param onProgress bytes done and in all, of what was not there */
  sendBlobs(blobs: readonly Blob[], onProgress: (done: number, total: number) => void): Promise<void> {
    return this.#turns.take(() => this.#sendBlobs(blobs, onProgress))
  }

  async #sendBlobs(blobs: readonly Blob[], onProgress: (done: number, total: number) => void): Promise<void> {
    const folder = await this.folder()
    const wanted = new Map(blobs.filter(({ sha256 }) => !this.#known.has(sha256)).map((blob) => [blob.sha256, blob]))
    if (wanted.size === 0) return
    const stdin = [...wanted.keys()].map((hash) => `${hash}\n`).join('')
    const { stdout } = this.#checked(await this.#run(listMissing, [folder, this.#tag], stdin))
    const missing: { blob: Blob; there: number }[] = []
    for (const line of stdout.trim().split('\n')) {
      const [hash = '', state = ''] = line.split(' ')
      const blob = wanted.get(hash)
      if (!blob) throw new PlaceTrouble('broken', `${this.#shell.where} answered oddly: ${line.slice(0, 200)}`)
      if (state === 'whole') this.#known.add(hash)
      else missing.push({ blob, there: Number(state) })
    }
    const total = missing.reduce((sum, { blob, there }) => sum + blob.bytes - there, 0)
    let done = 0
    const note = (bytes: number): void => {
      done += bytes
      this.sentBytes += bytes
      onProgress(done, total)
    }
    if (total > 0) onProgress(0, total)
    await this.#sendSmall(
      folder,
      missing.filter(({ blob, there }) => blob.bytes <= smallBytes && there === 0).map(({ blob }) => blob),
      note,
    )
    for (const { blob, there } of missing) if (!this.#known.has(blob.sha256)) await this.#sendLarge(folder, blob, there, note)
  }

  /** Sends a tree's files and makes it of them. @returns its folder there */
  sendTree(tree: Tree, onProgress: (done: number, total: number) => void): Promise<string> {
    return this.#turns.take(() => this.#sendTree(tree, onProgress))
  }

  async #sendTree(tree: Tree, onProgress: (done: number, total: number) => void): Promise<string> {
    const lines = [...tree.files].map(([path, { sha256, executable }]) => `${sha256} ${executable ? 'x' : '-'} ${path}\n`)
    const name = `${tree.name}-${createHash('sha256').update(lines.join('')).digest('hex').slice(0, 20)}`
    const folder = await this.folder()
    if (!this.#trees.has(name)) {
      await this.#sendBlobs([...tree.files.values()], onProgress)
      this.#checked(await this.#run(linkTree, [folder, name], lines.join('')))
      this.#trees.add(name)
    }
    return `${folder}/trees/${name}`
  }

  async #sendSmall(folder: string, blobs: readonly Blob[], note: (bytes: number) => void): Promise<void> {
    if (blobs.length === 0) return
    const archive = pack()
    const command = this.#open(unpackFiles, [folder, this.#tag])
    const fill = async (): Promise<void> => {
      for (const { sha256, file, bytes } of blobs) {
        archive.entry({ name: sha256 }, await readFile(file))
        note(bytes)
      }
      archive.finalize()
    }
    await this.#finish(command, Promise.all([fill(), pipeline(archive, command.stdin)]))
    for (const { sha256 } of blobs) this.#known.add(sha256)
  }

  async #sendLarge(folder: string, blob: Blob, there: number, note: (bytes: number) => void): Promise<void> {
    let offset = Math.min(there, blob.bytes)
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#sendFrom(folder, blob, offset, note)
        this.#known.add(blob.sha256)
        return
      } catch (error) {
        if (!(error instanceof PlaceTrouble && error.passes) || attempt >= mostAttempts) throw error
        const { stdout } = this.#checked(await this.#run(listMissing, [folder, this.#tag], `${blob.sha256}\n`))
        const state = stdout.trim().split(' ')[1] ?? '0'
        offset = state === 'whole' ? blob.bytes : Number(state)
      }
    }
  }

  async #sendFrom(folder: string, blob: Blob, offset: number, note: (bytes: number) => void): Promise<void> {
    const command = this.#open(appendToFile, [folder, this.#tag, blob.sha256, String(blob.bytes)])
    const source = createReadStream(blob.file, { start: offset, highWaterMark: 1 << 18 })
    source.on('data', (chunk) => note(chunk.length))
    await this.#finish(command, pipeline(source, command.stdin))
  }

  /** Waits for both ends: the command's own words say more than a broken pipe. */
  async #finish(command: OpenCommand, sending: Promise<unknown>): Promise<void> {
    const sent = sending.catch((error: unknown) => error)
    command.stdout.resume()
    const { code, stderr } = await command.ended
    const failure = await sent
    const trouble = this.#shell.troubleOf(code, stderr)
    if (trouble) throw trouble
    if (code === 8) throw new PlaceTrouble('unreachable', `The connection to ${this.#shell.where} was cut while a file was sent.`)
    if (code === 9) throw new PlaceTrouble('broken', `A file came to ${this.#shell.where} other than it was sent. Its disk may be broken.`)
    this.#checked({ code: code ?? 1, stdout: '', stderr })
    if (failure instanceof Error) throw failure
  }

  #checked(result: CommandResult): CommandResult {
    if (result.code === 0) return result
    const said = result.stderr.trim().split('\n').at(-1) ?? ''
    if (/no space left|quota exceeded|EDQUOT|ENOSPC/i.test(result.stderr)) {
      const words = `The disk of ${this.#shell.where} is full, or your quota there (${said}). Make room, or choose another folder there.`
      throw new PlaceTrouble('disk-full', words)
    }
    if (/permission denied|read-only/i.test(result.stderr)) {
      const words = `The folder ${this.#configured} on ${this.#shell.where} cannot be written (${said}). Choose another with --folder.`
      throw new PlaceTrouble('missing', words)
    }
    throw new PlaceTrouble('broken', `A command on ${this.#shell.where} failed with code ${result.code}${said ? `: ${said}` : '.'}`)
  }

  #run(script: string, args: readonly string[], stdin = ''): Promise<CommandResult> {
    return this.#shell.run(['sh', '-c', script, 'sh', ...args], { stdin, timeoutMs: patienceMs })
  }

  #open(script: string, args: readonly string[]): OpenCommand {
    return this.#shell.open(['sh', '-c', script, 'sh', ...args])
  }
}
