import type { EffectKind } from './effect.ts'

/** What is compared: one network with its finished runs. */
interface Compared {
  readonly family: string
  readonly shortcut: string | null
  readonly variant: string
  readonly layers: number
}

export interface EffectPair<N> {
  readonly kind: EffectKind
  readonly name: string
  readonly from: N
  readonly to: N
}

/**
 * Lists what can be compared among networks of one experiment, sorted by variant and depth: neighbouring depths of each variant, and its
 * shallowest with its deepest; families at equal depth; shortcut options at equal depth.
 */
export function effectPairs<N extends Compared>(networks: readonly N[], kinds: readonly EffectKind[]): EffectPair<N>[] {
  const all = [...depthPairs(networks), ...pairsAtOneDepth(networks)]
  return all.filter(({ kind }) => kinds.includes(kind))
}

function depthPairs<N extends Compared>(networks: readonly N[]): EffectPair<N>[] {
  return [...new Set(networks.map(({ variant }) => variant))].flatMap((variant) => {
    const depths = networks.filter((network) => network.variant === variant)
    const steps = depths.slice(1).map((to, index) => ({ from: depths[index]!, to }))
    const ends = depths.length > 2 ? [{ from: depths[0]!, to: depths.at(-1)! }] : []
    return [...steps, ...ends].map(({ from, to }) => ({
      kind: 'depth' as const,
      name: `${variant}, ${from.layers} to ${to.layers} layers`,
      from,
      to,
    }))
  })
}

function pairsAtOneDepth<N extends Compared>(networks: readonly N[]): EffectPair<N>[] {
  const depths = [...new Set(networks.map(({ layers }) => layers))].sort((a, b) => a - b)
  const found = depths.flatMap((layers) => {
    // Plain nets come first, so that a shortcut's effect is told from the net without it.
    const same = networks
      .filter((network) => network.layers === layers)
      .sort((a, b) => Number(b.family === 'plain') - Number(a.family === 'plain'))
    return same.flatMap((from, index) =>
      same.slice(index + 1).flatMap((to): EffectPair<N>[] => {
        const kind = kindOf(from, to)
        return kind ? [{ kind, name: `${from.variant} to ${to.variant}, ${layers} layers`, from, to }] : []
      }),
    )
  })
  return [...found.filter(({ kind }) => kind === 'family'), ...found.filter(({ kind }) => kind === 'shortcut')]
}

/** Null where two networks differ in more than one thing. */
function kindOf(from: Compared, to: Compared): EffectKind | null {
  if (from.family !== to.family) return from.family === 'plain' || from.shortcut === to.shortcut ? 'family' : null
  return from.shortcut === to.shortcut ? null : 'shortcut'
}
