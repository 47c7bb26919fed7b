import { architectureNamed } from './architectures/architectures.ts'
import { labelOf, resolveDesign, type NetworkDesign, type NetworkDesignInput } from './design.ts'
import { decaySurvival } from './families/survival.ts'
import { NetworkBuilder } from './graph/builder.ts'
import { networkGraph, type NetworkGraph } from './graph/network.ts'

/** A graph of layers with the design that it was laid out from. */
export interface Network extends NetworkGraph {
  /** "residual-20 A" */
  readonly name: string
  readonly design: NetworkDesign
}

/**
 * Lays a design out as its architecture says.
 * @throws Error as a sentence for people where the design's fields do not go together
 */
export function buildNetwork(input: NetworkDesignInput): Network {
  const design = resolveDesign(input)
  const b = new NetworkBuilder()
  architectureNamed(design.architecture).layOut(b, design)
  return { name: labelOf(design), design, ...networkGraph(decaySurvival(b.layers)) }
}
