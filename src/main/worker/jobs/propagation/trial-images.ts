import type { DatasetManifest } from '../../../../common/data/dataset.ts'
import { elements } from '../../../../common/network/kinds/shape.ts'
import { Random, randomStreams } from '../../../../common/training/random.ts'
import type { RunSettings } from '../../../../common/training/run-settings.ts'
import type { Normalization, StreamedImages } from '../../backend/backend.ts'
import { normalizationOf } from '../../source/batches/normalization.ts'
import { openScoringData } from '../../source/streamed/scoring-data.ts'

/** Images that go through a network on trial. */
export interface TrialImages {
  readonly source: 'data' | 'noise'
  /** Different images that there are. */
  readonly count: number
  /** Images of the training set, which lengths of schedules follow from. */
  readonly trainingImages: number
  readonly normalization: Normalization
  /** Gives batch number `index`; batches come round again. Valid until the next is asked for. */
  read(index: number, batchSize: number): Promise<StreamedImages>
  close(): Promise<void>
}

type Settings = Pick<RunSettings, 'network' | 'recipe' | 'seed'>

/** Opens training images in the order of a run's first epoch, not augmented. @throws SkiplabError bad-input naming file and offset */
export async function trialImages(folder: string, manifest: DatasetManifest, settings: Settings, threads: number): Promise<TrialImages> {
  const data = await openScoringData(folder, manifest, settings, 'test', threads)
  const images = await data.openTraining(1)
  const [height, width] = settings.network.inputShape
  return {
    source: 'data',
    count: images.count,
    trainingImages: images.count,
    normalization: data.normalization({ height, width }),
    read(index, batchSize) {
      const start = (index % Math.floor(images.count / batchSize)) * batchSize
      return images.read(start, start + batchSize)
    },
    close: () => images.close(),
  }
}

/** Training images where there is no data set: as many as CIFAR-10 has. */
const trainingImages = 50_000
const grey = { mean: 0.5, std: Math.sqrt(1 / 12) }

/** Draws uniform noise of the network's size with random labels, in place of a data set that is not there. */
export function noiseImages({ network, recipe, seed }: Settings): TrialImages {
  const [height, width, channels] = network.inputShape
  const size = elements(network.inputShape)
  const fill = (length: number, value: number) => new Float32Array(length).fill(value)
  return {
    source: 'noise',
    count: trainingImages,
    trainingImages,
    normalization: normalizationOf(recipe, channels, {
      perPixelMean: () => fill(height * width * channels, grey.mean),
      perChannel: () => ({ mean: fill(channels, grey.mean), std: fill(channels, grey.std) }),
    }),
    read(index, batchSize) {
      const random = new Random(seed, randomStreams.order, index)
      const pixels = Uint8Array.from({ length: batchSize * size }, () => random.below(256))
      const labels = Int32Array.from({ length: batchSize }, () => random.below(network.classes))
      return Promise.resolve({ pixels, labels })
    },
    close: () => Promise.resolve(),
  }
}
