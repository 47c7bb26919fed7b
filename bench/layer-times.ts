/**
 * Times each kind of layer of a network by itself, on its own in a process: forward and backward as the training program computes them,
 * and a product of large matrices, which is what the processor gives at best. Prints one line of JSON; started by roofline.ts with the
 * worker's environment. Memory is warm and the caches are those of one layer, so that the sum is a lower bound of a step's time.
 */
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { networkDesignSchema } from '../src/common/network/design.ts'
import type { Layer } from '../src/common/network/graph/layer.ts'
import { elements } from '../src/common/network/kinds/shape.ts'
import { buildNetwork, type Network } from '../src/common/network/network.ts'
import { Random } from '../src/common/training/random.ts'
import { fuseNormalizations, type Trainable } from '../src/main/worker/backend/passes/fuse-normalization.ts'
import { attr, Graph, type Tensor } from '../src/main/worker/backend/tensorflow/graph/graph.ts'
import { Session } from '../src/main/worker/backend/tensorflow/graph/session.ts'
import { usableKernels } from '../src/main/worker/backend/tensorflow/kernels/native-kernels.ts'
import type { LayerBuild, OwnKernels, Trained } from '../src/main/worker/backend/tensorflow/layers/build.ts'
import { trainFusedNormalization } from '../src/main/worker/backend/tensorflow/layers/fused-normalization.ts'
import { trainLayer } from '../src/main/worker/backend/tensorflow/layers/layers.ts'
import { fedVariable } from '../src/main/worker/backend/tensorflow/program/data-variables.ts'
import type { LayerTimes } from './roofline.ts'

const { values } = parseArgs({
  options: {
    design: { type: 'string' },
    precision: { type: 'string' },
    'batch-size': { type: 'string' },
    kernels: { type: 'string' },
    repeats: { type: 'string', default: '5' },
  },
})
const options = z
  .object({
    design: z.string().transform((text) => networkDesignSchema.parse(JSON.parse(text))),
    precision: z.enum(['fp32', 'bf16']),
    'batch-size': z.coerce.number().int(),
    kernels: z.enum(['none', 'normalization', 'winograd', 'wide', 'all']).optional(),
    repeats: z.coerce.number().int(),
  })
  .parse(values)
const compute = options.precision === 'bf16' ? 'DT_BFLOAT16' : 'DT_FLOAT'
/** Asked for in any case: it registers our own operations. */
const usable = usableKernels(options.precision)
const ownKernels: OwnKernels = options.kernels ?? usable
const random = new Random(1)

/** A tensor of the compute type that the session keeps, with random values. */
function resident(graph: Graph, name: string, shape: readonly number[], type: Tensor['dtype']) {
  const fed = fedVariable(graph, graph.variable(name, 'DT_FLOAT', shape))
  const value = () => Float32Array.from({ length: elements(shape) }, () => random.uniform() - 0.5)
  return { fed, value, tensor: graph.cast(fed.read, type) }
}

/** Seconds of the fastest of a few runs. */
function fastest(run: () => unknown): number {
  run()
  let best = Infinity
  for (let count = 0; count < options.repeats; count++) {
    const startedAt = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(startedAt)
    best = Math.min(best, (user + system) / 1e6)
  }
  return best
}

function timeProduct(): number {
  const graph = new Graph()
  const size = 1536
  const [a, b] = ['a', 'b'].map((name) => resident(graph, name, [size, size], compute))
  const attributes = { T: attr.type(compute), transpose_a: attr.bool(false), transpose_b: attr.bool(false) }
  const product = graph.op('MatMul', [a!.tensor, b!.tensor], attributes, compute, [size, size])
  return (size ** 3 * 2) / timed(graph, [a!, b!], [product])
}

/** One number of a tensor: what is fetched so that the whole of it is computed, but not copied. */
function firstOf(graph: Graph, { ref, dtype, shape }: Tensor): Tensor {
  const [begin, size] = [0, 1].map((value) => graph.ints(shape.map(() => value)))
  const attributes = { T: attr.type(dtype), Index: attr.type('DT_INT32') }
  return graph.cast(
    graph.op(
      'Slice',
      [{ ref, dtype, shape }, begin!, size!],
      attributes,
      dtype,
      shape.map(() => 1),
    ),
    'DT_FLOAT',
  )
}

