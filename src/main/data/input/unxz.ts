import type { LZMAModule } from 'node-liblzma/wasm'
import { SkiplabError } from '../../../common/failure.ts'

/** What liblzma's code function returns (lzma/base.h). */
const ok = 0
const streamEnd = 1
const memoryError = 5
const memoryLimitError = 6
const optionsError = 8
const bufferError = 10
const reasons = new Map([
  [7, 'it is no xz at that offset'],
  [9, 'its contents do not fit their check sums'],
  [bufferError, 'its end is missing'],
])
const run = 0
const finish = 3
/** Flag for several xz streams one after the other in a file, as parallel packers write them. */
const concatenated = 0x08
/** Memory limit in bytes. The library's own memory ends at 256 MiB; a dictionary takes its size, 64 MiB for `xz -9`. */
const memoryLimit = 224 * 2 ** 20
const outputBytes = 64 * 1024

/**
 * Unpacks an xz of any kind that liblzma knows: all its check sums, its filters (x86, ARM, delta and so on), several streams.
 * @param name of the archive, for errors
 * @returns blocks of at most 64 KiB, unpacked as they are asked for
 * @throws SkiplabError bad-input for what needs more memory or features than there are; Error for damaged contents
 */
export async function* unxz(packed: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const { initModule, getModule, WasmLzmaStream } = await import('node-liblzma/wasm')
  await initModule()
  const library = getModule()
  const stream = new WasmLzmaStream(library)
  const output = library._malloc(outputBytes)
  let input = 0
  try {
    if (library._lzma_stream_decoder(stream.ptr, BigInt(memoryLimit), concatenated) !== ok) throw new Error('the decoder did not start')
    for await (const chunk of packed) {
      library._free(input)
      input = library._malloc(chunk.length)
      library.HEAPU8.set(chunk, input)
      stream.setInput(input, chunk.length)
      yield* unpack(run)
    }
    stream.setInput(0, 0)
    yield* unpack(finish)
  } finally {
    library._lzma_end(stream.ptr)
    stream.free()
    library._free(input)
    library._free(output)
  }

  /** Unpacks until the input is used up, or at its end until all output is out. */
  function* unpack(action: number): Generator<Buffer> {
    for (;;) {
      stream.setOutput(output, outputBytes)
      const result = library._lzma_code(stream.ptr, action)
      const length = outputBytes - stream.availOut
      if (length > 0) yield Buffer.from(library.HEAPU8.subarray(output, output + length))
      if (result === streamEnd) return
      // The end of a chunk that held nothing to unpack.
      if (result === bufferError && action === run && stream.availIn === 0) return
      if (result !== ok) throw failure(library, stream.ptr, result, name)
      if (action === run && stream.availIn === 0 && stream.availOut > 0) return
    }
  }
}

function failure(library: LZMAModule, stream: number, result: number, name: string): Error {
  const instead = `Unpack it with "xz -dk" and give the .tar.`
  if (result === memoryLimitError || result === memoryError) {
    const need =
      result === memoryLimitError
        ? `${Math.ceil(Number(library._lzma_memusage(stream)) / 2 ** 20)} MiB of memory`
        : 'more memory than there is'
    return new SkiplabError(
      'bad-input',
      `${name} is an xz that needs ${need} to unpack (a very large dictionary); ${memoryLimit / 2 ** 20} MiB are taken for ` +
        `that. ${instead}`,
    )
  }
  if (result === optionsError) return new SkiplabError('bad-input', `${name} is an xz with a filter that is not known here. ${instead}`)
  return new Error(reasons.get(result) ?? `liblzma gave up with code ${result}`)
}
