import { computed, type ComputedRef, reactive, ref, type Ref, watch } from 'vue'
import { errorAxisTop } from '../../../../common/export/error-axis.ts'
import { publishedLevels } from '../../../../common/paper/cifar10.ts'
import type { RunSummary } from '../../../../common/records/records.ts'
import { milestoneSteps } from '../../../../common/training/schedule.ts'
import { roundUp } from '../../ui/chart/round-up.ts'
import { type AxisRange, type ChartSeries, type ChartView, type ReferenceLevel, valueRange } from '../../ui/chart/series.ts'
import { count, significant } from '../../ui/format.ts'
import { dark } from '../../ui/theme.ts'
import type { CurveSource } from './curve-points.ts'
import { curveSeries, facets, type Metric, metrics } from './curve-series.ts'
import { axisUnit, placeScale, type XAxis } from './place-scale.ts'
import { pointsNote, type StepQuery } from './step-series.ts'
import { useSteps } from './step-store.ts'
import { useCurves } from './store.ts'

export interface BoardChoices {
  metric: Metric
  axis: XAxis
  logarithmic: boolean
  validation: boolean
  /** Weight of the moving average, 0 for none. */
  smoothing: number
  published: boolean
  /** Finished seeds of one network are drawn as their mean. */
  ofSeeds: boolean
  /** The error axis ends where the curves' ends need it to, as the paper's does; else it holds all of every curve. */
  paperAxis: boolean
}

export interface BoardPanel {
  readonly name: string
  readonly sources: readonly CurveSource[]
  readonly series: ChartSeries[]
  readonly drops: { x: number; label?: string }[]
  readonly levels: ReferenceLevel[]
  readonly note: string
}

export interface Board {
  readonly choices: BoardChoices
  readonly panels: ComputedRef<BoardPanel[]>
  readonly view: Ref<ChartView | null>
  readonly xTitle: ComputedRef<string>
  readonly yTitle: ComputedRef<string>
  /** "moving average, weight 0.9"; empty without smoothing. */
  readonly smoothing: ComputedRef<string>
  readonly xRange: ComputedRef<AxisRange>
  readonly yRange: ComputedRef<Partial<AxisRange>>
}

/** Kept while the page is open, so that all boards show alike and a view that is come back to is as it was left. */
const choices = reactive<BoardChoices>({ metric: 'error', axis: 'epoch', logarithmic: false, validation: false, smoothing: 0, published: true, ofSeeds: true, paperAxis: false })

/** How long a zoom must rest before finer points are fetched, ms. */
const restMs = 200

export function useBoard(runs: () => readonly RunSummary[]): Board {
  const curves = useCurves()
  const steps = useSteps()
  const view = ref<ChartView | null>(null)

  const metric = computed(() => metrics.find((one) => one.value === choices.metric)!)
  const query = computed((): StepQuery | null => (metric.value.steps ? { metric: metric.value.steps, smoothing: choices.smoothing } : null))

  const unit = computed(() => {
    const all = runs()
    const ms = choices.axis === 'time' ? all.map((run) => curves.epochsOf(run.id).column('trainedMs').at(-1) ?? 0) : []
    return axisUnit(choices.axis, { steps: Math.max(0, ...all.map((run) => run.totalSteps)), ms: Math.max(0, ...ms) })
  })
  const sourceOf = (run: RunSummary): CurveSource => {
    const epochs = curves.epochsOf(run.id)
    return { run, epochs, scale: placeScale(run, epochs, choices.axis, unit.value), steps: query.value && steps.stepsOf(run.id, query.value) }
  }
  const panels = computed(() =>
    facets(runs()).map((facet): BoardPanel => {
      const sources = facet.runs.map(sourceOf)
      return {
        name: facet.name,
        sources,
        series: curveSeries(sources, { ...choices, theme: dark.value ? 'dark' : 'light' }),
        drops: drops(sources),
        levels: choices.published && choices.metric === 'error' ? publishedLevels(facet.runs.filter((run) => run.settings.dataset.name === 'cifar10').map((run) => run.settings.network)) : [],
        note: pointsNote(sources.flatMap((source) => source.steps ?? []), view.value !== null, count),
      }
    }),
  )

  const dropsOf = ({ run, scale }: CurveSource): number[] => milestoneSteps(run.settings.recipe, run.totalSteps).map((step) => scale.toX(step)).filter(Number.isFinite)
  /** Marked where all lines of a panel have them: in time, or between recipes, one line's drop is not another's. */
  function drops([first, ...others]: readonly CurveSource[]): { x: number; label?: string }[] {
    if (!first) return []
    const otherDrops = others.map(dropsOf)
    const shared = dropsOf(first).filter((x) => otherDrops.every((drops) => drops.some((other) => Math.abs(other - x) < 1e-9 * x)))
    return shared.map((x, index) => ({ x, label: index === 0 && choices.metric !== 'rate' ? `rate × ${significant(first.run.settings.recipe.learningRateFactor)}` : undefined }))
  }

  const xTitle = computed(() => unit.value.title)
  const smoothing = computed(() => (choices.smoothing && choices.metric !== 'rate' ? `moving average, weight ${choices.smoothing}` : ''))
  const yTitle = computed(() => metric.value.unit)
  /** Axes are shared by the panels, so that heights can be compared across. */
  const yRange = computed((): Partial<AxisRange> => {
    const range = valueRange(panels.value.flatMap((panel) => panel.series), choices.logarithmic)
    const isError = choices.metric === 'error'
    if (!range) return choices.logarithmic ? {} : { min: 0, max: isError ? 100 : 1 }
    if (choices.logarithmic) return { min: range.min * 0.9, max: range.max * 1.1 }
    if (isError && choices.paperAxis) return { min: 0, max: errorAxisTop(panels.value.flatMap((panel) => panel.series.map(({ points }) => points.at(-1)?.y ?? 0))) }
    return { min: Math.min(0, range.min), max: isError ? Math.min(100, Math.ceil(range.max / 10) * 10) : roundUp(range.max) }
  })
  const xRange = computed((): AxisRange => {
    const ends = panels.value.flatMap(({ sources }) =>
      sources.map(({ run, scale, epochs }) => (choices.axis === 'time' ? scale.toX(epochs.column('step').at(-1) ?? NaN) : scale.toX(run.totalSteps))),
    )
    return { min: 0, max: ends.filter(Number.isFinite).reduce((a, b) => Math.max(a, b), choices.axis === 'epoch' ? 1 : 0.001) }
  })

  watch(query, (wanted) => steps.keepOnly(wanted))
  // Another axis, unit or metric is another picture.
  watch([xTitle, () => choices.metric, () => choices.logarithmic, () => choices.paperAxis], () => (view.value = null))
  let timer = 0
  watch([view, query], () => {
    window.clearTimeout(timer)
    timer = window.setTimeout(refine, view.value ? restMs : 0)
  })
  function refine(): void {
    if (!query.value) return
    const seen = view.value?.x
    for (const { run, scale } of panels.value.flatMap((panel) => panel.sources)) {
      const window = seen && { from: Math.max(0, Math.floor(scale.toStep(seen.min))), to: Math.min(run.totalSteps, Math.ceil(scale.toStep(seen.max))) }
      if (!window || window.to >= window.from) void steps.refine(run.id, query.value, window ?? null)
    }
  }

  return { choices, panels, view, xTitle, yTitle, smoothing, xRange, yRange }
}
