import type { Precision } from '../../../../../common/device.ts'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { z } from 'zod'
import { instructionSets } from '../../../machine/environment.ts'
import { nativeModulePath } from '../graph/native-modules.ts'
import type { OwnKernels } from '../layers/build.ts'
import { nativeBinding } from '../graph/session.ts'

/** Our own TensorFlow ops (native/), registered for the CPU. */
export interface NativeKernels {
  /** Set of instructions that they were chosen for: `baseline`, `avx2`, `avx512` or `avx512bf16`. */
  readonly instructions: string
  /** Gives back the memory of libraries' code that only start-up used: some 250 MB, on Linux. */
  readonly releaseLibraryPages: () => void
}

const moduleSchema = z.object({
  instructions: z.string(),
  releaseLibraryPages: z.custom<() => void>((value) => typeof value === 'function'),
})

let loaded: NativeKernels | null | undefined

/**
 * Loads and registers our ops, once.
 * @throws Error naming the set-up command when they were compiled from other sources
 * @returns null where TensorFlow's own must do: on a GPU, or when set-up could not compile them (tfjs's own TensorFlow)
 */
export function nativeKernels(): NativeKernels | null {
  if (loaded !== undefined) return loaded
  const path = nativeModulePath('skiplab_kernels')
  // The binding comes first: it brings the library in which the ops register.
  const usable = !nativeBinding().isUsingGpuDevice() && existsSync(path)
  const module = usable ? moduleSchema.safeParse(createRequire(import.meta.url)(path)) : null
  if (module?.error)
    throw new Error('Skiplab\'s own operations were compiled for another version; run "npx skiplab doctor" to set them up again')
  loaded = module?.data ?? null
  return loaded
}

/**
 * Chooses which of our ops a program takes on this machine. With AMX, oneDNN's bf16 convolutions do without our fp32 arithmetic. Strides,
 * 1x1 and stems: with AVX2 ours were faster, and oneDNN emulates bf16; with AVX-512 oneDNN's are faster, except in wide layers.
 */
export function usableKernels(precision: Precision): OwnKernels {
  const kernels = nativeKernels()
  if (!kernels) return 'none'
  if (precision === 'bf16' && instructionSets().includes('amx_bf16')) return 'normalization'
  if (kernels.instructions === 'avx2') return 'all'
  return kernels.instructions === 'baseline' ? 'winograd' : 'wide'
}
