// Compiling our own TensorFlow ops (src/main/worker/backend/tensorflow/native): once for each set of instructions, chosen when the
// program starts.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { inProject } from './project.mjs'

const folder = () => inProject('src', 'main', 'worker', 'backend', 'tensorflow', 'native')

/** Sources that hold the arithmetic; all others are compiled once. */
const perInstructions = ['gathered-convolution.cc', 'normalization.cc', 'pooling.cc', 'winograd.cc']

const avx2 = ['-mavx2', '-mfma']
const avx512 = [...avx2, '-mavx512f', '-mavx512bw', '-mavx512vl', '-mavx512dq', '-mprefer-vector-width=512']

/** The baseline is what every processor of the kind has. */
const instructions = {
  x64: { baseline: [], avx2, avx512, avx512bf16: [...avx512, '-mavx512bf16'] },
  other: { baseline: [] },
}

/** All source files, in a fixed order. */
export function kernelFiles() {
  return readdirSync(folder())
    .sort()
    .map((name) => join(folder(), name))
}

/**
 * @param {string} work folder for object files
 * @param {string[]} options of every compilation
 * @returns {{ objects: string[][], objectFiles: string[], module: string[] }} arguments of independent compilations, and of the last
 *   one that links them
 */
export function kernelCompilation(work, options) {
  const sets = Object.entries(instructions[process.arch] ?? instructions.other)
  const parts = sets.flatMap(([name, flags]) =>
    perInstructions.map((source) => ({ name, flags, source, file: join(work, `${name}-${source}.o`) })),
  )
  const objects = parts.map(({ name, flags, source, file }) => [
    ...options,
    '-O3',
    `-DSKIPLAB_INSTRUCTIONS=${name}`,
    ...flags,
    '-c',
    join(folder(), source),
    '-o',
    file,
  ])
  const objectFiles = parts.map(({ file }) => file)
  const rest = kernelFiles().filter((path) => path.endsWith('.cc') && !perInstructions.some((source) => path === join(folder(), source)))
  // Sources of one kind for all instructions round the same everywhere: no product is added to in one instruction, as arm64 would.
  // TensorFlow's header for kernels wants more of its tree, unless told that this is a small build.
  return { objects, objectFiles, module: [...options, '-O2', '-ffp-contract=off', '-DIS_SLIM_BUILD', ...rest, ...objectFiles] }
}
