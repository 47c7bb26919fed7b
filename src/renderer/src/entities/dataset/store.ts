import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { shapes10 } from '../../../../common/data/shapes-10.ts'
import type { DatasetSummary } from '../../../../common/records/records.ts'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { attempt } from '../../ui/messages.ts'
import { useAdding } from './use-adding.ts'

/** Data sets that Skiplab knows how to get by name. */
export const builtInDatasets = [
  {
    name: 'shapes-10',
    title: 'Shapes-10',
    words:
      'Drawn by Skiplab itself: ten shapes, textured, shifted, rotated and cluttered; ' +
      '5,000 training and 1,000 test images of 32×32. Ready in seconds.',
  },
  {
    name: 'cifar10',
    title: 'CIFAR-10',
    words:
      '50,000 training and 10,000 test photographs of 32×32 in ten classes, as in the paper. ' +
      'A download of 170 MB, or from an archive or folder that you have.',
  },
] as const

/** What a design must know of a data set. */
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
  /** A data set of the workspace, or Shapes-10, which is drawn when runs over it are queued. */
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
