import { computed, type ComputedRef, ref, type Ref, watch } from 'vue'
import { daggerWords, overlaidNumbers, publishedLevels } from '../../../../common/paper/overlay.ts'
import type { RunSummary } from '../../../../common/records/records.ts'
import { type AxisRange, type ChartSeries, type ChartView, type ReferenceLevel } from '../../../../common/chart/series.ts'
import { count } from '../../ui/format.ts'
import { dark } from '../../ui/theme.ts'
import { facets } from '../../../../common/run-lines/seed-lines.ts'
import type { CurveSource } from './curve-points.ts'
import { type BoardChoices, boardChoices as choices } from './board-choices.ts'
import { curveSeries, metrics } from './curve-series.ts'
import { horizontalAxis } from './horizontal-axis.ts'
import { drops } from './learning-rate-drops.ts'
import { axisScale, axisUnit } from './axis-scale.ts'
import { pointsNote, type StepQuery } from './step-series.ts'
import { useSteps } from './step-store.ts'
import { useCurves } from './store.ts'
import { useRefinement } from './use-refinement.ts'
import { verticalAxis } from './vertical-axis.ts'

export interface BoardPanel {
  readonly name: string
  readonly sources: readonly CurveSource[]
  readonly series: ChartSeries[]
  readonly drops: { x: number; label?: string }[]
  readonly levels: ReferenceLevel[]
  /** What the dagger of levels stands for; null where none has one. */
  readonly differs: string | null
  readonly note: string
}

export interface Board {
  /** Choices that a person made. */
  readonly choices: BoardChoices
  /** What is drawn: the choices, but batch loss over iterations while no run has finished an epoch. */
  readonly look: ComputedRef<BoardChoices>
  /** Whether no run has finished an epoch yet. */
  readonly early: ComputedRef<boolean>
  readonly panels: ComputedRef<BoardPanel[]>
  readonly view: Ref<ChartView | null>
  readonly xTitle: ComputedRef<string>
  readonly yTitle: ComputedRef<string>
  /** "moving average, weight 0.9"; empty without smoothing. */
  readonly smoothing: ComputedRef<string>
  readonly xRange: ComputedRef<AxisRange>
  readonly yRange: ComputedRef<Partial<AxisRange>>
}

export function useBoard(runs: () => readonly RunSummary[]): Board {
  const curves = useCurves()
  const steps = useSteps()
  const view = ref<ChartView | null>(null)

  const early = computed(() => runs().every((run) => !run.lastEpoch))
  const look = computed(() => (early.value ? earlyLook(choices) : { ...choices }))
  const metric = computed(() => metrics.find((one) => one.value === look.value.metric)!)
  const query = computed((): StepQuery | null =>
    metric.value.steps ? { metric: metric.value.steps, smoothing: look.value.smoothing } : null,
  )

  const unit = computed(() => {
    const all = runs()
    const ms = look.value.axis === 'time' ? all.map((run) => curves.epochsOf(run.id).column('trainedMs').at(-1) ?? 0) : []
    return axisUnit(look.value.axis, { steps: Math.max(0, ...all.map((run) => run.totalSteps)), ms: Math.max(0, ...ms) })
  })
  const sourceOf = (run: RunSummary): CurveSource => {
    const epochs = curves.epochsOf(run.id)
    return {
      run,
      epochs,
      scale: axisScale(run, epochs, look.value.axis, unit.value),
      steps: query.value && steps.stepsOf(run.id, query.value),
    }
  }
  const panels = computed(() =>
    facets(runs()).map(({ name, runs }) => boardPanel(name, runs.map(sourceOf), look.value, view.value !== null)),
  )
  const sources = computed(() => panels.value.flatMap((panel) => panel.sources))

  const xTitle = computed(() => unit.value.title)
  const smoothing = computed(() =>
    look.value.smoothing && look.value.metric !== 'rate' ? `moving average, weight ${look.value.smoothing}` : '',
  )
  const yTitle = computed(() => metric.value.unit)
  /** Range that all panels share, so that heights can be compared. */
  const yRange = computed(() =>
    verticalAxis(
      panels.value.flatMap((panel) => panel.series),
      look.value,
    ),
  )
  const xRange = computed(() => horizontalAxis(sources.value, look.value.axis, early.value))

  watch(query, (wanted) => steps.keepOnly(wanted))
  // Another axis, unit or metric is another picture.
  watch([xTitle, () => look.value.metric, () => look.value.logarithmic, () => look.value.vertical], () => (view.value = null))
  useRefinement({ query, view, sources: () => sources.value, refine: steps.refine })

  return { choices, look, early, panels, view, xTitle, yTitle, smoothing, xRange, yRange }
}

function boardPanel(name: string, sources: readonly CurveSource[], look: BoardChoices, zoomed: boolean): BoardPanel {
  const numbers = look.published && look.metric === 'error' ? overlaidNumbers(sources.map(({ run }) => run)) : []
  const steps = sources.flatMap((source) => source.steps ?? [])
  return {
    name,
    sources,
    series: curveSeries(sources, { ...look, theme: dark.value ? 'dark' : 'light' }),
    drops: drops(sources, look.metric !== 'rate'),
    levels: publishedLevels(numbers),
    differs: daggerWords(numbers),
    note: pointsNote(steps, zoomed, count),
  }
}

/** Steps are all that there is to draw, and to place it by. */
function earlyLook(choices: BoardChoices): BoardChoices {
  const ofSteps = metrics.some(({ value, steps }) => value === choices.metric && steps !== null)
  return { ...choices, metric: ofSteps ? choices.metric : 'batch', axis: 'step' }
}
