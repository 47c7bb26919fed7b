import type { CallName } from '../../src/common/rpc/contract.ts'
import { resolveRecipe } from '../../src/common/training/recipes.ts'
import { smallSweep } from './lab.ts'

/** What calls about the engine, its hours, its disk and designs take. */
const ofWorkspace = {
  'engine.status': {},
  'engine.stop': { mode: 'now' },
  'engine.doctor': { speedTest: false },
  'engine.settings': {},
  'engine.configure': { threads: 1 },
  'engine.measure': {},
  'queue.setHours': { hours: { from: 1, to: 2, end: 'epoch' } },
  'queue.setWhenDone': { action: 'quit' },
  'disk.usage': {},
  'sweeps.answer': { sweepId: 1 },
  'sweeps.setQuestion': { sweepId: 1, question: null },
  'queue.setLeftover': { on: true },
  'disk.plan': { choice: { thin: true, purge: true, datasets: ['stripes'] } },
  'disk.free': { choice: { thin: true }, planHash: 'x' },
  'designs.propagation': { network: { family: 'plain', n: 1 }, recipe: resolveRecipe('demo'), dataset: null, seed: 1, steps: 2 },
} satisfies Partial<Record<CallName, object>>

/** What calls about data sets and templates take. */
const ofLibrary = {
  'datasets.list': {},
  'datasets.add': { name: 'shapes-10', from: null },
  'datasets.inspect': { name: 'stripes', from: '/nowhere' },
  'datasets.cancel': { name: 'stripes' },
  'datasets.verify': { name: 'stripes' },
  'datasets.remove': { name: 'stripes' },
  'datasets.images': { name: 'stripes', split: 'test', indices: [0, 3] },
  'datasets.samples': { name: 'stripes', split: 'test', classIndex: 0, count: 1 },
  'templates.list': {},
  'templates.builtIn': {},
} satisfies Partial<Record<CallName, object>>

/** What calls about the paper's figures and about reports take. */
const ofGallery = {
  'gallery.list': { sweepIds: [1], choices: { 'figure-6': { networks: ['plain-8'] } } },
  'gallery.draw': { sweepIds: [1], figure: 'figure-1', format: 'svg', width: 400, dpi: 300 },
  'gallery.report': { sweepId: 1, format: 'html' },
  'published.list': { filter: { data: 'cifar10', families: ['plain'], depths: [20], source: 'Table 6' } },
} satisfies Partial<Record<CallName, object>>

