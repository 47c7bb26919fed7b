import { z } from 'zod'
import { convolutionLayer } from '../blocks/layer.ts'
import type { Flow, NetworkBuilder } from '../graph/builder.ts'
import { numberSetting, settingFields } from '../settings/setting.ts'
import { defineArchitecture, designFields } from './architecture.ts'

const usualWidths = [64, 128, 256, 512, 512] as const
const width = z.int().min(1).max(4096)

/** 3x3 layers of each stage by depth: configurations D and E of the VGG paper, table 1. */
const layouts: Readonly<Record<number, readonly number[]>> = { 16: [2, 2, 3, 3, 3], 19: [2, 2, 4, 4, 4] }

/** Every stage ends in a pool that halves the map, so that smaller images leave nothing. */
const leastSize = 2 ** usualWidths.length
/** Size of image, pixels, from which on the last map is the 7x7 of the VGG paper or larger. */
const sizeOfPaper = 7 * leastSize

const settings = {
  headWidth: numberSetting(
    { least: 1, most: 16_384, whole: true },
    {
      title: 'Head width',
      words: 'features of each of the two hidden fully connected layers; 4096 at 224 px and above, else 512, unless given',
      default: null,
    },
  ),
}

const schema = z.strictObject({
  architecture: z.literal('vgg'),
  ...designFields,
  // There are no blocks whose order it could be.
  activationOrder: z.literal('post').default('post'),
  layers: z.literal([16, 19]),
  ...settingFields(settings),
  widths: z.tuple([width, width, width, width, width]).default([...usualWidths]),
})
type VggDesign = z.infer<typeof schema>

/**
 * The nets of "Very Deep Convolutional Networks for Large-Scale Image Recognition" that the paper compares with: five stages of 3x3
 * layers, each with a 2x2 max pool behind it, and three fully connected layers. No dropout, as nowhere in this house.
 */
export const vgg = defineArchitecture<VggDesign>({
  name: 'vgg',
  title: 'VGG nets',
  schema,
  settings,
  families: ['plain'],
  ignoredSettings: ['activationOrder', 'gateBias', 'shortcutPadding', 'survival'],
  depth: ({ layers }) => layers,
  depthRule: () => 'there are 16 and 19',
  usualDepths: () => [16, 19],
  hasDepth: (depth) => depth in layouts,
  usualWidths,
  widths: (design) => design.widths,
  at: ({ depth, widths = usualWidths, ...point }, given) => ({
    architecture: 'vgg',
    ...point,
    layers: depth,
    widths: [...widths],
    headWidth: given.headWidth ?? usualHeadWidth(point.inputShape),
  }),
  check({ inputShape: [height, columns] }) {
    if (Math.min(height, columns) < leastSize)
      throw new Error(`VGG nets halve the map five times and take images of ${leastSize} pixels and more a side; got ${height}x${columns}.`)
  },
  traits: ({ headWidth, inputShape, widths }) => [
    'vgg',
    ...(headWidth === usualHeadWidth(inputShape) ? [] : [`head-${headWidth}`]),
    ...(widths.join() === usualWidths.join() ? [] : [widths.join('-')]),
  ],
  layOut(b, design) {
    let x: Flow = { from: 'input', shape: design.inputShape }
    for (const [index, filters] of design.widths.entries()) x = stage(b, design, index, x, filters)
    x = b.add('flatten', 'head.flattening', [x], {})
    for (const layer of [1, 2]) {
      const hidden = b.add('fully-connected', `head.fully-connected${layer}`, [x], { outputs: design.headWidth })
      x = b.relu(`head.relu${layer}`, hidden)
    }
    b.add('fully-connected', 'classifier', [x], { outputs: design.classes })
  },
})

/** 3x3 layers and a pool: [height, width, any] -> [height / 2, width / 2, filters]. */
function stage(b: NetworkBuilder, design: VggDesign, index: number, input: Flow, filters: number): Flow {
  const path = `stage${index + 1}.block1`
  let x = input
  for (let layer = 1; layer <= layouts[design.layers]![index]!; layer++)
    x = b.relu(`${path}.relu${layer}`, convolutionLayer(b, design, path, `${layer}`, x, { filters, kernel: 3 }))
  return b.maxPooling(`${path}.pooling`, x, 2, 2, 0)
}

/** 4096 as in the VGG paper at its size of image; a head as wide as the last stage where its map is smaller than 7x7. */
function usualHeadWidth([height, columns]: readonly number[]): number {
  return Math.min(height ?? 0, columns ?? 0) >= sizeOfPaper ? 4096 : 512
}
