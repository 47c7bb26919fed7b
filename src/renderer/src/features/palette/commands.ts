import { computed, type ComputedRef, type Ref } from 'vue'
import { type Router, useRouter } from 'vue-router'
import { analysisNamed } from '../../../../common/analyses/analyses.ts'
import type { Analysis } from '../../../../common/analyses/analysis.ts'
import type { DatasetSummary, RunSummary, SweepSummary } from '../../../../common/records/records.ts'
import { type Theme, type ViewName, viewNames } from '../../../../common/rpc/page-bridge.ts'
import { builtInTemplates } from '../../../../common/sweep/templates.ts'
import { api } from '../../connection/api.ts'
import { viewTitles } from '../../ui/view-titles.ts'
import { percent } from '../../ui/format.ts'
import { attempt } from '../../ui/messages.ts'
import { theme } from '../../ui/theme.ts'
import { analysedName } from '../../entities/analysis/analysis-words.ts'
import { useAnalyses } from '../../entities/analysis/store.ts'
import { useDatasets } from '../../entities/dataset/store.ts'
import { useRuns } from '../../entities/run/store.ts'
import { useTemplates, useDesign } from '../sweeps/index.ts'
import { useActions } from './actions.ts'

export interface Command {
  readonly id: string
  readonly group: 'View' | 'Action' | 'Run' | 'Analysis' | 'Sweep' | 'Data set' | 'Template' | 'Workspace' | 'Setting'
  readonly title: string
  /** Said behind the title and searched too. */
  readonly hint: string
  readonly run: () => unknown
}

/** Words by which people look for something in a view. */
const insideViews: Readonly<Record<ViewName, string>> = {
  design: 'plan and queue a sweep',
  queue: 'order, hours, priorities',
  live: 'curves of a sweep',
  layers: 'responses of layers',
  runs: 'list, compare, verdict, export',
  report: 'what happened since',
  data: 'data sets, import',
  settings: 'look, disk, cores, precision, places, engine',
}

/** Lists everything that the palette finds; what people use most comes first. */
export function useCommands(extra: { recent: Ref<readonly string[]>; showShortcuts: () => void }): ComputedRef<readonly Command[]> {
  const router = useRouter()
  const runs = useRuns()
  const analyses = useAnalyses()
  const datasets = useDatasets()
  const design = useDesign()
  const own = useTemplates()
  const actions = useActions(extra.showShortcuts)
  const views = viewNames.map((name) => viewCommand(router, name))

  return computed(() => [
    ...views,
    ...actions.value,
    ...runs.running.map((run) => runCommand(router, run)),
    ...[
      ...own.list.map((one) => ({ title: one.name, words: 'your template', load: () => design.load(one.sweep) })),
      ...builtInTemplates.map((one) => ({ title: one.title, words: one.words, load: () => design.start(one) })),
    ].map((template) => templateCommand(router, template)),
    ...[...runs.sweeps].reverse().map((sweep) => sweepCommand(router, sweep)),
    ...[...analyses.all].reverse().map((analysis) => analysisCommand(router, analysis, runs.byId)),
    ...datasets.list.map((dataset) => datasetCommand(router, dataset)),
    ...extra.recent.value.map(workspaceCommand),
    ...themes.map(themeCommand),
    ...runs.all
      .filter((run) => run.state !== 'running')
      .reverse()
      .map((run) => runCommand(router, run)),
  ])
}

const themes: readonly Theme[] = ['system', 'light', 'dark']

function viewCommand(router: Router, name: ViewName): Command {
  return { id: `view ${name}`, group: 'View', title: viewTitles[name], hint: insideViews[name], run: () => router.push({ name }) }
}

function runCommand(router: Router, run: RunSummary): Command {
  const error = run.lastEpoch ? `, ${percent(run.lastEpoch.results.test.topOneError)} % test error` : ''
  return {
    id: `run ${run.id}`,
    group: 'Run',
    title: `${run.id} ${run.name}`,
    hint: `${run.state}${error}${run.sweepName ? `, ${run.sweepName}` : ''}`,
    run: () => router.push({ name: 'run', params: { id: run.id } }),
  }
}

function templateCommand(router: Router, { title, words, load }: { title: string; words: string; load: () => void }): Command {
  return {
    id: `template ${words} ${title}`,
    group: 'Template',
    title,
    hint: words,
    run: () => (load(), router.push({ name: 'design' })),
  }
}

function sweepCommand(router: Router, sweep: SweepSummary): Command {
  return {
    id: `sweep ${sweep.id}`,
    group: 'Sweep',
    title: sweep.name,
    hint: `sweep ${sweep.id}, ${sweep.runIds.length} runs`,
    run: () => router.push({ name: 'live', query: { sweep: String(sweep.id) } }),
  }
}

function analysisCommand(router: Router, analysis: Analysis, runs: ReadonlyMap<number, RunSummary>): Command {
  return {
    id: `analysis ${analysis.id}`,
    group: 'Analysis',
    title: `${analysisNamed(analysis.kind).title} of ${analysedName(analysis, runs)}`,
    hint: `analysis ${analysis.id}, ${analysis.state}, ${analysis.kind}`,
    run: () => router.push({ name: 'analysis', params: { id: analysis.id } }),
  }
}

function datasetCommand(router: Router, { name, title }: DatasetSummary): Command {
  return { id: `data ${name}`, group: 'Data set', title, hint: name, run: () => router.push({ name: 'data', query: { name } }) }
}

function workspaceCommand(folder: string): Command {
  return {
    id: `workspace ${folder}`,
    group: 'Workspace',
    title: folder,
    hint: 'switch workspace',
    run: () => attempt(async () => api.switchWorkspace?.(folder)),
  }
}

function themeCommand(value: Theme): Command {
  return { id: `theme ${value}`, group: 'Setting', title: `Theme: ${value}`, hint: 'look', run: () => (theme.value = value) }
}
