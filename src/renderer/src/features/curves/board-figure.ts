import type { FigureInput } from '../../../../common/export/figure.ts'
import type { RunSummary } from '../../../../common/records/records.ts'
import { csvOfRuns } from '../../ui/export/exports.ts'
import { figureLine } from '../../../../common/chart/figure-line.ts'
import { plural, significant } from '../../ui/format.ts'
import { seedCounts } from '../../../../common/run-lines/seed-lines.ts'
import type { Board } from './board.ts'
import type { BoardChoices } from './board-choices.ts'
import { curveSeries, isSplit, metrics } from './curve-series.ts'

/** Makes the figure of the board as it is seen now, in the colours of paper. */
export function boardFigure(
  runs: readonly RunSummary[],
  { look, panels, view, xTitle, yTitle, smoothing, xRange, yRange }: Board,
): FigureInput {
  const choices = look.value
  const x = view.value?.x ?? xRange.value
  const y = view.value?.y ?? { min: yRange.value.min ?? 0.001, max: yRange.value.max ?? 1 }
  const [first] = runs
  const split = isSplit(choices.metric)
  const band = bandWords(runs, choices)
  const notes = panels.value.flatMap((panel) => (panel.note ? [panels.value.length > 1 ? `${panel.name}: ${panel.note}` : panel.note] : []))
  const factor = first ? 1 / first.settings.recipe.learningRateFactor : 10
  return {
    title:
      `${choices.metric === 'error' ? 'Training and test error' : capital(yTitle.value.replace(/,.*/, ''))} ` +
      `on ${[...new Set(runs.map((run) => run.settings.dataset.name))].join(', ')}`,
    subtitle: [...new Set(runs.map((run) => run.settings.recipe.name)), ...(smoothing.value ? [smoothing.value] : []), ...notes].join('; '),
    width: 760,
    x: { title: xTitle.value, ...x, whole: choices.axis === 'epoch' && !view.value },
    y: { title: yTitle.value, ...y, logarithmic: choices.logarithmic },
    panels: panels.value.map((panel) => ({
      title: panel.name,
      lines: curveSeries(panel.sources, { ...choices, theme: 'light' }).map((line) =>
        figureLine({ ...line, endLabel: line.endLabel?.replace(/^\d+/, '$& layers') }, x),
      ),
      verticals: panel.drops.map((drop) => ({ x: drop.x, label: null })),
      levels: panel.levels,
    })),
    key: [
      ...(split
        ? [
            { label: 'training', dashed: true, strokeWidth: 1 },
            { label: 'test', strokeWidth: 2 },
          ]
        : []),
      ...(split && choices.validation ? [{ label: 'validation', strokeWidth: 1 }] : []),
      ...(band ? [{ label: band, strokeWidth: 0, band: true }] : []),
      ...(panels.value.some((panel) => panel.series.some((line) => line.diverged)) ? [{ label: '× diverged', strokeWidth: 0 }] : []),
      ...(panels.value.some((panel) => panel.drops.length)
        ? [{ label: `learning rate ÷${significant(factor, 3)}`, strokeWidth: 0.75, tone: 'quiet' as const, vertical: true }]
        : []),
      ...(panels.value.some((panel) => panel.levels.length)
        ? [{ label: 'published test error', strokeWidth: 2, tone: 'grey' as const }]
        : []),
      ...[...new Set(panels.value.flatMap(({ differs }) => differs ?? []))].map((label) => ({ label, tone: 'grey' as const })),
    ],
  }
}

/** Describes the bands: "mean ± std of 3 seeds"; empty where no line is a mean. */
export function bandWords(runs: readonly RunSummary[], choices: Pick<BoardChoices, 'metric' | 'ofSeeds'>): string {
  const counts = choices.ofSeeds && isSplit(choices.metric) ? [...new Set(seedCounts(runs))].sort((a, b) => a - b) : []
  return counts.length ? `mean ± std of ${counts.length > 1 ? `${counts[0]} to ${counts.at(-1)} seeds` : plural(counts[0]!, 'seed')}` : ''
}

/** Exports the numbers behind what is drawn: rows of epochs or of single steps. */
export function boardCsv(runs: readonly RunSummary[], { metric }: Pick<BoardChoices, 'metric'>): Promise<string> {
  return csvOfRuns(metrics.find((one) => one.value === metric)!.steps ? 'steps' : 'epochs', runs)
}

function capital(text: string): string {
  return text.replace(/^./, (letter) => letter.toUpperCase())
}
