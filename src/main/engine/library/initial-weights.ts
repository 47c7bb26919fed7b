import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SkiplabError } from '../../../common/failure.ts'
import { labelOf } from '../../../common/network/design.ts'
import { buildNetwork } from '../../../common/network/network.ts'
import type { Sweep } from '../../../common/sweep/sweep.ts'
import type { InitialWeights, RunSettings } from '../../../common/training/run-settings.ts'
import { type StartingArrays, startingArrays } from '../../../common/weights/starting-arrays.ts'
import { hashFile } from '../../data/stored/hash-file.ts'
import type { Store } from '../../store/store.ts'
import { openWeights } from '../../weights/read/open-weights.ts'
import type { InitialWeightFiles } from './initial-weight-files.ts'

interface WeightSources {
  readonly store: Store
  readonly initialWeights: InitialWeightFiles
  readonly checkpointsFolder: string
}

/** A checkpoint that runs can start from. */
export interface WeightSource {
  readonly weights: InitialWeights
  readonly path: string
  /** Of its arrays, by name. */
  readonly shapes: ReadonlyMap<string, readonly number[]>
}

/**
 * Finds what a sweep's `initialWeights` stand for, and checks that the file is whole.
 * @throws SkiplabError not-found without such a run or file; conflict for a run that has not finished, or a damaged checkpoint
 */
export async function weightSource(sources: WeightSources, wanted: Sweep['initialWeights']): Promise<WeightSource | null> {
  if (wanted === undefined) return null
  const text = String(wanted)
  const { weights, path } = text.length === 64 ? keptWeights(sources, text) : weightsOfRun(sources, text)
  const sha256 = await hashFile(path, 'sha256').catch(() => null)
  if (sha256 !== weights.sha256)
    throw new SkiplabError(
      'conflict',
      `The weights of ${weights.name} are ${sha256 === null ? 'gone' : 'damaged'}: no run can start from them. Choose another run.`,
    )
  const file = openWeights(path)
  try {
    return { weights, path, shapes: new Map(file.tensors.map(({ name, shape }) => [name, shape])) }
  } finally {
    file.close()
  }
}

/**
 * Tells for each run what it takes of the weights and what is drawn.
 * @throws SkiplabError bad-input for a network of which no convolution and no fully connected layer fits
 */
export function startsOf(source: WeightSource, runs: readonly RunSettings[]): StartingArrays[] {
  const known = new Map<string, StartingArrays>()
  return runs.map(({ network }) => {
    const key = JSON.stringify(network)
    const start = known.get(key) ?? startingArrays(buildNetwork(network), source.shapes)
    known.set(key, start)
    // A bias or a scale alone may fit any network.
    if (start.taken.some((name) => source.shapes.get(name)!.length > 1)) return start
    throw new SkiplabError(
      'bad-input',
      `Expected weights that fit a layer; of ${source.weights.name} no layer has name and shape of one in ${labelOf(network)}. ` +
        'Choose a run of the same architecture and widths.',
    )
  })
}

/** "29 of 31 arrays are those of residual-8 A, seed 1 (run 1, epoch 6); drawn: fc/weights, fc/bias". */
export function startWords({ name }: InitialWeights, { taken, drawn }: StartingArrays): string {
  const shown = drawn.slice(0, 6).join(', ')
  const more = drawn.length > 6 ? ` and ${drawn.length - 6} more` : ''
  const rest = drawn.length === 0 ? 'none is drawn' : `drawn: ${shown}${more}`
  return `starts from weights of ${name}: ${taken.length} of ${taken.length + drawn.length} arrays are taken; ${rest}`
}

function keptWeights({ store, initialWeights }: WeightSources, sha256: string): Pick<WeightSource, 'weights' | 'path'> {
  const path = initialWeights.pathOf(sha256)
  const name = store.disk.initialWeights(true).get(sha256)
  if (name !== undefined && existsSync(path)) return { weights: { name, sha256 }, path }
  throw new SkiplabError(
    'not-found',
    `This workspace keeps no weights with the SHA-256 ${sha256}. Name the run that they are of (on the command line: --weights RUN).`,
  )
}

function weightsOfRun({ store, checkpointsFolder }: WeightSources, text: string): Pick<WeightSource, 'weights' | 'path'> {
  const [id, which = 'last'] = text.split(':')
  const run = store.runs.get(Number(id))
  if (run.state !== 'finished')
    throw new SkiplabError('conflict', `Run ${run.id} is ${run.state}. Expected a finished or imported run to start from.`)
  const checkpoints = store.checkpoints.valid(run.id)
  const measured = checkpoints.filter(({ error }) => error !== null)
  const last = measured[0] ?? checkpoints[0]
  if (!last) throw new SkiplabError('conflict', `Run ${run.id} has no checkpoint that a run could start from.`)
  // Newest first: of equal errors the first that was reached is the best.
  const best = measured.reduce((lowest, each) => (each.error! <= lowest.error! ? each : lowest), last)
  const { file, sha256, epoch } = which === 'best' ? best : last
  const origin = run.imported ? `run ${run.id}` : `run ${run.id}, epoch ${epoch}`
  return { weights: { name: `${run.name} (${origin})`, sha256 }, path: join(checkpointsFolder, String(run.id), file) }
}
