import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageOf } from '../../../../../common/caught.ts'
import { nativeModulePath } from './native-modules.ts'
import type { Graph, Tensor } from './graph.ts'

/** The part of tfjs-node's native module that the program needs; see tfjs_binding.ts in @tensorflow/tfjs-node-gpu. */
interface NativeBinding {
  createTensor(shape: readonly number[], dtype: number, values: Float32Array | Int32Array | Uint8Array): number
  deleteTensor(id: number): void
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array
  loadSavedModel(folder: string, tags: string): number
  runSavedModel(
    model: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): { id: number; shape: number[]; dtype: number }[]
  deleteSavedModel(model: number): void
  isUsingGpuDevice(): boolean
  readonly TF_FLOAT: number
  readonly TF_INT32: number
  readonly TF_UINT8: number
  readonly TF_Version: string
}

let loaded: NativeBinding | null = null

/**
 * Loads the native module of @tensorflow/tfjs-node-gpu, without the 50 MB and the second that its JavaScript layers cost.
 * @throws Error naming the set-up command when the module is not built
 */
export function nativeBinding(): NativeBinding {
  if (loaded) return loaded
  try {
    // A native module has no types of its own; NativeBinding is what tfjs-node declares for it.
    loaded = createRequire(import.meta.url)(nativeModulePath('tfjs_binding')) as NativeBinding
  } catch (error) {
    throw new Error(`The TensorFlow binding could not be loaded; run "npx skiplab doctor" to set it up again (${messageOf(error)})`)
  }
  return loaded
}

export type HostArray = Float32Array | Int32Array | Uint8Array

/** A value for a placeholder. Float32Array, Int32Array and Uint8Array feed DT_FLOAT, DT_INT32 and DT_UINT8. */
export interface Feed {
  readonly placeholder: Tensor
  readonly value: HostArray
}

/** A loaded graph with its variables, run through TensorFlow's session. Calls block until TensorFlow is done. */
export class Session {
  readonly #binding = nativeBinding()
  readonly #model: number

  constructor(graph: Graph) {
    const folder = makeTemporaryFolder()
    try {
      writeFileSync(join(folder, 'saved_model.pbtxt'), graph.toSavedModelText())
      this.#model = this.#binding.loadSavedModel(folder, 'program')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  /** @returns the fetched values in order; what each fetch depends on is run, everything else is not */
  run(feeds: readonly Feed[], fetches: readonly Tensor[]): HostArray[] {
    const inputs = feeds.map(({ placeholder, value }) => this.#binding.createTensor(placeholder.shape, this.#dtype(value), value))
    try {
      const names = feeds.map(({ placeholder }) => output(placeholder)).join(',')
      return this.#binding.runSavedModel(this.#model, inputs, names, fetches.map(output).join(',')).map(({ id }) => {
        const value = this.#binding.tensorDataSync(id)
        this.#binding.deleteTensor(id)
        return value
      })
    } finally {
      inputs.forEach((id) => this.#binding.deleteTensor(id))
    }
  }

  dispose(): void {
    this.#binding.deleteSavedModel(this.#model)
  }

  #dtype(value: HostArray): number {
    if (value instanceof Float32Array) return this.#binding.TF_FLOAT
    return value instanceof Int32Array ? this.#binding.TF_INT32 : this.#binding.TF_UINT8
  }
}

/** "name:index", as the session wants it. */
function output(tensor: Tensor): string {
  return tensor.ref.includes(':') ? tensor.ref : `${tensor.ref}:0`
}

/** The folder that TMPDIR names may be gone, or somebody else's; an engine's workers have their own. */
function makeTemporaryFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'skiplab-program-'))
  } catch (error) {
    if (tmpdir() !== '/tmp' && existsSync('/tmp')) return mkdtempSync('/tmp/skiplab-program-')
    throw new Error(`No temporary file can be made in ${tmpdir()}: ${messageOf(error)}. Name another folder in TMPDIR.`, { cause: error })
  }
}
