import type { FileLayers } from './file-layers.ts'
import type { Recognition, RecognizedNetwork } from './recognize.ts'

/** 3x3 layers of each stage by depth. */
const layouts: Readonly<Record<number, readonly number[]>> = { 16: [2, 2, 3, 3, 3], 19: [2, 2, 4, 4, 4] }

/** VGG nets: 13 or 16 convolutions of 3x3 and three fully connected layers. */
export function recognizeVgg({ convolutions, fullyConnected, normalizations }: FileLayers): Recognition {
  const depth = convolutions.length + fullyConnected.length
  const layout = layouts[depth]
  if (!layout || convolutions.some(({ shape }) => shape[2] !== 3)) {
    const got = `It has ${convolutions.length} convolutions and three fully connected layers`
    return { network: null, notes: [`${got}; VGG-16 and VGG-19 have 13 and 16 of 3x3.`] }
  }
  let last = -1
  const widths = layout.map((count) => convolutions[(last += count)]!.shape[0]!)
  const [hidden, , classifier] = fullyConnected
  // The last map is square: its side is that of the image by 32.
  const side = 32 * Math.round(Math.sqrt(hidden!.shape[1]! / widths.at(-1)!))
  const network: RecognizedNetwork = {
    architecture: 'vgg',
    family: 'plain',
    shortcut: 'A',
    depth,
    widths,
    classes: classifier!.shape[0]!,
    inputShape: [side, side, convolutions[0]!.shape[1]!],
    settings: { headWidth: hidden!.shape[0], ...(normalizations.length === 0 && { normalization: 'none' }) },
  }
  return { network, notes: [] }
}
