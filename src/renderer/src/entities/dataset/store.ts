import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { messageOf } from '../../../../common/caught.ts'
import { shapes10 } from '../../../../common/data/shapes-10.ts'
import type { DatasetProgress, DatasetSummary } from '../../../../common/records/records.ts'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { attempt, say } from '../../ui/messages.ts'

/** Data sets that Skiplab knows how to get by name. */
export const builtInDatasets = [
  {
    name: 'shapes-10',
    title: 'Shapes-10',
    words:
      'Drawn by Skiplab itself: ten shapes, textured, shifted, rotated and cluttered; 5,000 training and 1,000 test images of 32×32. Ready in seconds.',
  },
  {
    name: 'cifar10',
    title: 'CIFAR-10',
    words:
      '50,000 training and 10,000 test photographs of 32×32 in ten classes, as in the paper. A download of 170 MB, or from an archive or folder that you have.',
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
  const progress = shallowRef<ReadonlyMap<string, DatasetProgress>>(new Map())
  const busy = shallowRef<ReadonlySet<string>>(new Set())
  const byName = computed(() => new Map(list.value.map((dataset) => [dataset.name, dataset])))
  /** A data set of the workspace, or Shapes-10, which is drawn when runs over it are queued. */
  function usable(name: string): DatasetFacts | null {
    return byName.value.get(name) ?? (loaded.value && name === drawn.name ? drawn : null)
  }

  api.on('datasets.changed', (changed) => {
    list.value = changed
    // Whatever goes on, also from another page or the command line, speaks again soon.
    progress.value = new Map()
  })
  api.on('dataset.progress', (report) => (progress.value = new Map(progress.value).set(report.dataset, report)))

  /** What is being added now, from wherever it was asked for. */
  const underway = computed((): ReadonlySet<string> => new Set([...busy.value, ...progress.value.keys()]))

  async function load(): Promise<void> {
    await attempt(async () => {
      list.value = await api.call('datasets.list', {})
      loaded.value = true
    })
  }
  watch(
    () => engine.generation,
    () => {
      progress.value = new Map()
      return load()
    },
    { immediate: engine.generation > 0 },
  )

  /** Why the last try to add each failed; forgotten with the next try. */
  const failures = shallowRef<ReadonlyMap<string, string>>(new Map())
  const cancelled = new Set<string>()

  /** `from` null downloads or generates. */
  async function add(name: string, from: string | null): Promise<boolean> {
    busy.value = new Set([...busy.value, name])
    failures.value = new Map([...failures.value].filter(([other]) => other !== name))
    try {
      const added = await api.call('datasets.add', { name, from })
      say(
        `${added.title} is ready: ${added.trainCount.toLocaleString('en')} training and ${added.testCount.toLocaleString('en')} test images.`,
      )
    } catch (error) {
      if (cancelled.delete(name)) say(messageOf(error))
      else failures.value = new Map(failures.value).set(name, messageOf(error))
      return false
    } finally {
      busy.value = new Set([...busy.value].filter((other) => other !== name))
    }
    await load()
    return true
  }

  /** Breaks off what is being added, by whomever. */
  async function cancel(name: string): Promise<void> {
    if (busy.value.has(name)) cancelled.add(name)
    const done = await attempt(() => api.call('datasets.cancel', { name }))
    if (!done) cancelled.delete(name)
    // Added by another page or the command line, which hears of it there.
    else if (!cancelled.has(name) && !busy.value.has(name)) say(`Adding ${name} was cancelled; nothing of it stays.`)
  }

  return { list, loaded, byName, usable, progress, underway, failures, add, cancel, load }
})
