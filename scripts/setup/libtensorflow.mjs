// TensorFlow's C library, taken from the wheel of its Python package: the libraries and the few headers the binding includes.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheRoot, platformName, provide, isProvided, requireFreeSpace } from './cache.mjs'
import { SetupProblem } from './problem.mjs'
import { megabytes, step } from './progress.mjs'
import { downloadWheel, findPython, installPackages, unzip } from './python.mjs'

export const tensorflowVersion = '2.21.0'

const wheels = {
  'linux-x64-cpu': {
    requirement: 'tensorflow-cpu==2.21.0',
    platform: 'manylinux_2_27_x86_64',
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    bytes: 273_829_956,
  },
  'linux-x64-cuda': {
    requirement: 'tensorflow==2.21.0',
    platform: 'manylinux_2_27_x86_64',
    sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
    bytes: 573_000_000,
  },
  'linux-arm64-cpu': {
    requirement: 'tensorflow==2.21.0',
    platform: 'manylinux_2_27_aarch64',
    sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
    bytes: 265_000_000,
  },
  'darwin-arm64-cpu': {
    requirement: 'tensorflow==2.21.0',
    platform: 'macosx_12_0_arm64',
    sha256: '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
    bytes: 230_000_000,
  },
}

// The extra `and-cuda` of tensorflow 2.21.0; about 2.5 GB on disk.
const cudaRequirements = [
  'nvidia-cublas-cu12>=12.5.3.2,<13.0',
  'nvidia-cuda-cupti-cu12>=12.5.82,<13.0',
  'nvidia-cuda-nvcc-cu12>=12.5.82,<13.0',
  'nvidia-cuda-nvrtc-cu12>=12.5.82,<13.0',
  'nvidia-cuda-runtime-cu12>=12.5.82,<13.0',
  'nvidia-cudnn-cu12>=9.3.0.75,<10.0',
  'nvidia-cufft-cu12>=11.2.3.61,<12.0',
  'nvidia-curand-cu12>=10.3.6.82,<11.0',
  'nvidia-cusolver-cu12>=11.6.3.83,<12.0',
  'nvidia-cusparse-cu12>=12.5.1.3,<13.0',
  'nvidia-nccl-cu12>=2.27.7,<3.0',
  'nvidia-nvjitlink-cu12>=12.5.82,<13.0',
]

const wanted = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/libtensorflow_cc.2.dylib',
  'tensorflow/libtensorflow_framework.2.dylib',
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/ctstring.h',
  'tensorflow/include/tensorflow/core/platform/ctstring_internal.h',
  'tensorflow/include/tsl/platform/ctstring.h',
  'tensorflow/include/tsl/platform/ctstring_internal.h',
  'tensorflow/include/tsl/platform/platform.h',
  'tensorflow/include/xla/tsl/c/',
]

/** Whether a wheel of this version exists for this machine. */
export function hasWheel(variant = 'cpu') {
  return `${platformName()}-${variant}` in wheels
}

const choices = ['auto', 'cpu', 'cuda', 'upstream']

/**
 * Which TensorFlow was asked for: by SKIPLAB_TENSORFLOW, else as it was before.
 * @param {string} [before]
 */
export function askedTensorflow(before) {
  const asked = process.env.SKIPLAB_TENSORFLOW
  if (asked && !choices.includes(asked)) throw new SetupProblem(`SKIPLAB_TENSORFLOW is "${asked}".`, `use one of ${choices.join(', ')}.`)
  return asked || before || 'auto'
}

/**
 * `cuda` when asked for or when the NVIDIA driver reports a GPU, else `cpu`.
 * @param {string} [asked]
 * @returns {'cpu' | 'cuda'}
 */
export function chooseVariant(asked) {
  if (asked === 'cpu' || asked === 'cuda') {
    if (!hasWheel(asked))
      throw new SetupProblem(`There is no ${asked} build of TensorFlow for ${platformName()}.`, 'set SKIPLAB_TENSORFLOW to auto.')
    return asked
  }
  if (!hasWheel('cuda')) return 'cpu'
  try {
    return /^GPU \d+:/m.test(execFileSync('nvidia-smi', ['-L'], { stdio: ['ignore', 'pipe', 'ignore'], timeout: 10_000, encoding: 'utf8' }))
      ? 'cuda'
      : 'cpu'
  } catch {
    return 'cpu'
  }
}

/**
 * The cache folder of one variant; it holds `tensorflow/` (and `nvidia/`) as they lie in Python's site-packages, where their search
 * paths expect each other.
 */
export function libtensorflowFolder(variant) {
  // Clones of different ages share the cache: what is kept of the wheel belongs to the name.
  const kept = createHash('sha256').update(wanted.join()).digest('hex').slice(0, 8)
  return join(cacheRoot(), 'libtensorflow', `${tensorflowVersion}-${variant}-${platformName()}-${kept}`)
}

/** Whether libtensorflow is in the cache, complete. */
export function isLibtensorflowProvided(variant) {
  return isProvided(libtensorflowFolder(variant), wheels[`${platformName()}-${variant}`].sha256)
}

/** Downloads and unpacks libtensorflow unless it is in the cache, or all the same if `anew`. */
export async function ensureLibtensorflow(variant, anew = false) {
  const wheel = wheels[`${platformName()}-${variant}`]
  const folder = libtensorflowFolder(variant)
  if (isLibtensorflowProvided(variant) && !anew) return folder
  const cudaBytes = variant === 'cuda' ? 2_600_000_000 : 0
  requireFreeSpace(folder, wheel.bytes * 4.5 + cudaBytes * 2, `TensorFlow ${tensorflowVersion} (${variant})`)
  await step(
    `TensorFlow ${tensorflowVersion}, ${variant === 'cuda' ? 'CUDA' : 'CPU'} build: ${megabytes(wheel.bytes + cudaBytes)} ` +
      'to download, once per user',
    () =>
      provide(
        folder,
        wheel.sha256,
        async (work) => {
          const archive = await downloadWheel(wheel, work)
          await unzip(archive, work, wanted)
          rmSync(join(work, 'wheel'), { recursive: true })
          rmSync(join(work, 'tmp'), { recursive: true })
          if (variant === 'cuda')
            await installPackages({
              python: findPython(),
              requirements: ['--no-deps', ...cudaRequirements],
              target: work,
              folder: work,
              expectedBytes: 6_000_000_000,
            })
          const libraries = readdirSync(join(work, 'tensorflow')).filter((name) => name.startsWith('libtensorflow_'))
          if (libraries.length !== 2)
            throw new SetupProblem(`The wheel of TensorFlow ${tensorflowVersion} holds ${libraries.length} of its two libraries.`)
        },
        anew,
      ),
  )
  return folder
}
