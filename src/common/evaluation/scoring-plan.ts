import { areImagesScaled } from '../data/streaming.ts'
import type { DatasetManifest } from '../data/dataset.ts'
import type { Network } from '../network/network.ts'
import { networkAt } from '../network/network-at.ts'
import type { TestProtocol } from '../results/protocols.ts'
import type { ImageSize } from '../training/scaled-crop.ts'
import type { Recipe } from '../training/recipe.ts'
import { type View, type ViewSettings, viewsOf } from './views.ts'

/** Images that a program scores at once where it sees images of the network's own size; of larger ones fewer. */
const usualBatch = 100

/** Images of one size, read once, and the views that are taken of them. */
export interface ViewGroup {
  /** The network for what the views show. */
  readonly network: Network
  /** Windows of images that are scored at once. */
  readonly batchSize: number
  /**
   * The windows that are read of an image at one scale, so that it is decoded once: the views themselves, or the whole image where views
   * are cut from its padded form.
   */
  readonly windows: (image: ImageSize) => Pick<View, 'scaled' | 'top' | 'left' | 'size'>[]
  readonly windowCount: number
  /** Of each window. */
  readonly views: readonly Pick<View, 'padding' | 'top' | 'left' | 'mirrored'>[]
}

export interface ScoredSettings {
  readonly network: Network
  readonly recipe: Pick<Recipe, 'cropPadding' | 'imageSize' | 'scaleJitter'>
  readonly manifest: Pick<DatasetManifest, 'name' | 'image'>
}

function viewSettingsOf({ network, recipe, manifest }: ScoredSettings): ViewSettings {
  const [height, width] = network.design.inputShape
  return {
    size: { height, width },
    scaled: areImagesScaled(manifest, recipe),
    sameSize: manifest.image.size === 'fixed',
    cropPadding: recipe.cropPadding,
  }
}

/**
 * Plans what a protocol reads and computes: views that show one window of an image, mirrored or cut from its padded form, share what is
 * read.
 * @throws SkiplabError bad-input where the network takes images of one size only and the protocol shows others
 */
export function viewGroups(protocol: TestProtocol, settings: ScoredSettings): ViewGroup[] {
  const seen = viewSettingsOf(settings)
  const { image } = settings.manifest
  // Of images of several sizes any: sizes and mirroring of the views are those of all.
  const example = image.size === 'fixed' ? image : seen.size
  const shown: { key: string; first: number; views: View[] }[] = []
  for (const [index, view] of viewsOf(protocol, example, seen).entries()) {
    const key = keyOf(view)
    const last = shown.at(-1)
    if (last?.key === key) last.views.push(view)
    else shown.push({ key, first: index, views: [view] })
  }
  return alikeWindows(shown).map((windows): ViewGroup => {
    const { views } = windows[0]!
    const { size } = views[0]!
    return {
      network: networkOf(settings.network, size),
      batchSize: batchSizeOf(seen.size, size),
      windows: (stored) => {
        const all = viewsOf(protocol, stored, seen)
        return windows.map(({ first }) => (all[first]!.padding > 0 ? { ...all[first]!, top: 0, left: 0 } : all[first]!))
      },
      windowCount: windows.length,
      views: views.map(({ padding, top, left, mirrored }) =>
        padding > 0 ? { padding, top, left, mirrored } : { padding, top: 0, left: 0, mirrored },
      ),
    }
  })
}

/** Counts the multiply-adds that all views of an image take. */
export function multiplyAddsOf(groups: readonly ViewGroup[]): number {
  return groups.reduce((sum, { network, windowCount, views }) => sum + windowCount * views.length * network.multiplyAdds, 0)
}

/** Puts windows together that lie in one scaled image and are seen alike. */
function alikeWindows<Shown extends { readonly views: readonly View[] }>(shown: readonly Shown[]): Shown[][] {
  const keyOfWindow = ({ views }: Shown) => JSON.stringify(views.map((view) => (view.padding > 0 ? view : { ...view, top: 0, left: 0 })))
  const groups: Shown[][] = []
  for (const each of shown) {
    const last = groups.at(-1)
    if (last && keyOfWindow(last[0]!) === keyOfWindow(each)) last.push(each)
    else groups.push([each])
  }
  return groups
}

/** Equal for views of one window; those of a padded image are cut from it by the program. */
function keyOf({ scaled, padding, top, left, size }: View): string {
  return JSON.stringify([scaled, size, padding, padding > 0 ? null : [top, left]])
}

function networkOf(network: Network, { height, width }: ImageSize): Network {
  const [ownHeight, ownWidth, channels] = network.design.inputShape
  return height === ownHeight && width === ownWidth ? network : networkAt(network, [height, width, channels])
}

/** So many that feature maps take as much memory as they do at the network's own size. */
function batchSizeOf(own: ImageSize, size: ImageSize): number {
  return Math.max(1, Math.round((usualBatch * own.height * own.width) / (size.height * size.width)))
}
