import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { SkiplabError } from '../../../../common/failure.ts'
import { codecs } from '../../../data/decode/codecs.ts'
import { addAgain } from '../../../data/stored/stored-file.ts'
import type { CropRequest, EndRequest, ReadReply, ReadRequest, ThreadSettings } from './pipeline-messages.ts'

/** Images that are on their way. */
export interface PendingImages {
  /** uint8 [images, windows, height, width, channels]. @throws SkiplabError bad-input naming file and image when one cannot be read */
  readonly pixels: Promise<Uint8Array>
  /** Gives their memory back, once they are there. */
  release(): void
}

interface Awaited {
  readonly pixels: Uint8Array
  resolve(pixels: Uint8Array): void
  reject(error: Error): void
}

/**
 * Reads images in a thread that goes on while the backend computes: its decoding runs in the process's thread pool. Requests are served
 * in their order. Memory is taken for requests that were not released, and kept for later ones of their size.
 */
export class ImagePipeline {
  readonly #thread: Worker
  readonly #ended: Promise<void>
  /** Of all windows of an image. */
  readonly #imageBytes: number
  readonly #awaited = new Map<number, Awaited>()
  readonly #free: Uint8Array[] = []
  #nextId = 0
  #failure: Error | null = null

  private constructor(settings: ThreadSettings) {
    this.#imageBytes = settings.windows * settings.height * settings.width * settings.channels
    this.#thread = new Worker(threadProgram(), { workerData: settings, execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: 8 } })
    this.#thread.unref() // Images that are waited for keep the process alive, a thread that waits does not.
    this.#thread.on('message', (reply: ReadReply) => this.#settle(reply))
    this.#thread.on('error', (error: Error) => this.#fail(error))
    this.#ended = new Promise((resolve) =>
      this.#thread.once('exit', (code) => {
        this.#fail(new Error(`the thread that reads images ended with code ${code}`))
        resolve()
      }),
    )
  }

  /** Loads the codecs here too: a library that only a thread has loaded goes with it, and other threads may still be in it. */
  static async start(settings: ThreadSettings): Promise<ImagePipeline> {
    await codecs()
    return new ImagePipeline(settings)
  }

  /** Asks for images, at least one. */
  request(crops: readonly CropRequest[]): PendingImages {
    const pixels = this.#memory(crops.length * this.#imageBytes)
    const id = this.#nextId++
    const ready = new Promise<Uint8Array>((resolve, reject) => {
      if (this.#failure) reject(this.#failure)
      else this.#awaited.set(id, { pixels, resolve, reject })
    })
    this.#thread.ref()
    // Whoever awaits it hears of a failure; images that nobody wants any more may fail unheard.
    ready.catch(() => undefined)
    if (!this.#failure) this.#thread.postMessage({ id, crops, pixels } satisfies ReadRequest)
    let released = false
    const release = () => {
      if (released) return
      released = true
      void ready.then(
        () => this.#free.push(pixels),
        () => undefined,
      )
    }
    return { pixels: ready, release }
  }

  /** Waits for the images that are being decoded, and for no others. */
  async close(): Promise<void> {
    this.#failure ??= new Error('the images are closed')
    this.#thread.ref()
    this.#thread.postMessage('end' satisfies EndRequest)
    await this.#ended
  }

  /** Shared with the thread, so that no image is copied between the two. */
  #memory(bytes: number): Uint8Array {
    const at = this.#free.findIndex((free) => free.length === bytes)
    if (at >= 0) return this.#free.splice(at, 1)[0]!
    // Memory of another size was for another kind of batch; two kinds (training, evaluation) and a last, smaller batch may take turns.
    if (this.#free.length > 8) this.#free.shift()
    return new Uint8Array(new SharedArrayBuffer(bytes))
  }

  #settle({ id, problem }: ReadReply): void {
    const awaited = this.#awaited.get(id)
    this.#awaited.delete(id)
    // Once it is closed its end is waited for.
    if (this.#awaited.size === 0 && !this.#failure) this.#thread.unref()
    if (problem === null) awaited?.resolve(awaited.pixels)
    else awaited?.reject(new SkiplabError('bad-input', `${problem}. ${addAgain}`))
  }

  #fail(error: Error): void {
    this.#failure ??= error
    for (const awaited of this.#awaited.values()) awaited.reject(this.#failure)
    this.#awaited.clear()
  }
}

/** Built, it lies beside the worker's program; in a clone its source is run as it is. */
function threadProgram(): string {
  const built = join(import.meta.dirname, 'image-thread.cjs')
  return existsSync(built) ? built : join(import.meta.dirname, 'image-thread.ts')
}
