/**
 * `npm run parity -- lesions`: scores of networks with blocks removed, swapped and halved, one at a time and several at once, by the
 * analysis of lesions and by PyTorch, whose blocks are called in that order and with that factor (`peer/lesions.py`).
 *
 * Bar: every score within 1e-3 of the lesion's largest.
 */
import { labelOf } from '../../src/common/network/design.ts'
import { planLesions } from '../../src/common/lesions/lesion-plan.ts'
import { lesionModes } from '../../src/common/lesions/lesions.ts'
import { createLesionBackend } from '../../src/main/worker/create-backend.ts'
import { cpuDevice } from '../../src/main/worker/machine/environment.ts'
import { askPeer, cifar, type Comparison, drawn, drawnBatch, drawnNormalization, drawnRecipe } from './drawn-network.ts'

export const lesionComparison: Comparison = {
  part: 'lesions',
  title: 'Largest differences of scores from PyTorch, as shares of each lesion’s largest score',
  bar: 1e-3,
  head: ['network', 'lesions', ...lesionModes],
  designs: [cifar('plain', 20), cifar('residual', 20), cifar('residual', 20, 'B'), cifar('residual', 56), cifar('highway', 20, 'B')],
  compare(design, threads) {
    const given = drawn(design)
    const { network, state, pixels } = given
    const device = cpuDevice(threads, 'fp32')
    const backend = createLesionBackend({ network, recipe: drawnRecipe, precision: 'fp32', device, batchSize: drawnBatch })
    backend.loadData(drawnNormalization)
    backend.setState(state)
    backend.hold(pixels)
    const compared = lesionModes.map((mode) => {
      const { single, several } = planLesions(network, { mode, blocks: [], scale: 0.5, several: 4, repeats: 2, seed: 1 })
      const lesions = [...single.map(({ lesion }) => lesion), ...several.flatMap(({ draws }) => draws)]
      const theirs = askPeer('lesions.py', given, { lesions })('scores')
      const share = lesions.map((lesion, index) => {
        const ours = backend.damaged(lesion)
        const their = theirs.slice(index * ours.length, (index + 1) * ours.length)
        const largest = Math.max(...their.map(Math.abs))
        return their.length === ours.length ? Math.max(...their.map((score, at) => Math.abs(score - ours[at]!))) / largest : Infinity
      })
      return { count: lesions.length, difference: Math.max(...share) }
    })
    backend.dispose()
    const counts = compared.map(({ count }) => count).join(', ')
    return [{ words: [labelOf(design), counts], differences: compared.map((each) => each.difference) }]
  },
}
