import type { BlockDefinition } from './block.ts'

/** Two 3x3 layers (Fig. 5, left); the first has the stride. */
export const basic: BlockDefinition = {
  layers: 2,
  expansion: 1,
  convolutions: (_, width, stride) => [
    { filters: width, kernel: 3, stride },
    { filters: width, kernel: 3 },
  ],
}
