import { expect, it } from 'vitest'
import { blockOutputsOf, weightedLayersOf } from '../../../src/common/network/weighted-layers.ts'
import { InputGradientProgram, PropagationProgram } from '../../../src/main/worker/backend/tensorflow/program/propagation-program.ts'
import { crossEntropy, referencePass, type Batch, type ReferencePass } from '../../fixtures/reference-network.ts'
import { networksOfEveryKind } from '../../fixtures/networks-of-every-kind.ts'
import { smallProgram } from '../../fixtures/small-program.ts'

const batchSize = 4

/** A small network with weights and images, also for the double-precision oracle. */
function given(index: number) {
  const [words, design, recipeFields] = networksOfEveryKind[index]!
  const { program, network, recipe, state, labels, images } = smallProgram(design, recipeFields, batchSize, batchSize)
  program.dispose()
  const batch = images(Int32Array.from({ length: batchSize }, (_, at) => at))
  const weights = new Map([...state].map(([name, values]) => [name, Float64Array.from(values)]))
  return { words, network, recipe, state, labels: labels.subarray(0, batchSize), batch, weights }
}

/** Stochastic depth counts as much as it survives, as the observation has it. */
function survivalsOf(network: ReturnType<typeof given>['network']): Map<string, number> {
  return new Map(network.layers.flatMap((layer) => (layer.kind === 'stochastic-depth' ? [[layer.name, layer.attributes.survival]] : [])))
}

function moments(values: Float64Array) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean, std: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) }
}

const cases = networksOfEveryKind.map(([words], index) => [words, index] as const).filter(([words]) => !/ImageNet|VGG/.test(words))

it.each(cases)('outputs, rectifiers and weights of %s are measured as in double precision', (_words, index) => {
  const { network, recipe, state, labels, batch, weights } = given(index)
  const pass = referencePass(network, weights, batch, { training: true, epsilon: recipe.batchNormEpsilon, survivals: survivalsOf(network) })
  const program = new PropagationProgram({ network, recipe, batchSize })
  program.setState(state)
  const found = program.observe(Float32Array.from(batch.values), labels)
  program.dispose()
  expect(found.loss).toBeCloseTo(crossEntropy(pass.logits, labels), 4)
  for (const [name, { mean, std }] of found.outputs) {
    const expected = moments(pass.outputs.get(name)!.values)
    expect(Math.abs(mean - expected.mean), name).toBeLessThan(1e-4 * expected.std + 1e-5)
    expect(std / expected.std, name).toBeCloseTo(1, 4)
  }
  for (const [name, { zeros, dead }] of found.rectifiers) {
    const { values, shape } = pass.outputs.get(name)!
    const channels = shape.at(-1)!
    const alive = new Set(Array.from(values).flatMap((value, at) => (value > 0 ? [at % channels] : [])))
    expect(zeros, name).toBeCloseTo(values.filter((value) => value === 0).length / values.length, 2)
    expect(dead, name).toBeCloseTo(1 - alive.size / channels, 6)
  }
  for (const { weights: name } of weightedLayersOf(network)) {
    const norm = Math.hypot(...weights.get(name)!)
    expect(found.weights.get(name)!.norm / norm, name).toBeCloseTo(1, 5)
  }
  for (const [name, statistic] of found.statistics) {
    const layer = name.slice(0, name.lastIndexOf('/'))
    const expected = pass.batchStatistics.get(layer)![name.endsWith('mean') ? 'mean' : 'variance']
    statistic.forEach((value, channel) => expect(Math.abs(value - expected[channel]!), name).toBeLessThan(1e-4))
  }
})

/** Norm of one image's loss gradient with respect to a layer's output, by central differences of every number of it. */
function gradientNorm(of: ReturnType<typeof given>, pass: ReferencePass, layer: string): number {
  const { network, recipe, weights, batch, labels } = of
  const next = network.layers[network.layers.findIndex(({ name }) => name === layer) + 1]!.name
  const output = pass.outputs.get(layer)!
  const options = { training: true, epsilon: recipe.batchNormEpsilon, survivals: survivalsOf(network) }
  const lossAt = (index: number, value: number) => {
    const values = Float64Array.from(output.values)
    values[index] = value
    const changed: ReferencePass = { ...pass, outputs: new Map([...pass.outputs, [layer, { ...output, values }]]) }
    return crossEntropy(referencePass(network, weights, batch, options, { pass: changed, changed: next }).logits, labels)
  }
  const difference = 1e-6
  const slopes = Array.from(output.values, (value, index) => {
    return (lossAt(index, value + difference) - lossAt(index, value - difference)) / (2 * difference)
  })
  return Math.hypot(...slopes) * Math.sqrt(batchSize)
}

it.each(cases)('gradient norms at the outputs of %s are those of central differences', (_words, index) => {
  const of = given(index)
  const { network, recipe, state, labels, batch, weights } = of
  const pass = referencePass(network, weights, batch, { training: true, epsilon: recipe.batchNormEpsilon, survivals: survivalsOf(network) })
  const program = new PropagationProgram({ network, recipe, batchSize })
  program.setState(state)
  const { outputs } = program.observe(Float32Array.from(batch.values), labels)
  program.dispose()
  const watched = [blockOutputsOf(network).at(-1)!.layer, weightedLayersOf(network).at(-2)!.response]
  for (const layer of new Set(watched)) {
    expect(outputs.get(layer)!.gradientNorm / gradientNorm(of, pass, layer), layer).toBeCloseTo(1, 3)
  }
})

it.each(cases)('gradients of a score of %s with respect to images are those of central differences', (_words, index) => {
  const { network, recipe, state, batch, weights } = given(index)
  const direction = Float32Array.from({ length: network.design.classes }, (_, label) => [1, -0.5, 0.25][label % 3]!)
  const program = new InputGradientProgram({ network, recipe, batchSize })
  program.setState(state)
  const gradient = program.inputGradients(Float32Array.from(batch.values), direction)
  program.dispose()
  const scoreAt = (images: Batch) => {
    const { logits } = referencePass(network, weights, images, { training: false, epsilon: recipe.batchNormEpsilon })
    return logits.values.reduce((sum, score, at) => sum + score * direction[at % direction.length]!, 0)
  }
  const largest = Math.max(...gradient.map(Math.abs))
  const difference = 1e-6
  for (let at = 5; at < batch.values.length; at += Math.floor(batch.values.length / 12)) {
    const moved = (by: number): Batch => {
      const values = Float64Array.from(batch.values)
      values[at]! += by
      return { ...batch, values }
    }
    const slope = (scoreAt(moved(difference)) - scoreAt(moved(-difference))) / (2 * difference)
    expect(Math.abs(gradient[at]! - slope), `number ${at}`).toBeLessThan(1e-3 * largest)
  }
})
