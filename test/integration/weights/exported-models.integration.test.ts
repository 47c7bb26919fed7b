import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-web'
import { describe, expect, it } from 'vitest'
import { nativeBinding } from '../../../src/main/worker/backend/tensorflow/graph/session.ts'
import { writeFileBy } from '../../../src/main/weights/write/files/output-file.ts'
import { writeOnnx } from '../../../src/main/weights/write/onnx/onnx.ts'
import { writeSavedModel } from '../../../src/main/weights/write/saved-model/saved-model.ts'
import { channelsBeforePixels, exportedNetwork } from '../../fixtures/exported-network.ts'
import { networksOfEveryKind } from '../../fixtures/networks-of-every-kind.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** Largest distance of a score from Skiplab's own. */
const tolerance = 1e-4

function largestDistance(scores: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(scores.length).toBe(expected.length)
  return Math.max(...Array.from(scores, (score, at) => Math.abs(score - expected[at]!)))
}

describe.each(networksOfEveryKind)('%s', (_, design, recipe) => {
  const { source, network, images, count, scores } = exportedNetwork(design, recipe)
  const [height, width, channels] = network.design.inputShape

  it('gives the scores of Skiplab in onnxruntime, for any number of images', async () => {
    const path = join(await temporaryFolder(), 'network.onnx')
    writeFileBy(path, (file) => writeOnnx(file, source))
    const session = await InferenceSession.create(readFileSync(path))
    for (const batch of [count, 1]) {
      const given = channelsBeforePixels(images, network.design.inputShape).subarray(0, batch * height * width * channels)
      const answer = await session.run({ images: new Tensor('float32', given, [batch, channels, height, width]) })
      const expected = scores.slice(0, batch * network.design.classes)
      expect(largestDistance(answer.scores!.data as Float32Array, expected)).toBeLessThan(tolerance)
    }
    await session.release()
  })

  it('gives the scores of Skiplab in TensorFlow, as a SavedModel', async () => {
    const folder = join(await temporaryFolder(), 'network')
    writeSavedModel(folder, source)
    const binding = nativeBinding()
    const model = binding.loadSavedModel(folder, 'serve')
    const input = binding.createTensor([count, height, width, channels], binding.TF_FLOAT, images)
    const [output] = binding.runSavedModel(model, [input], 'images:0', 'scores:0')
    expect(largestDistance(binding.tensorDataSync(output!.id), scores)).toBeLessThan(tolerance)
    for (const id of [input, output!.id]) binding.deleteTensor(id)
    binding.deleteSavedModel(model)
  })
})
