/**
 * `npm run parity -- layers`: the same weights and images, measured by the analysis of layers and by PyTorch with hooks; `--only highway`
 * takes the networks whose titles have that in them.
 *
 * Bar: means and mean squares of responses, shares of active values, norms of F(x) and x, and norms of gradients within 1e-3, relative
 * where they are above 1, or within three times what PyTorch's own fp32 is away from its fp64. The peer (`peer/layers.py`) shares
 * none of this code.
 */
import { labelOf } from '../../src/common/network/design.ts'
import { responsesOf } from '../../src/common/network/graph/responses.ts'
import { createLayerBackend } from '../../src/main/worker/create-backend.ts'
import { cpuDevice } from '../../src/main/worker/machine/environment.ts'
import {
  askPeer,
  cifar,
  type Comparison,
  difference,
  type Drawn,
  drawn,
  drawnBatch,
  drawnNormalization,
  drawnRecipe,
} from './drawn-network.ts'

const bar = 1e-3
const kinds = ['mean', 'square', 'active', 'branch', 'shortcut', 'gradient'] as const
type Measures = Readonly<Record<(typeof kinds)[number], readonly number[]>>
type Statistics = 'running' | 'batch'

function measureHere({ network, state, pixels, labels }: Drawn, statistics: Statistics, threads: number) {
  const device = cpuDevice(threads, 'fp32')
  const shared = { network, recipe: drawnRecipe, precision: 'fp32', device, batchSize: drawnBatch } as const
  const backend = createLayerBackend({ ...shared, statistics, gradients: true })
  backend.loadData(drawnNormalization)
  backend.setState(state)
  const { responses, relus, blocks } = backend.measure(pixels)
  const gradients = backend.gradientNorms(pixels, labels)
  backend.dispose()
  const measures: Measures = {
    mean: responses.map(({ mean }) => mean),
    square: responses.map(({ square }) => square),
    active: relus.flatMap(({ active }) => [...active]),
    branch: blocks.map(({ branch }) => branch),
    shortcut: blocks.map(({ shortcut }) => shortcut),
    gradient: [...gradients.values()],
  }
  return { measures, parameters: [...gradients.keys()] }
}

function measureThere(given: Drawn, statistics: Statistics, parameters: readonly string[], double = false): Measures {
  const responses = responsesOf(given.network.layers).map(({ convolution, from }) => [convolution, from])
  const values = askPeer('layers.py', given, { statistics, responses, double })
  return {
    mean: values('mean'),
    square: values('square'),
    active: values('active'),
    branch: values('branch'),
    shortcut: values('shortcut'),
    gradient: parameters.map((name) => values(`gradient/${name}`)[0]!),
  }
}

/** A plain net has neither F(x) nor x. */
function differencesOf(ours: Measures, theirs: Measures): (number | null)[] {
  return kinds.map((kind) => (ours[kind].length > 0 || theirs[kind].length > 0 ? difference(ours[kind], theirs[kind]) : null))
}

export const layerComparison: Comparison = {
  part: 'layers',
  title: 'Largest differences from PyTorch with hooks',
  bar,
  head: ['network', 'BN normalises by', ...kinds],
  designs: [cifar('plain', 20), cifar('residual', 20), cifar('residual', 56, 'B'), cifar('highway', 20, 'B'), cifar('plain', 56)],
  compare: (design, threads) =>
    (['running', 'batch'] as const).map((statistics) => {
      const given = drawn(design)
      const { measures, parameters } = measureHere(given, statistics, threads)
      const theirs = measureThere(given, statistics, parameters)
      const differences = differencesOf(measures, theirs)
      const isMet = differences.every((each) => each === null || each <= bar)
      const rounding = isMet ? {} : { rounding: differencesOf(theirs, measureThere(given, statistics, parameters, true)) }
      return { words: [labelOf(design), statistics], differences, ...rounding }
    }),
}
