import { elements } from '../network/kinds/shape.ts'
import type { Network } from '../network/network.ts'

/** Resident memory of a worker with TensorFlow loaded and programs without layers, and what each layer adds to each program. */
const runtimeBytes = { base: 400e6, layer: 0.1e6 }

/** Copies of the weights: as read from the checkpoint, joined, in TensorFlow, folded with BN. */
const weightCopies = 5

/** Feature maps of one layer that are in memory while the next is computed: input, shortcut and output. */
const maps = 3

/** Images on their way to the network: codecs, decoded images, batches that were read ahead. */
const readerBytes = 150e6

/** A program that a worker has at once. */
export interface ScoringProgram {
  /** At the size of what it sees. */
  readonly network: Network
  /** Images that it computes at once. */
  readonly images: number
}

/**
 * Estimates the peak resident memory of an evaluation's worker in bytes.
 * @param images of the split
 */
export function estimateEvaluationMemory(programs: readonly ScoringProgram[], images: number): number {
  const largest = Math.max(
    ...programs.map(
      (program) => maps * 4 * program.images * Math.max(...program.network.layers.map((layer) => elements(layer.outputShape))),
    ),
  )
  const [{ network }] = programs as [ScoringProgram, ...ScoringProgram[]]
  const layers = programs.reduce((sum, program) => sum + program.network.layers.length, 0)
  const weights = weightCopies * 4 * network.parameterCount
  return Math.round(runtimeBytes.base + runtimeBytes.layer * layers + weights + largest + readerBytes + 8 * images * network.design.classes)
}
