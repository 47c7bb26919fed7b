import { depthColor, type RampTheme } from '../analysis/depth-ramp.ts'
import { type Spread, spreadOf } from '../lesions/spread.ts'
import { depthOf } from '../network/design.ts'
import type { RunSummary } from '../records/records.ts'
import { lineNames } from '../run-lines/line-names.ts'
import { seedLines } from '../run-lines/seed-lines.ts'
import type { ChartSeries } from '../chart/series.ts'

/** What one line or panel is drawn from: a run, or the finished seeds of a network. */
export interface DrawnNet<R> {
  /** Ids of the runs in a text. */
  readonly key: string
  /** One or more, in the order of the result. */
  readonly members: readonly R[]
  readonly runIds: readonly number[]
  /** "residual-20 A, seed 1"; "residual-20 A, mean of 3 seeds" */
  readonly name: string
  /** Depth; null for a run that is gone. */
  readonly layers: number | null
  readonly plain: boolean
  /** Names a line at its end; undefined where another line of the network does. */
  readonly endLabel: string | undefined
}

/**
 * Finds the networks of a result's runs: each run by itself, or finished seeds together.
 * @param known those runs that are still there
 */
export function drawnNets<R extends { readonly runId: number }>(
  results: readonly R[],
  known: readonly RunSummary[],
  ofSeeds: boolean,
): DrawnNet<R>[] {
  const sources = results.flatMap((result) => {
    const run = known.find(({ id }) => id === result.runId)
    return run ? [{ run, result }] : []
  })
  const names = lineNames(sources.map(({ run }) => run))
  const named = new Set<string>()
  const there = seedLines(sources, ofSeeds).map((members): DrawnNet<R> => {
    const { run } = members[0]!
    const { network, member } = names.get(run.id)!
    const isNew = !named.has(network)
    named.add(network)
    return {
      ...netOf(members.map(({ result }) => result)),
      name: `${network}, ${members.length > 1 ? `mean of ${members.length} seeds` : member}`,
      endLabel: isNew ? network : undefined,
      layers: depthOf(run.settings.network),
      plain: run.settings.network.family === 'plain',
    }
  })
  const gone = results.filter(({ runId }) => !sources.some(({ run }) => run.id === runId))
  return [...there, ...gone.map((result) => ({ ...netOf([result]), ...goneLook(result.runId) }))]
}

function netOf<R extends { readonly runId: number }>(members: readonly R[]): Pick<DrawnNet<R>, 'key' | 'members' | 'runIds'> {
  const runIds = members.map(({ runId }) => runId)
  return { key: runIds.join(), members, runIds }
}

function goneLook(runId: number) {
  const name = `run ${runId}`
  return { name, endLabel: name, layers: null, plain: false }
}

/** Mean and spread of a number over the members of a net; null where one has none. */
export function overSeeds<R>({ members }: Pick<DrawnNet<R>, 'members'>, of: (member: R) => number | null): Spread | null {
  const values = members.flatMap((member) => of(member) ?? [])
  return values.length < members.length ? null : spreadOf(values)
}

export const greys = { light: '#6b6f76', dark: '#9a9ea6' } as const

/** Colours a network by its depth. */
export function netColor({ layers }: Pick<DrawnNet<unknown>, 'layers'>, theme: RampTheme): string {
  return layers === null ? greys[theme] : depthColor(layers, theme)
}

/** What a network's line looks like and is called in any chart; its points and band are the caller's. */
export function netLine(
  net: DrawnNet<unknown>,
  theme: RampTheme,
): Pick<ChartSeries, 'key' | 'label' | 'endLabel' | 'color' | 'dashed' | 'runs'> {
  return {
    key: net.key,
    label: net.name,
    ...(net.endLabel !== undefined && { endLabel: net.endLabel }),
    color: netColor(net, theme),
    dashed: net.plain,
    runs: net.runIds,
  }
}
