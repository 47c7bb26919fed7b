import { computed, type ComputedRef } from 'vue'
import { type Router, useRouter } from 'vue-router'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { placeActions } from '../../entities/place/actions.ts'
import { usePlaces } from '../../entities/place/store.ts'
import { copyRunLink } from '../../entities/run/run-link.ts'
import { useRuns } from '../../entities/run/store.ts'
import type { PlaceStatus } from '../../../../common/places/place.ts'
import type { RunState, RunSummary } from '../../../../common/records/records.ts'
import { exportMenus } from '../../ui/export/export-menus.ts'
import { plural } from '../../ui/format.ts'
import { attempt } from '../../ui/messages.ts'
import type { Command } from './commands.ts'

const goesOn = new Set<RunState>(['running', 'waiting'])
const stands = new Set<RunState>(['paused', 'interrupted'])
const endedEarly = new Set<RunState>(['failed', 'held'])
const retryable = new Set<RunState>([...endedEarly, 'diverged', 'cancelled'])

type Runs = ReturnType<typeof useRuns>
type QueueCall = 'queue.pause' | 'queue.resume' | 'queue.cancel' | 'queue.retry'

function act(call: QueueCall, runs: readonly RunSummary[]): Promise<unknown> {
  return attempt(() => api.call(call, { selection: { runIds: runs.map((run) => run.id) } }))
}

function action(id: string, title: string, run: () => unknown, hint = ''): Command {
  return { id: `action ${id}`, group: 'Action', title, hint, run }
}

/** Lists what can be done now: to the run that is shown, to the queue, to results, to the page. */
export function useActions(showShortcuts: () => void): ComputedRef<readonly Command[]> {
  const router = useRouter()
  const engine = useEngine()
  const runs = useRuns()
  const places = usePlaces()
  const shownRun = computed(() => {
    const { name, params } = router.currentRoute.value
    return name === 'run' ? runs.byId.get(Number(params.id)) : undefined
  })

  return computed(() => [
    ...(shownRun.value ? ofRun(shownRun.value, router) : []),
    ...ofQueue(runs, engine.status?.paused ?? false),
    ...ofPlaces(places.all, router),
    ...ofResults(runs, router),
    action('import', 'Import a data set …', () => router.push({ name: 'data' }), 'add, from this machine'),
    action('import-weights', 'Import weights …', () => router.push({ name: 'import-weights' }), 'PyTorch, safetensors, ONNX'),
    action('print', 'Print this view …', () => window.print(), 'paper, PDF'),
    action('gallery', 'Gallery', () => router.push({ name: 'gallery' }), 'the paper’s figures from your runs'),
    action('identity', 'Why shortcuts help', () => router.push({ name: 'identity' }), 'the small experiment: zeros before the identity'),
    action(
      'propagation',
      'Propagation of the design',
      () => router.push({ name: 'design', hash: '#propagation' }),
      'will it train, before it is queued',
    ),
    action('sweeps', 'All sweeps', () => router.push({ name: 'sweeps' }), 'open in Design, rename, remove'),
    action('tour', 'Tour', () => router.push({ name: 'tour' }), 'help, learn: five steps to a figure of your own'),
    action('published', 'Published numbers', () => router.push({ name: 'published' }), 'paper, Table 6, akamaster, a-martyn'),
    action('doctor', 'Check this machine', () => router.push({ name: 'settings', hash: '#doctor' }), 'doctor, speed'),
    action('shortcuts', 'Keyboard shortcuts', showShortcuts),
    ...(api.openWorkspace
      ? [action('open-workspace', 'Open another workspace …', () => api.openWorkspace && attempt(api.openWorkspace))]
      : []),
  ])
}

