import type { GridPoint } from '../../src/common/network/architectures/architecture.ts'
import { type NetworkDesign, designAt, labelOf } from '../../src/common/network/design.ts'
import type { Recipe } from '../../src/common/training/recipe.ts'
import { resolveRecipe } from '../../src/common/training/recipes.ts'
import { shapeClasses } from '../../src/main/data/providers/shapes/shapes-10.ts'

/** A network that is tested in both programs. */
export interface ProtocolCase {
  readonly title: string
  readonly design: NetworkDesign
  readonly recipe: Recipe
  /** Height and width of the stored images: the network's, or larger ones, which are scaled and cropped. */
  readonly stored: readonly [number, number]
}

function tested(
  architecture: string,
  side: number,
  stored: readonly [number, number],
  point: Partial<GridPoint> & { depth: number },
): ProtocolCase {
  const grid: GridPoint = { family: 'residual', shortcut: 'B', classes: shapeClasses.length, ...point, inputShape: [side, side, 3] }
  const design = designAt(architecture, grid)
  const isScaled = stored.some((extent) => extent !== side)
  const recipe = resolveRecipe('paper-cifar10', {
    batchSize: 16,
    validationSize: 0,
    cropPadding: isScaled ? 0 : 4,
    imageSize: isScaled ? side : null,
    normalization: isScaled ? 'per-channel-mean-std' : 'per-pixel-mean',
  })
  return { title: `${labelOf(design)}, ${stored.join('x')} px`, design, recipe, stored }
}

export const protocolCases: readonly ProtocolCase[] = [
  tested('cifar', 32, [32, 32], { depth: 20, family: 'plain' }),
  tested('cifar', 32, [32, 32], { depth: 20, shortcut: 'A' }),
  tested('cifar', 32, [32, 32], { depth: 20, family: 'highway' }),
  tested('imagenet', 64, [80, 96], { depth: 18 }),
  tested('imagenet', 64, [80, 96], { depth: 50 }),
]
