/** A thread that reads, decodes, scales and crops images ahead of training; see image-pipeline.ts, which starts it. */
import { open, type FileHandle } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import type { EndRequest, ReadReply, ReadRequest, ThreadSettings } from './pipeline-messages.ts'
import { problemOf, readCrop } from './read-crop.ts'

/** Requests in the order in which they came, each with how many of its images are begun and done. */
interface Work {
  readonly request: ReadRequest
  begun: number
  done: number
  problem: string | null
}

// What a thread is started with has no type of its own.
const settings = workerData as ThreadSettings
const files = settings.files.map(openFile)
const imageBytes = settings.windows * settings.height * settings.width * settings.channels
const waiting: Work[] = []
let atWork = 0
let ending = false

/** A file that cannot be opened is told with the first image that is wanted of it. */
function openFile(path: string): Promise<FileHandle> {
  const file = open(path, 'r')
  file.catch(() => undefined)
  return file
}

function begin(): void {
  while (atWork < settings.atOnce) {
    const work = waiting[0]
    if (!work) return
    const image = work.begun++
    if (work.begun === work.request.crops.length) waiting.shift()
    atWork++
    void read(work, image)
  }
}

async function read(work: Work, image: number): Promise<void> {
  const { crops, pixels, id } = work.request
  const crop = crops[image]!
  try {
    await readCrop(await files[crop.file]!, crop, settings, pixels.subarray(image * imageBytes, (image + 1) * imageBytes))
  } catch (error) {
    work.problem ??= problemOf(settings.files[crop.file]!, crop, error)
  }
  atWork--
  if (++work.done === crops.length) parentPort?.postMessage({ id, problem: work.problem } satisfies ReadReply)
  if (ending) void endWhenIdle()
  else begin()
}

/** A codec that is ended in the midst of an image takes the whole process with it. */
async function endWhenIdle(): Promise<void> {
  if (atWork > 0) return
  for (const file of files) await file.then((opened) => opened.close()).catch(() => undefined)
  parentPort?.close()
}

parentPort?.on('message', (request: ReadRequest | EndRequest) => {
  if (request === 'end') {
    ending = true
    void endWhenIdle()
    return
  }
  waiting.push({ request, begun: 0, done: 0, problem: null })
  begin()
})