function ofQueue(runs: Runs, paused: boolean): Command[] {
  const early = runs.all.filter((run) => endedEarly.has(run.state))
  const running = runs.running
  return [
    paused
      ? action('resume', 'Resume the queue', () => attempt(() => api.call('queue.resume', {})))
      : action('pause', 'Pause the queue', () => attempt(() => api.call('queue.pause', {})), 'running runs go on'),
    ...(running.length
      ? [
          action(
            'pause-running',
            `Pause ${plural(running.length, 'running run')}`,
            () => act('queue.pause', running),
            'a checkpoint is saved',
          ),
        ]
      : []),
    ...(early.length
      ? [
          action('retry-failed', `Retry ${plural(early.length, 'run')} that failed or ${early.length === 1 ? 'is' : 'are'} held`, () =>
            act('queue.retry', early),
          ),
        ]
      : []),
    ...(running.length
      ? [
          action(
            'stop-epoch',
            'Stop the engine after this epoch',
            () => attempt(() => api.call('engine.stop', { mode: 'epoch' })),
            'every run goes on from there next time',
          ),
        ]
      : []),
  ]
}

function ofPlaces(places: readonly PlaceStatus[], router: Router): Command[] {
  const show = (): unknown => router.push({ name: 'settings', hash: '#places' })
  return [
    action('places', 'Places', show, places.length ? 'other machines that runs train on' : 'add another machine by SSH or Slurm'),
    ...places.flatMap(({ settings: { name, paused }, state, lostSince, runIds }) => [
      action(`place-check ${name}`, `Check ${name}`, () => placeActions.check(name), `place, ${state}`),
      paused
        ? action(`place-resume ${name}`, `Resume ${name}`, () => placeActions.pause(name, false), 'start runs there again')
        : action(`place-pause ${name}`, `Pause ${name}`, () => placeActions.pause(name, true), 'start no new runs there'),
      ...(lostSince === null
        ? []
        : [action(`place-lost ${name}`, `${name} is out of reach`, show, `${plural(runIds.length, 'run')} there`)]),
    ]),
  ]
}

function ofResults(runs: Runs, router: Router): Command[] {
  const menus = [...exportMenus].filter((menu) => menu.enabled())
  const latest = runs.sweeps.at(-1)
  const go =
    (name: string, query: Record<string, string> = {}) =>
    () =>
      router.push({ name, query })
  return [
    ...(runs.all.length ? [action('compare', 'Compare all runs', go('runs', { compare: 'curves' }), 'curves, scatter, what differs')] : []),
    ...(latest
      ? [
          action(
            'verdict',
            `Verdict of ${latest.name}`,
            go('runs', { sweep: String(latest.id), compare: 'verdict' }),
            'the latest sweep: does depth hurt',
          ),
        ]
      : []),
    ...menus.map((menu, index) => action(`export ${index}`, `Export ${menu.name().replaceAll('-', ' ')} …`, menu.open, 'figure, numbers')),
    ...(latest && !menus.length
      ? [action('export', `Export curves of ${latest.name} …`, go('live', { sweep: String(latest.id) }), 'figure, numbers; opens Live')]
      : []),
  ]
}

function ofRun(run: RunSummary, router: Router): Command[] {
  return [
    ...(goesOn.has(run.state) ? [action('run-pause', 'Pause this run', () => act('queue.pause', [run]), run.name)] : []),
    ...(stands.has(run.state) ? [action('run-resume', 'Resume this run', () => act('queue.resume', [run]), run.name)] : []),
    ...(goesOn.has(run.state) || stands.has(run.state)
      ? [action('run-cancel', 'Cancel this run', () => act('queue.cancel', [run]), run.name)]
      : []),
    ...(retryable.has(run.state) ? [action('run-retry', 'Retry this run', () => act('queue.retry', [run]), run.name)] : []),
    ...(run.state === 'finished'
      ? [
          action(
            'run-analyse',
            'Analyse this run …',
            () => router.push({ name: 'run', params: { id: run.id }, hash: '#analyse' }),
            'layers, lesions, similarity, loss surface, gradients',
          ),
        ]
      : []),
    action('copy-link', `Copy link to run ${run.id}`, () => copyRunLink(run.id)),
  ]
}
