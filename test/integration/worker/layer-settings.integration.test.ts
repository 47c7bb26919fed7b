import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { NetworkDesignInput } from '../../../src/common/network/design.ts'
import { resolveDesign } from '../../../src/common/network/design.ts'
import { resolveRecipe } from '../../../src/common/training/recipes.ts'
import { createBackend } from '../../../src/main/worker/create-backend.ts'
import { train } from '../../../src/main/worker/jobs/train/train.ts'
import { cpuDevice } from '../../../src/main/worker/machine/environment.ts'
import { referencePass } from '../../fixtures/reference-network.ts'
import { smallProgram } from '../../fixtures/small-program.ts'
import { writeTinyDataset } from '../../fixtures/tiny-dataset.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** Which layer's output is a convolution's response: that of the BN behind it, else its own. */
const cases: readonly (readonly [string, Partial<NetworkDesignInput>, (convolution: string) => string])[] = [
  ['a highway net', { family: 'highway', shortcut: 'B' }, normalizationBehind],
  ['a net without BN', { normalization: 'none', shortcut: 'B' }, (convolution) => convolution],
  ['a net with stochastic depth', { survival: 0.25 }, normalizationBehind],
  [
    'a net with pre-activation',
    { activationOrder: 'pre', shortcut: 'B' },
    (convolution) => (convolution.endsWith('convolution2') ? convolution : convolution.replace(/convolution1?$/, nextNormalization)),
  ],
]

function normalizationBehind(convolution: string): string {
  return convolution.replace('convolution', 'normalization')
}

/** Before an activation: the first convolution of a block stands before its second BN, the stem before its own. */
function nextNormalization(name: string): string {
  return name.endsWith('1') ? 'normalization2' : 'normalization'
}

describe.each(['all', 'none'] as const)('evaluation with own kernels: %s', (ownKernels) => {
  it.each(cases)('of %s has the scores and the responses of the double-precision oracle', (_, design, responseOf) => {
    // Sixteen channels: what our own kernels take.
    const { program, network, recipe, state, images } = smallProgram({ widths: [16, 16, 32], ...design }, {}, 6, 12, { ownKernels })
    const indices = Int32Array.from([3, 5, 8, 2])
    const weights = new Map([...state].map(([name, values]) => [name, Float64Array.from(values)]))
    const { logits, outputs } = referencePass(network, weights, images(indices), { training: false, epsilon: recipe.batchNormEpsilon })
    const { responses } = program.observe(indices)
    program.logits(indices).forEach((score, at) => expect(score, `score ${at}`).toBeCloseTo(logits.values[at]!, 3))
    const main = network.layers.flatMap((layer) => (layer.kind === 'convolution' && layer.attributes.role === 'main' ? [layer.name] : []))
    expect(responses.map(({ layer }) => layer).sort()).toEqual(main.sort())
    for (const { layer, means } of responses) {
      const response = outputs.get(responseOf(layer))!.values
      const size = response.length / indices.length
      means.forEach((mean, image) => {
        const own = response.subarray(image * size, (image + 1) * size)
        expect(mean, layer).toBeCloseTo(own.reduce((sum, value) => sum + value, 0) / size, 3)
      })
    }
    program.dispose()
  })
})

describe('a run of', () => {
  it.each([
    ['a residual net with stochastic depth', { family: 'residual', n: 2, survival: 0.3 }],
    ['a highway net with pre-activation and without BN', { family: 'highway', n: 1, activationOrder: 'pre', normalization: 'none' }],
  ] as const)('%s learns, and stopped within an epoch and resumed equals the uninterrupted one to the last bit', async (_, design) => {
    const network = resolveDesign({ ...design, widths: [4, 6, 8], inputShape: [8, 8, 3], classes: 3 })
    const run = async (folder: string, checkpoints: string[], stopAt: number) => {
      const datasetFolder = join(folder, 'stripes')
      const manifest = writeTinyDataset(datasetFolder)
      const recipe = resolveRecipe('demo', { batchSize: 20, epochs: 3, learningRate: 0.05, validationSize: 20, statisticsSize: 20 })
      const settings = { network, dataset: { name: 'stripes', checksum: manifest.checksum }, recipe, seed: 5 }
      const files = [...checkpoints]
      const losses: number[] = []
      let checks = 0
      const job = {
        settings,
        settingsHash: 'mine',
        manifest,
        datasetFolder,
        streamed: false,
        checkpointFolder: join(folder, 'checkpoints'),
        checkpoints,
      }
      await train(
        { ...job, device: cpuDevice(1, 'fp32') },
        {
          started: () => undefined,
          progress: () => undefined,
          step: () => undefined,
          epoch: ({
            results: {
              train: { loss },
            },
          }) => losses.push(loss),
          checkpoint: ({ file }) => files.unshift(file),
          checkpointRejected: (file, reason) => {
            throw new Error(`${file}: ${reason}`)
          },
          checkMessages: () => Promise.resolve(++checks === stopAt ? 'stop' : 'none'),
        },
        createBackend,
      )
      return { files, losses, bytes: readFileSync(join(folder, 'checkpoints', files[0]!)) }
    }
    const whole = await run(await temporaryFolder(), [], Infinity)
    expect(whole.losses[2]!).toBeLessThan(whole.losses[0]!)
    const folder = await temporaryFolder()
    const stopped = await run(folder, [], 3)
    expect(stopped.losses).toEqual([])
    const resumed = await run(folder, stopped.files, Infinity)
    expect(resumed.losses).toEqual(whole.losses)
    expect(resumed.bytes.equals(whole.bytes)).toBe(true)
  })
})