/** What each call of the contract takes, to be spoilt by a test. */
export function validInputs(runId: number): Readonly<Record<CallName, object>> {
  const sweep = { ...smallSweep, families: ['plain'] }
  const figure = { width: 400, title: null, panels: [], footer: [], legend: [] }
  return {
    ...ofWorkspace,
    ...ofGallery,
    ...ofLibrary,
    'sweeps.plan': { sweep },
    'sweeps.queue': { sweep, again: true },
    'sweeps.list': {},
    'sweeps.get': { sweepId: 1 },
    'sweeps.rename': { sweepId: 1, name: 'x' },
    'sweeps.remove': { sweepId: 1, runs: true },
    'sweeps.restore': { sweepId: 1 },
    'runs.rename': { runId, name: 'x' },
    'runs.remove': { runIds: [runId] },
    'runs.restore': { runIds: [runId] },
    'templates.save': { name: 'mine', sweep },
    'templates.rename': { id: 1, name: 'yours' },
    'templates.remove': { id: 1 },
    'queue.list': {},
    'queue.pause': { selection: { runIds: [runId] }, when: 'now' },
    'queue.resume': { selection: { all: true } },
    'queue.cancel': { selection: { sweepId: 1 } },
    'queue.retry': { selection: { runIds: [runId] } },
    'queue.move': { runIds: [runId], to: { before: 2 } },
    'queue.setPriority': { runIds: [runId], priority: 1 },
    'queue.forecast': { by: 1 },
    ...placeInputs(runId),
    'runs.list': { filter: { states: ['finished'], tags: ['a'] }, limit: 1 },
    'runs.get': { runId },
    'runs.annotate': { runIds: [runId], annotation: { notes: 'x', addTags: ['a'] } },
    'runs.epochs': { runId },
    'runs.results': { runId },
    'runs.checkpoints': { runId },
    'runs.confusion': { runId, checkpoint: 'best' },
    'runs.steps': { runId, metric: 'loss', smoothing: 0.5 },
    'runs.layerStatistics': { runId, epoch: 1 },
    'runs.events': { runId, limit: 5 },
    'runs.attempts': { from: 0, to: 1 },
    'runs.reached': { runIds: [1], error: 0.1 },
    'runs.findings': { runIds: [runId], split: 'train' },
    'runs.effects': { runIds: [runId], by: ['depth'], split: 'train', smallest: 0.01 },
    'evaluations.queue': { runIds: [runId], protocols: ['10-crop', 'single-view'], checkpoint: 'best', split: 'test', ensemble: false },
    'analyses.queue': { kind: 'layers', runIds: [runId], checkpoint: 'best', split: 'test', options: { images: 10 } },
    'analyses.list': { runIds: [runId], kinds: ['layers'], states: ['finished'] },
    'analyses.get': { analysisId: 1 },
    'analyses.cancel': { analysisIds: [1] },
    'analyses.remove': { analysisIds: [1] },
    'evaluations.list': { runIds: [runId], states: ['finished'] },
    'evaluations.get': { evaluationId: 1 },
    'evaluations.cancel': { evaluationIds: [1] },
    'evaluations.remove': { evaluationIds: [1] },
    'evaluations.details': { evaluationId: 1, otherId: 2, limit: 5 },
    'exports.predictions': { evaluationId: 1 },
    'exports.figure': { figure, format: 'svg' },
    'exports.networks': { designs: [{ family: 'plain', n: 1 }], width: 400, format: 'svg' },
    'exports.csv': { table: 'runs', runIds: [runId] },
    'exports.weights': { runId, checkpoint: 'last', format: 'pytorch', naming: 'akamaster', path: null, archive: true },
    'weights.inspect': { path: '/nowhere', options: { network: { family: 'plain' }, mean: [0.5], std: [1], dataset: 'stripes' } },
    'weights.import': { path: '/nowhere', options: { channelOrder: 'bgr', imageSize: 32 }, name: 'x' },
  }
}

const deep = (depth: number): unknown => (depth === 0 ? 1 : [deep(depth - 1)])
const values: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  1e308,
  2 ** 53,
  '',
  'x'.repeat(100_000),
  [],
  [[]],
  {},
  '../../etc/passwd',
  '\u0000',
  "'; DROP TABLE runs; --",
  deep(500),
  Array.from({ length: 20_000 }, () => 'x'),
  { runIds: [] },
]

/**
 * An input as text with one thing wrong somewhere in it: another value, a field too many, or one too few. As text, since only what
 * comes over the wire can have a field `__proto__` like any other.
 */
export function spoil(input: object, random: () => number): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const text = JSON.stringify(input)
  const field = pick(['unexpected', '__proto__', 'constructor', 'toString', ''])
  const stray = `${JSON.stringify(field)}: ${JSON.stringify(pick([...values, { polluted: true }]))}`
  // After any opening brace: at the top or further in.
  const braces = [...text.matchAll(/\{/g)].map((match) => match.index + 1)
  if (random() < 0.3) {
    const at = pick(braces)
    return `${text.slice(0, at)}${stray}${text[at] === '}' ? '' : ', '}${text.slice(at)}`
  }
  const objects = values.filter((value) => value !== null && typeof value === 'object')
  const leaves = replaceLeaf(input, -1, null).leaves
  if (leaves === 0 || random() < 0.1) return JSON.stringify(pick(objects))
  return replaceLeaf(input, Math.floor(random() * leaves), pick(values)).text
}

function replaceLeaf(input: object, chosen: number, by: unknown): { text: string; leaves: number } {
  let leaves = 0
  const text = JSON.stringify(input, (_key, value: unknown) =>
    (value === null || typeof value !== 'object') && leaves++ === chosen ? by : value,
  )
  return { text, leaves }
}

/** What calls about places take. */
function placeInputs(runId: number) {
  return {
    'places.list': {},
    'places.add': { name: 'lab2', ssh: 'me@nowhere.invalid', slots: 2, fetchMinutes: 5, precision: 'fp32' },
    'places.configure': { name: 'lab2', change: { paused: true, slots: 3 } },
    'places.check': { name: 'lab2' },
    'places.remove': { name: 'lab2' },
    'places.giveUp': { name: 'lab2', runIds: [runId], to: 'here' },
    'places.bind': { runIds: [runId], place: 'here' },
  } satisfies Partial<Record<CallName, object>>
}
