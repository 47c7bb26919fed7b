/**
 * Compares what layers make of the same images: linear CKA of all pairs of layers, of one run or of two.
 *
 * Claim: the numbers are those of a computation in double precision from the layers' outputs.
 * Evidence: test/unit/common/analyses/alignment, test/integration/worker/similarity; figures in docs/numbers.md.
 */
import { AlignmentSums, centredGrams, leastBatch, type CentredGrams } from '../../../../common/analyses/similarity/alignment.ts'
import { comparedOutputs, similarityBatches, type SimilarityResult } from '../../../../common/analyses/kinds/similarity.ts'
import { SkiplabError } from '../../../../common/failure.ts'
import type { GramBackend } from '../../backend/gram-backend.ts'
import { Pace } from '../evaluate/observer.ts'
import type { AnalysedRun, Analyse, AnalysisContext, AnalysisInput } from './analysis.ts'
import { loadAnalysed, readImages } from './load-analysed.ts'

type Input = AnalysisInput<'similarity'>

/** One network of the comparison, ready to compute. */
interface Side {
  readonly runId: number
  readonly outputs: SimilarityResult['runs'][number]['outputs']
  readonly backend: GramBackend
  readonly pixels: Uint8Array
  readonly labels: Int32Array
}

export const analyseSimilarity: Analyse<'similarity'> = async (input, context) => {
  const sides: Side[] = []
  try {
    for (const run of input.runs) sides.push(await openSide(run, input, context))
    requireSameImages(input, sides)
    const { batchSize, batches } = similarityBatches(sides[0]!.labels.length)
    const maps = mapsOf(sides)
    const pace = new Pace(context.observer, 'comparing layers', batches)
    for (let batch = 0; batch < batches; batch++)
      await pace.compute(1, () => {
        const grams = sides.map((side) => gramsOf(side, batch, batchSize))
        for (const { rows, columns, sums } of maps) sums.add(grams[rows]!, grams[columns]!)
      })
    return {
      images: batches * batchSize,
      batchSize,
      runs: sides.map(({ runId, outputs }) => ({ runId, outputs })),
      maps: maps.map(({ rows, columns, sums }) => ({ rows, columns, values: sums.alignments() })),
    }
  } finally {
    for (const { backend } of sides) backend.dispose()
  }
}

async function openSide(run: AnalysedRun, { options, split }: Input, context: AnalysisContext): Promise<Side> {
  const { network, state, recipe } = loadAnalysed(run)
  const outputs = comparedOutputs(network.layers, options)
  const images = await readImages(run, split, options.images, context)
  if (images.labels.length < leastBatch)
    throw new SkiplabError('bad-input', `Layers are compared over at least ${leastBatch} images; the split has ${images.labels.length}.`)
  const { device } = context
  const { batchSize } = similarityBatches(images.labels.length)
  await context.observer.mayGoOn(0)
  // In fp32 on every device: similarities close to 1 differ by less than bf16 resolves.
  const backend = context.createGramBackend({
    ...{ network, recipe, device, batchSize },
    precision: 'fp32',
    outputs: outputs.map(({ from }) => from),
  })
  backend.loadData(images.normalization)
  backend.setState(state)
  return { runId: run.runId, outputs, backend, pixels: images.pixels, labels: images.labels }
}

function requireSameImages({ runs }: Input, [first, second]: readonly Side[]): void {
  if (!first || !second) return
  const [one, other] = runs.map(({ manifest }) => manifest)
  const sameLabels = first.labels.length === second.labels.length && first.labels.every((label, at) => label === second.labels[at])
  if (one!.checksum === other!.checksum && sameLabels) return
  throw new SkiplabError(
    'bad-input',
    `Layers of two runs are compared over the same images; these have ${one!.name} and ${other!.name}, or hold out other images of it. ` +
      'Choose runs of one data set, and the test split.',
  )
}

/** Each network with itself and, of two, the first with the second. */
function mapsOf(sides: readonly Side[]): { rows: number; columns: number; sums: AlignmentSums }[] {
  const pairs =
    sides.length < 2
      ? [[0, 0] as const]
      : ([
          [0, 0],
          [0, 1],
          [1, 1],
        ] as const)
  return pairs.map(([rows, columns]) => ({
    rows,
    columns,
    sums: new AlignmentSums(sides[rows]!.outputs.length, sides[columns]!.outputs.length),
  }))
}

function gramsOf({ backend, pixels, labels }: Side, batch: number, batchSize: number): CentredGrams {
  const batchBytes = (batchSize * pixels.length) / labels.length
  return centredGrams(backend.grams(pixels.subarray(batch * batchBytes, (batch + 1) * batchBytes)), batchSize)
}
