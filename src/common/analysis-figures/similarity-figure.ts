import type { MapFigureInput } from '../export/map-figure.ts'
import { stageOf } from '../network/graph/layer.ts'
import type { Analysis } from '../analyses/analysis.ts'
import type { AnalysedName } from '../analyses/kinds/define-analysis.ts'
import type { SimilarityResult } from '../analyses/kinds/similarity.ts'

type Axis = MapFigureInput['panels'][number]['x']

/** Makes the figure of all maps of a result: each network with itself, between two of them the one beside the other. */
export function similarityFigure(result: SimilarityResult, names: readonly AnalysedName[], subtitle: string): MapFigureInput {
  return {
    kind: 'map',
    title: 'Similarity of layers',
    subtitle,
    width: 692,
    colour: { title: 'linear CKA', min: 0, max: 1 },
    panels: result.maps.map(({ rows, columns, values }) => ({
      title: rows === columns ? names[rows]!.name : 'one beside the other',
      x: axisOf(result.runs[columns]!, names[columns]!),
      y: axisOf(result.runs[rows]!, names[rows]!),
      values,
    })),
  }
}

/** Counts outputs from 1; marks the first of each stage and the last of all, with a line between stages. */
function axisOf({ outputs }: SimilarityResult['runs'][number], { name }: AnalysedName): Axis {
  const stages = outputs.map((output) => stageOf(output))
  const starts = stages.flatMap((stage, index) => (stage === stages[index - 1] ? [] : [index + 1]))
  const ticks = [...new Set([...starts.filter((start) => isStage(stages[start - 1]!) || start === 1), outputs.length])]
  return {
    title: `layer of ${name}`,
    first: 1,
    last: outputs.length,
    ticks: ticks.map((at) => ({ at, label: String(at) })),
    borders: starts.filter((start) => start > 1).map((start) => start - 0.5),
  }
}

/** Whether it is more than a single layer such as the classifier, whose number would stand beside the last one's. */
function isStage(name: string): boolean {
  return /^stage/.test(name)
}

/** Names the two outputs of a cell and their similarity: "stage1.block1.convolution1 (2) and ... (9): 0.834". */
export function similarityReading(
  { runs, maps }: SimilarityResult,
  names: readonly AnalysedName[],
  map: number,
  { row, column }: { readonly row: number; readonly column: number },
): string {
  const { rows, columns, values } = maps[map]!
  const value = values[row]![column]!
  const written = value === null ? 'one of them is the same for all images' : `CKA ${value.toFixed(3)}`
  const of = (run: number, index: number): string =>
    `${runs[run]!.outputs[index]!.name} (${index + 1}${rows === columns ? '' : ` of ${names[run]!.name}`})`
  return `${of(rows, row)} and ${of(columns, column)}: ${written}`
}

/** "linear CKA over 1,000 test images" */
export function similarityWords({ images }: Pick<SimilarityResult, 'images'>, { split }: Pick<Analysis, 'split'>): string {
  return `linear CKA over ${images.toLocaleString('en')} ${split} images`
}
