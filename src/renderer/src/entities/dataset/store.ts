import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { shapes10 } from '../../../../common/data/shapes-10.ts'
import type { DatasetSummary } from '../../../../common/records/records.ts'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { attempt } from '../../ui/messages.ts'
import { useAdding } from './use-adding.ts'

export interface BuiltInDataset {
  readonly title: string
  readonly words: string
  /** Whether sizes, classes and numbers of images can be asked for. */
  readonly photographs?: true
  /** One, or several downloads of the same; `label` stands on the button. `side`: pixels of the shorter side where it was scaled. */
  readonly names: readonly { readonly name: string; readonly label: string; readonly side?: number }[]
}

/** Data sets that Skiplab knows how to get by name. */
export const builtInDatasets: readonly BuiltInDataset[] = [
  {
    title: 'Shapes-10',
    words:
      'Drawn by Skiplab itself: ten shapes, textured, shifted, rotated and cluttered; ' +
      '5,000 training and 1,000 test images of 32×32. Ready in seconds.',
    names: [{ name: 'shapes-10', label: 'Draw the images' }],
  },
  {
    title: 'CIFAR-10',
    words: '50,000 training and 10,000 test photographs of 32×32 in ten classes, as in the paper.',
    names: [{ name: 'cifar10', label: 'Download 170 MB' }],
  },
  {
    title: 'CIFAR-100',
    words: 'As many photographs of 32×32 in a hundred classes.',
    names: [{ name: 'cifar100', label: 'Download 169 MB' }],
  },
  {
    title: 'Fashion-MNIST',
    words: '60,000 training and 10,000 test images of clothing, grey, 28×28, in ten classes.',
    names: [{ name: 'fashion-mnist', label: 'Download 31 MB' }],
  },
  {
    title: 'Imagenette',
    words: 'Ten easy classes of ImageNet: 9,469 training and 3,925 test photographs.',
    photographs: true,
    names: [
      { name: 'imagenette-160', label: '160 px, 99 MB', side: 160 },
      { name: 'imagenette-320', label: '320 px, 342 MB', side: 320 },
      { name: 'imagenette', label: 'Full, 1.6 GB' },
    ],
  },
  {
    title: 'Imagewoof',
    words: 'Ten breeds of dog, which are hard to tell apart: 9,025 training and 3,929 test photographs.',
    photographs: true,
    names: [
      { name: 'imagewoof-160', label: '160 px, 93 MB', side: 160 },
      { name: 'imagewoof-320', label: '320 px, 328 MB', side: 320 },
      { name: 'imagewoof', label: 'Full, 1.3 GB' },
    ],
  },
]

/** The same by name: title and words of each. */
export const knownDatasets = builtInDatasets.flatMap(({ title, words, names }) =>
  names.map(({ name, label }) => ({ name, words, title: names.length > 1 ? `${title}, ${label.split(',')[0]!.toLowerCase()}` : title })),
)

/** Facts of a data set that a design needs. */
export type DatasetFacts = Pick<
  DatasetSummary,
  'name' | 'title' | 'imageShape' | 'trainCount' | 'validationCount' | 'testCount' | 'checksum'
>

const { name, title, height, width, channels, splits, checksum } = shapes10
const drawn: DatasetFacts = {
  name,
  title,
  checksum,
  imageShape: [height, width, channels],
  trainCount: splits.train.count,
  validationCount: null,
  testCount: splits.test.count,
}

export const useDatasets = defineStore('datasets', () => {
  const engine = useEngine()
  const list = shallowRef<readonly DatasetSummary[]>([])
  const loaded = ref(false)
  const adding = useAdding(load)
  const byName = computed(() => new Map(list.value.map((dataset) => [dataset.name, dataset])))
  /** Finds a data set of the workspace, or Shapes-10, which is generated when runs over it are queued. */
  function usable(name: string): DatasetFacts | null {
    return byName.value.get(name) ?? (loaded.value && name === drawn.name ? drawn : null)
  }

  api.on('datasets.changed', (changed) => {
    list.value = changed
    // Whatever goes on, also from another page or the command line, speaks again soon.
    adding.forgetProgress()
  })

  async function load(): Promise<void> {
    await attempt(async () => {
      list.value = await api.call('datasets.list', {})
      loaded.value = true
    })
  }
  watch(
    () => engine.generation,
    () => {
      adding.forgetProgress()
      return load()
    },
    { immediate: engine.generation > 0 },
  )

  const { progress, underway, failures, add, cancel } = adding
  return { list, loaded, byName, usable, progress, underway, failures, add, cancel, load }
})
