import { depthColor, type RampTheme } from '../../../../../common/analysis/depth-ramp.ts'
import { depthOf } from '../../../../../common/network/design.ts'
import type { RunSummary } from '../../../../../common/records/records.ts'

/** A run of a result, with what its picture needs to know of it. */
export interface DrawnRun<R> {
  readonly run: R
  /** "residual-20 A, seed 1" */
  readonly name: string
  /** Depth; null for a run that is gone. */
  readonly layers: number | null
  readonly plain: boolean
}

/** Finds the networks of a result's runs. @param known those runs that are still there */
export function drawnRuns<R extends { readonly runId: number }>(results: readonly R[], known: readonly RunSummary[]): DrawnRun<R>[] {
  return results.map((result) => {
    const run = known.find(({ id }) => id === result.runId)
    const design = run?.settings.network
    const name = run?.name ?? `run ${result.runId}`
    return { run: result, name, layers: design ? depthOf(design) : null, plain: design?.family === 'plain' }
  })
}

export const greys = { light: '#6b6f76', dark: '#9a9ea6' } as const

/** Colours a run by its depth. */
export function runColor({ layers }: Pick<DrawnRun<unknown>, 'layers'>, theme: RampTheme): string {
  return layers === null ? greys[theme] : depthColor(layers, theme)
}
