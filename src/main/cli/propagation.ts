import type { EngineClient } from '../../common/rpc/contract.ts'
import type { NetworkDesign } from '../../common/network/design.ts'
import { labelOf } from '../../common/network/design.ts'
import type { PropagationReport } from '../../common/propagation/propagation.ts'
import { factsOf, signalNumber, sourceWords, verdictWords } from '../../common/propagation/propagation-words.ts'
import { trackRecord, trackRecordWords } from '../../common/propagation/track-record.ts'
import { signsOf, verdictOf } from '../../common/propagation/verdict.ts'
import type { Recipe } from '../../common/training/recipe.ts'
import type { Context } from './command.ts'
import { table } from './table.ts'

/** A design that is looked at. */
export interface CheckedDesign {
  readonly network: NetworkDesign
  readonly recipe: Recipe
  readonly dataset: string | null
  readonly seed: number
  /** Steps that are tried; left out: as many as usual. */
  readonly steps?: number
}

/** A report with what follows from it, as `--json` prints it. */
export function propagationValue(report: PropagationReport) {
  return { ...report, verdict: verdictOf(signsOf(report)), trackRecord: trackRecord() }
}

export async function checkPropagation(context: Context, client: EngineClient, design: CheckedDesign): Promise<PropagationReport> {
  context.output.note(`Sending images through ${labelOf(design.network)}.`)
  return client.call('designs.propagation', design)
}

/** The verdict with its reasons and the rule's record, after a table of layers. */
export function propagationText(name: string, report: PropagationReport): string {
  const verdict = verdictOf(signsOf(report))
  const columns = [
    { title: 'layer' },
    ...['depth', 'std', '‖∂L/∂y‖', '‖w‖', '‖∂L/∂w‖'].map((title) => ({ title, align: 'right' as const })),
  ]
  const rows = report.layers.map(({ layer, depth, std, gradientNorm, weightNorm, weightGradientNorm }) => [
    layer,
    String(depth),
    ...[std, gradientNorm, weightNorm, weightGradientNorm].map(signalNumber),
  ])
  const { dead } = factsOf(report)
  const lines = [
    `${name}: ${verdictWords(verdict)}. ${verdict.reasons.join(' ')}`.trim(),
    ...(report.losses.length > 0 ? [`Loss of the first steps: ${report.losses.map(signalNumber).join(', ')}.`] : []),
    ...(dead === null ? [] : [`Most dead channels in a ReLU: ${(100 * dead).toFixed(0)} %.`]),
    `${sourceWords(report)} ${trackRecordWords(trackRecord())}`,
  ]
  return `${table(columns, rows)}\n\n${lines.join('\n')}`
}

/** One line for each network of a sweep. */
export function propagationLines(reports: readonly (readonly [name: string, report: PropagationReport])[]): string {
  const rows = reports.map(([name, report]) => {
    const { std, gradientNorm, dead, firstLoss, lastLoss } = factsOf(report)
    const verdict = verdictOf(signsOf(report))
    return [
      name,
      verdictWords(verdict),
      std.map(signalNumber).join(' to '),
      gradientNorm.map(signalNumber).join(' to '),
      dead === null ? '' : `${(100 * dead).toFixed(0)} %`,
      report.losses.length === 0 ? '' : `${signalNumber(firstLoss)} to ${signalNumber(lastLoss)}`,
    ]
  })
  const columns = ['network', 'verdict', 'std, first to last', '‖∂L/∂y‖, first to last', 'dead', 'loss, first steps']
  const reasons = reports.flatMap(([name, report]) => verdictOf(signsOf(report)).reasons.map((reason) => `${name}: ${reason}`))
  const words = [...reasons, trackRecordWords(trackRecord())].join('\n')
  return `${table(
    columns.map((title) => ({ title })),
    rows,
  )}\n\n${words}`
}
