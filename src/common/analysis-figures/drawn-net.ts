import { depthColor, type RampTheme } from '../analysis/depth-ramp.ts'
import type { ChartSeries } from '../export/chart-series.ts'
import { type Spread, spreadOf } from '../lesions/spread.ts'
import type { Family } from '../network/families/families.ts'

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
  /** Null for a run that is gone. */
  readonly family: Family | null
  /** Names a line at its end; undefined where another line of the network does. */
  readonly endLabel: string | undefined
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
): Pick<ChartSeries, 'key' | 'label' | 'endLabel' | 'color' | 'dashed' | 'width' | 'runs'> {
  return {
    key: net.key,
    label: net.name,
    ...(net.endLabel !== undefined && { endLabel: net.endLabel }),
    color: netColor(net, theme),
    dashed: net.family === 'plain',
    width: net.family === 'highway' ? 1 : 1.75,
    runs: net.runIds,
  }
}
