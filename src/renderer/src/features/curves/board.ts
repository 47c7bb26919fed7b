import { computed, type ComputedRef, ref, type Ref, watch } from 'vue'
import { publishedLevels } from '../../../../common/paper/cifar10.ts'
import type { RunSummary } from '../../../../common/records/records.ts'
import { trainingLength } from '../../../../common/training/schedule.ts'
import { learningRateDrops } from '../../../../common/training/schedules/schedules.ts'
import { type AxisRange, type ChartSeries, type ChartView, type ReferenceLevel } from '../../ui/chart/series.ts'
import { count, significant } from '../../ui/format.ts'
import { dark } from '../../ui/theme.ts'
import { facets } from '../../entities/run/seed-lines.ts'
import type { CurveSource } from './curve-points.ts'
import { type BoardChoices, boardChoices as choices } from './board-choices.ts'
import { curveSeries, metrics } from './curve-series.ts'
import { axisUnit, placeScale } from './place-scale.ts'
import { pointsNote, type StepQuery } from './step-series.ts'
import { useSteps } from './step-store.ts'
import { useCurves } from './store.ts'
import { verticalAxis } from './vertical-axis.ts'

export interface BoardPanel {
  readonly name: string
  readonly sources: readonly CurveSource[]
  readonly series: ChartSeries[]
  readonly drops: { x: number; label?: string }[]
  readonly levels: ReferenceLevel[]
  readonly note: string
}

export interface Board {
  /** What was asked for. */
  readonly choices: BoardChoices
  /** What is drawn: as was asked for, but batch loss over iterations while no run has an epoch to show. */
  readonly look: ComputedRef<BoardChoices>
  /** No run has ended an epoch yet. */
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

/** How long a zoom must rest before finer points are fetched, ms. */
const restMs = 200

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
      scale: placeScale(run, epochs, look.value.axis, unit.value),
      steps: query.value && steps.stepsOf(run.id, query.value),
    }
  }
  const panels = computed(() =>
    facets(runs()).map((facet): BoardPanel => {
      const sources = facet.runs.map(sourceOf)
      return {
        name: facet.name,
        sources,
        series: curveSeries(sources, { ...look.value, theme: dark.value ? 'dark' : 'light' }),
        drops: drops(sources),
        levels:
          look.value.published && look.value.metric === 'error'
            ? publishedLevels(facet.runs.filter((run) => run.settings.dataset.name === 'cifar10').map((run) => run.settings.network))
            : [],
        note: pointsNote(
          sources.flatMap((source) => source.steps ?? []),
          view.value !== null,
          count,
        ),
      }
    }),
  )

  const dropsOf = ({ run, scale }: CurveSource): number[] =>
    learningRateDrops(run.settings.recipe, trainingLength(run))
      .map((step) => scale.toX(step))
      .filter(Number.isFinite)
  /** Marked where all lines of a panel have them: in time, or between recipes, one line's drop is not another's. */
  function drops([first, ...others]: readonly CurveSource[]): { x: number; label?: string }[] {
    if (!first) return []
    const otherDrops = others.map(dropsOf)
    const shared = dropsOf(first).filter((x) => otherDrops.every((drops) => drops.some((other) => Math.abs(other - x) < 1e-9 * x)))
    return shared.map((x, index) => ({
      x,
      label:
        index === 0 && look.value.metric !== 'rate' ? `rate × ${significant(first.run.settings.recipe.learningRateFactor)}` : undefined,
    }))
  }

  const xTitle = computed(() => unit.value.title)
  const smoothing = computed(() =>
    look.value.smoothing && look.value.metric !== 'rate' ? `moving average, weight ${look.value.smoothing}` : '',
  )
  const yTitle = computed(() => metric.value.unit)
  /** Axes are shared by the panels, so that heights can be compared across. */
  const yRange = computed(() =>
    verticalAxis(
      panels.value.flatMap((panel) => panel.series),
      look.value,
    ),
  )
  const xRange = computed((): AxisRange => {
    const { axis } = look.value
    const ends = panels.value.flatMap(({ sources }) =>
      sources.map((source) =>
        early.value
          ? earlyEnd(source)
          : axis === 'time'
            ? source.scale.toX(source.epochs.column('step').at(-1) ?? NaN)
            : source.scale.toX(source.run.totalSteps),
      ),
    )
    return { min: 0, max: ends.filter(Number.isFinite).reduce((a, b) => Math.max(a, b), axis === 'epoch' && !early.value ? 1 : 0.001) }
  })

  watch(query, (wanted) => steps.keepOnly(wanted))
  // Another axis, unit or metric is another picture.
  watch([xTitle, () => look.value.metric, () => look.value.logarithmic, () => look.value.vertical], () => (view.value = null))
  let timer = 0
  watch([view, query], () => {
    window.clearTimeout(timer)
    timer = window.setTimeout(refine, view.value ? restMs : 0)
  })
  function refine(): void {
    if (!query.value) return
    const seen = view.value?.x
    for (const { run, scale } of panels.value.flatMap((panel) => panel.sources)) {
      const window = seen && {
        from: Math.max(0, Math.floor(scale.toStep(seen.min))),
        to: Math.min(run.totalSteps, Math.ceil(scale.toStep(seen.max))),
      }
      if (!window || window.to >= window.from) void steps.refine(run.id, query.value, window ?? null)
    }
  }

  return { choices, look, early, panels, view, xTitle, yTitle, smoothing, xRange, yRange }
}

/** Steps are all that there is to draw, and to place it by. */
function earlyLook(choices: BoardChoices): BoardChoices {
  const ofSteps = metrics.some(({ value, steps }) => value === choices.metric && steps !== null)
  return { ...choices, metric: ofSteps ? choices.metric : 'batch', axis: 'step' }
}

/** Before an epoch has ended the axis is as long as one, or, when a run broke off, as its steps. */
function earlyEnd({ run, scale, steps }: CurveSource): number {
  const last = steps?.steps.at(-1)
  return run.state === 'running' || last === undefined ? scale.toX(run.totalSteps / run.totalEpochs) : scale.toX(last)
}
