import type { SettingValues } from '../network/settings/setting.ts'
import { architectureNamed } from '../network/architectures/architectures.ts'
import { depthOf, type NetworkDesign, widthsOf } from '../network/design.ts'
import type { ShortcutOption } from '../network/families/families.ts'
import type { Deviation } from '../training/deviations.ts'

/** Nets of one layout that the paper trains. */
interface PaperNets {
  /** Weighted layers. */
  readonly plain: readonly number[]
  /** Shortcut options of residual nets by their layers. */
  readonly residual: ReadonlyMap<number, readonly ShortcutOption[]>
  /** Those of residual nets of any other depth. */
  readonly shortcuts: readonly ShortcutOption[]
}

const paperNets: Readonly<Record<string, PaperNets>> = {
  // Section 4.2, Fig. 6 and Table 6.
  cifar: {
    plain: [20, 32, 44, 56, 110],
    residual: new Map([20, 32, 44, 56, 110, 1202].map((depth) => [depth, ['A']])),
    shortcuts: ['A'],
  },
  // Tables 2 and 3, with the caption of Table 3.
  imagenet: {
    plain: [18, 34],
    residual: new Map([
      [18, ['A']],
      [34, ['A', 'B', 'C']],
      [50, ['B']],
      [101, ['B']],
      [152, ['B']],
    ]),
    shortcuts: ['A', 'B', 'C'],
  },
}

/** Tells a depth that the paper has not, or a layout that it does not train. */
export function depthDeviations(design: NetworkDesign): Deviation[] {
  const { architecture, family } = design
  const nets = paperNets[architecture]
  if (!nets) return [{ what: 'layout', own: architectureNamed(architecture).title, reference: 'the paper’s CIFAR or ImageNet nets' }]
  const depths = depthsOf(nets, design)
  const depth = depthOf(design)
  if (depths.includes(depth)) return []
  return [{ what: `${family} nets of`, own: `${depth}`, reference: `${either(depths)} layers` }]
}

/** Tells in what else a network is not one of the paper's: family, shortcut option, widths and settings. None of layouts of others. */
export function networkDeviations(design: NetworkDesign): Deviation[] {
  const { architecture, family, shortcut } = design
  const nets = paperNets[architecture]
  if (!nets) return []
  const told: Deviation[] = []
  if (family === 'highway') told.push({ what: 'family', own: family, reference: 'plain or residual' })
  const options = nets.residual.get(depthOf(design)) ?? nets.shortcuts
  if (family === 'residual' && !options.includes(shortcut))
    told.push({ what: 'shortcut option', own: shortcut, reference: either(options) })
  const [widths, usual] = [widthsOf(design), architectureNamed(architecture).usualWidths]
  if (widths.join() !== usual.join()) told.push({ what: 'widths', own: widths.join('-'), reference: usual.join('-') })
  return [...told, ...settingDeviations(design)]
}

/** Settings that are not as in the paper's net of this depth; of other depths only those that have a usual value. */
function settingDeviations(design: NetworkDesign): Deviation[] {
  const { settings, at, hasDepth } = architectureNamed(design.architecture)
  const depth = depthOf(design)
  const { shortcut, inputShape, classes } = design
  // No gate is in the paper that a gate's bias could be held against.
  const family = design.family === 'highway' ? 'residual' : design.family
  const ofDepth: SettingValues = hasDepth(depth, {}) ? at({ family, depth, shortcut, inputShape, classes }, {}) : {}
  return Object.entries(settings).flatMap(([name, setting]) => {
    const [own, reference] = [design[name], setting.default ?? ofDepth[name]]
    if (own === undefined || reference === undefined || !(setting.appliesTo?.({ ...design, family }) ?? true)) return []
    if (JSON.stringify(own) === JSON.stringify(reference)) return []
    return [{ what: withinSentence(setting.title), own: valueText(own), reference: valueText(reference) }]
  })
}

function depthsOf(nets: PaperNets, { family }: NetworkDesign): readonly number[] {
  return family === 'plain' ? nets.plain : [...nets.residual.keys()]
}

/** "Stem" -> "stem"; "BN" stays. */
function withinSentence(title: string): string {
  return /^[A-Z][A-Z]/.test(title) ? title : title.charAt(0).toLowerCase() + title.slice(1)
}

function valueText(value: unknown): string {
  return Array.isArray(value) ? value.join('-') : typeof value === 'string' ? value : JSON.stringify(value)
}

/** "20, 32 or 44". */
function either(values: readonly (number | string)[]): string {
  return values.length < 2 ? values.join() : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`
}
