import type { z } from 'zod'
import type { Shape } from './shape.ts'

/** A trainable array of a layer. Biases, BN scales and offsets are decayed like weights, as in the paper's recipe. */
export interface Parameter {
  /** Unique in the network: `<layer>/<weights|scale|offset|bias>`. */
  readonly name: string
  readonly shape: readonly number[]
  /** Scaled by the fans as the design's `initialization` says, a uniform bound, or a constant. */
  readonly initializer:
    | { readonly kind: 'variance-scaling'; readonly fanIn: number; readonly fanOut: number }
    | { readonly kind: 'uniform'; readonly bound: number }
    | { readonly kind: 'constant'; readonly value: number }
}

/** All that is known of one kind of layer. Each kind is one file here, and one file in each backend. */
export interface LayerKindDefinition<A extends z.ZodType> {
  /** What a layer of this kind has besides name, inputs and shapes. */
  readonly attributes: A
  /** @throws RangeError where the inputs do not fit */
  outputShape(attributes: z.output<A>, inputs: readonly Shape[]): Shape
  /** Lists the trainable arrays of a layer called `name`, with their shapes and initial values. */
  parameters(name: string, attributes: z.output<A>, inputs: readonly Shape[]): readonly Parameter[]
  /** Counts multiply-adds for one image; only convolutions and fully connected layers count, as in the paper's Table 1. */
  multiplyAdds(attributes: z.output<A>, inputs: readonly Shape[], output: Shape): number
  /** Tells whether a layer counts where the paper counts depth: convolutions of the main path and fully connected layers. */
  countsAsDepth(attributes: z.output<A>): boolean
  /** Whether the backward pass keeps its output in memory; a ReLU shares its input's, an addition needs neither of its inputs. */
  readonly keepsOutput: boolean
  /** Describes a layer for tables and tooltips: "3×3 convolution, stride 2". */
  words(attributes: z.output<A>, inputs: readonly string[]): string
}

/** Gives a kind's definition the type of its attributes. */
export function defineKind<A extends z.ZodType>(definition: LayerKindDefinition<A>): LayerKindDefinition<A> {
  return definition
}
