import type { Input, InputFile } from './input-files.ts'

/** Files being worked on at once: enough to keep the decoder's threads busy. */
const filesAtOnce = 16

/**
 * Reads an input once and works on the files that `wanted` knows, many at a time, in no particular order. All work has ended when it
 * returns or throws; the first failure keeps further files from being read.
 */
export async function workOnFiles<T>(
  input: Input,
  wanted: ReadonlyMap<string, T>,
  work: (content: Buffer, what: T, file: InputFile) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const failures: unknown[] = []
  const running = new Set<Promise<void>>()
  try {
    for await (const file of input.files(signal)) {
      const what = wanted.get(file.path)
      if (what === undefined) continue
      const content = await file.content()
      const task = work(content, what, file).then(() => void running.delete(task))
      running.add(task)
      // A failed task stays in the set, so that the race or the end finds it; the files after it are not read.
      task.catch((error: unknown) => failures.push(error))
      if (failures.length > 0) break
      if (running.size >= filesAtOnce) await Promise.race(running)
    }
    await Promise.all(running)
  } finally {
    // No task may write after the files are closed.
    await Promise.allSettled(running)
  }
}
