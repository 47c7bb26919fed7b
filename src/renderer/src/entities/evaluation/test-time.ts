import { viewGroups } from '../../../../common/evaluation/scoring-plan.ts'
import type { DatasetManifest } from '../../../../common/data/dataset.ts'
import { buildNetwork } from '../../../../common/network/network.ts'
import type { DatasetSummary, RunSummary } from '../../../../common/records/records.ts'
import type { BatchStatistics, TestProtocol } from '../../../../common/results/protocols.ts'
import { evaluationShare } from '../../../../common/sweep/forecast.ts'
import type { TestSplit } from '../../../../common/evaluation/evaluation.ts'

/** Start of a worker, with TensorFlow and the data set. */
const startMs = 5_000

export interface TestTerms {
  readonly protocols: readonly TestProtocol[]
  readonly batchStatistics: BatchStatistics
  readonly split: TestSplit
}
type Tested = Pick<RunSummary, 'settings' | 'lastEpoch'>
type Images = Pick<DatasetSummary, 'name' | 'imageShape' | 'trainCount' | 'validationCount' | 'testCount'>

/** Images of the split that a run is tested on; 0 where it validates on none. */
export function testedImages({ settings }: Pick<Tested, 'settings'>, split: TestSplit, images: Images): number {
  return split === 'test' ? images.testCount : (images.validationCount ?? settings.recipe.validationSize)
}

/**
 * Estimates how long a run's tests take, from the speed of its own training; null where it was not trained here.
 * @throws SkiplabError bad-input where the network cannot be tested under a protocol
 */
export function testMs(run: Tested, { protocols, batchStatistics, split }: TestTerms, images: Images): number | null {
  const network = buildNetwork(run.settings.network)
  const manifest = { name: images.name, image: imageOf(images) }
  const seen = testedImages(run, split, images)
  const statistics = batchStatistics === 'moving' ? 0 : images.trainCount
  // In images of the network's own size, seen once.
  const work = protocols.map((protocol) =>
    viewGroups(protocol, { network, recipe: run.settings.recipe, manifest }).reduce(
      (sum, group) => sum + seen * group.views.length * (group.network.multiplyAdds / network.multiplyAdds),
      statistics,
    ),
  )
  if (!run.lastEpoch) return null
  return work.reduce((sum, each) => sum + startMs + (each * evaluationShare * 1000) / run.lastEpoch!.imagesPerSecond, 0)
}

function imageOf({ imageShape }: Images): DatasetManifest['image'] {
  if (!imageShape) return { size: 'varied', encoding: 'encoded', channels: 3 }
  const [height, width, channels] = imageShape
  return { size: 'fixed', height, width, channels }
}
