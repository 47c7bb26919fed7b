import type { FigureInput } from '../../../../common/export/figure.ts'
import type { RunSummary } from '../../../../common/rpc/records.ts'
import { figureLine } from '../../ui/export/figure-line.ts'
import { significant } from '../../ui/format.ts'
import type { Board } from './board.ts'
import { curveSeries } from './curve-series.ts'

/** The board as it is seen now, in the colours of paper. */
export function boardFigure(runs: readonly RunSummary[], depths: readonly number[], { choices, panels, view, xTitle, yTitle, smoothing, xRange, yRange }: Board): FigureInput {
  const x = view.value?.x ?? xRange.value
  const y = view.value?.y ?? { min: yRange.value.min ?? 0.001, max: yRange.value.max ?? 1 }
  const [first] = runs
  const split = choices.metric === 'error' || choices.metric === 'loss'
  const notes = panels.value.flatMap((panel) => (panel.note ? [panels.value.length > 1 ? `${panel.name}: ${panel.note}` : panel.note] : []))
  const factor = first ? 1 / first.settings.recipe.learningRateFactor : 10
  return {
    title: `${choices.metric === 'error' ? 'Training and test error' : yTitle.value.replace(/,.*/, '').replace(/^./, (letter) => letter.toUpperCase())} on ${first?.settings.dataset.name ?? ''}`,
    subtitle: [...new Set(runs.map((run) => run.settings.recipe.name)), ...(smoothing.value ? [smoothing.value] : []), ...notes].join('; '),
    width: 760,
    x: { title: xTitle.value, ...x, whole: choices.axis === 'epoch' && !view.value },
    y: { title: yTitle.value, ...y, logarithmic: choices.logarithmic },
    panels: panels.value.map((panel) => ({
      title: panel.name,
      lines: curveSeries(panel.sources, { ...choices, depths, theme: 'light' }).map((line) => figureLine({ ...line, endLabel: line.endLabel && `${line.endLabel} layers` }, x)),
      verticals: panel.drops.map((drop) => ({ x: drop.x, label: null })),
      levels: panel.levels,
    })),
    key: [
      ...(split ? [{ label: 'training', dashed: true, strokeWidth: 1 }, { label: 'test', strokeWidth: 2 }] : []),
      ...(panels.value.some((panel) => panel.drops.length) ? [{ label: `learning rate ÷${significant(factor, 3)}`, strokeWidth: 0.75, tone: 'quiet' as const }] : []),
      ...(panels.value.some((panel) => panel.levels.length) ? [{ label: 'published end value of test error', strokeWidth: 2, tone: 'grey' as const }] : []),
    ],
  }
}