/** Seconds of computing tensors, less those of having their inputs at hand. */
function timed(graph: Graph, inputs: readonly ReturnType<typeof resident>[], tensors: readonly Tensor[]): number {
  const [whole, bare] = [tensors, inputs.map(({ tensor }) => tensor)].map((all) => all.map((one) => firstOf(graph, one)))
  const assign = graph.group(
    'assign',
    inputs.map(({ fed }) => fed.assign),
  )
  const session = new Session(graph)
  session.run(
    inputs.map(({ fed, value }) => ({ placeholder: fed.value, value: value() })),
    [assign],
  )
  const seconds = fastest(() => session.run([], whole!)) - fastest(() => session.run([], bare!))
  session.dispose()
  return seconds
}

function timeLayer(trainable: Trainable, layers: ReadonlyMap<string, Layer>, inputShape: readonly number[]): number {
  const graph = new Graph()
  const batch = options['batch-size']
  const inputs: ReturnType<typeof resident>[] = []
  const add = (name: string, shape: readonly number[], type: Tensor['dtype'] = compute) => {
    inputs.push(resident(graph, `fed-${name.replaceAll('/', '.')}`, shape, type))
    return inputs.at(-1)!.tensor
  }
  const names = trainable.kind === 'fused' ? trainable.inputs : trainable.layer.inputs
  const shapeOf = (name: string) => (name === 'input' ? inputShape : layers.get(name)!.outputShape)
  const headed = (name: string) => name !== 'input' && layers.get(name)!.kind === 'global-average-pooling'
  const xs = names.map((name, at) => add(`x${at}`, [batch, ...shapeOf(name)], headed(name) ? 'DT_FLOAT' : compute))
  const parts = trainable.kind === 'fused' ? [trainable.normalization] : [trainable.layer]
  const parameters = new Map(parts.flatMap(({ parameters: all }) => all).map(({ name, shape }) => [name, shape]))
  const ends: Tensor[] = []
  const build: LayerBuild = {
    graph,
    compute,
    ownKernels,
    batchNormEpsilon: 1e-5,
    value: (name) =>
      add(name, parameters.get(name)!, name.startsWith(parts[0]!.name) && parts[0]!.kind === 'convolution' ? compute : 'DT_FLOAT'),
    onGradient: (_name, gradient) => void ends.push(gradient),
    survives: () => graph.float(1),
    onBatchStatistic: () => undefined,
  }
  const trained: Trained =
    trainable.kind === 'fused'
      ? trainFusedNormalization(build, trainable.normalization, trainable.relu, xs[0]!, xs[1])
      : trainLayer(build, trainable.layer, xs)
  const gradient = add('gradient', trained.output.shape, trained.output.dtype)
  const needed = names.map((name) => name !== 'input')
  ends.push(trained.output, ...trained.backward(gradient, needed).filter((one) => one !== null))
  return timed(graph, inputs, ends)
}

/** What makes two layers take the same time. */
function signature(trainable: Trainable, layers: ReadonlyMap<string, Layer>): string {
  const layer = trainable.kind === 'fused' ? trainable.normalization : trainable.layer
  const names = trainable.kind === 'fused' ? trainable.inputs : layer.inputs
  const shapes = names.map((name) => layers.get(name)?.outputShape ?? 'input')
  return JSON.stringify([layer.kind, layer.attributes, shapes, trainable.kind === 'fused' && trainable.relu])
}

function timeLayers({ layers: all, design }: Network): LayerTimes['layers'] {
  const layers = new Map(all.map((layer) => [layer.name, layer]))
  const known = new Map<string, number>()
  return fuseNormalizations(all).map((trainable) => {
    const key = signature(trainable, layers)
    if (!known.has(key)) known.set(key, timeLayer(trainable, layers, design.inputShape))
    const layer = trainable.kind === 'fused' ? trainable.normalization : trainable.layer
    return { name: layer.name, seconds: known.get(key)! }
  })
}

const times: LayerTimes = { flopsPerSecond: timeProduct(), layers: timeLayers(buildNetwork(options.design)) }
process.stdout.write(`${JSON.stringify(times)}\n`)
