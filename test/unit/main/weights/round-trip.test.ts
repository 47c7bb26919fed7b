import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildNetwork } from '../../../../src/common/network/network.ts'
import { Random } from '../../../../src/common/training/random.ts'
import { namingHabits } from '../../../../src/common/weights/habits/habits.ts'
import { fileArrays } from '../../../../src/common/weights/match/file-arrays.ts'
import { matchWeights } from '../../../../src/common/weights/match/match.ts'
import { openWeights } from '../../../../src/main/weights/read/open-weights.ts'
import { takeWeights } from '../../../../src/main/weights/read/take-weights.ts'
import { writeFileBy } from '../../../../src/main/weights/write/files/output-file.ts'
import { writeOnnx } from '../../../../src/main/weights/write/onnx/onnx.ts'
import { writePyTorch } from '../../../../src/main/weights/write/pytorch.ts'
import { writeSafetensors } from '../../../../src/main/weights/write/safetensors.ts'
import { stateArrays } from '../../../../src/main/weights/write/source/weights-source.ts'
import { initialState } from '../../../../src/main/worker/backend/initial-state.ts'
import { networksOfEveryKind } from '../../../fixtures/networks-of-every-kind.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

/** Weights away from their start; momenta left out. */
function stateOf(network: ReturnType<typeof buildNetwork>): Map<string, Float32Array> {
  const random = new Random(5)
  const all = [...initialState(network, 1)].filter(([name]) => !name.startsWith('momentum/'))
  return new Map(all.map(([name, values]) => [name, values.map((value) => value + random.uniform())]))
}

describe.each(networksOfEveryKind)('the weights of %s', (_, given) => {
  const network = buildNetwork(given)
  const state = stateOf(network)
  const habits = namingHabits.filter((habit) => habit.applies(network.design))

  it.each(habits)('exported and imported again under the names of $name are equal to the bit, in every format', async (habit) => {
    const folder = await temporaryFolder()
    const preprocessing = { mean: new Float32Array(3), inverseStd: new Float32Array(3).fill(1) }
    const read = (name: string) => state.get(name)!
    const source = { network, habit, batchNormEpsilon: 1e-5, preprocessing, read, metadata: {} }
    writeFileBy(join(folder, 'a.pt'), (file) => writePyTorch(file, stateArrays(source)))
    writeFileBy(join(folder, 'a.safetensors'), (file) => writeSafetensors(file, stateArrays(source), {}))
    writeFileBy(join(folder, 'a.onnx'), (file) => writeOnnx(file, source))
    for (const name of ['a.pt', 'a.safetensors', 'a.onnx']) {
      const file = openWeights(join(folder, name))
      const match = matchWeights(network, fileArrays(file.tensors))
      expect(match.mismatches, name).toEqual([])
      const taken = takeWeights(file, network, match, 'rgb')
      expect(taken.map((array) => array.name).sort()).toEqual([...state.keys()].sort())
      for (const array of taken) expect(array.values(), `${name}: ${array.name}`).toEqual(state.get(array.name))
      file.close()
    }
  })
})
