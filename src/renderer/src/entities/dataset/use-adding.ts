import { computed, type ComputedRef, type ShallowRef, shallowRef } from 'vue'
import { messageOf } from '../../../../common/caught.ts'
import type { ImportOptions } from '../../../../common/data/import-options.ts'
import type { DatasetProgress } from '../../../../common/records/records.ts'
import { api } from '../../connection/api.ts'
import { attempt, say } from '../../ui/messages.ts'

export interface WantedDataset {
  readonly name: string
  /** Path of an archive or a folder; null downloads or generates. */
  readonly from: string | null
  readonly options?: ImportOptions
  /** The known data set that it is, where it is stored under another name. */
  readonly known?: string
}

interface Adding {
  /** By the data set's name. */
  readonly progress: ShallowRef<ReadonlyMap<string, DatasetProgress>>
  /** What is being added now, from wherever it was asked for. */
  readonly underway: ComputedRef<ReadonlySet<string>>
  /** Why the last try to add each failed; forgotten with the next try. */
  readonly failures: ShallowRef<ReadonlyMap<string, string>>
  /** @returns whether the data set is there now */
  readonly add: (wanted: WantedDataset) => Promise<boolean>
  /** Breaks off what is being added, by whomever. */
  readonly cancel: (name: string) => Promise<void>
  readonly forgetProgress: () => void
}

/** Adds data sets, and follows what is being added. @param reload the list of data sets, once one was added */
export function useAdding(reload: () => Promise<void>): Adding {
  const progress = shallowRef<ReadonlyMap<string, DatasetProgress>>(new Map())
  const busy = shallowRef<ReadonlySet<string>>(new Set())
  const underway = computed((): ReadonlySet<string> => new Set([...busy.value, ...progress.value.keys()]))
  api.on('dataset.progress', (report) => (progress.value = new Map(progress.value).set(report.dataset, report)))
  const forgetProgress = (): void => void (progress.value = new Map())

  const failures = shallowRef<ReadonlyMap<string, string>>(new Map())
  const cancelled = new Set<string>()

  async function add(wanted: WantedDataset): Promise<boolean> {
    const { name } = wanted
    busy.value = new Set([...busy.value, name])
    failures.value = new Map([...failures.value].filter(([other]) => other !== name))
    try {
      const added = await api.call('datasets.add', wanted)
      const training = added.trainCount.toLocaleString('en')
      const test = added.testCount.toLocaleString('en')
      say(`${added.title} is ready: ${training} training and ${test} test images.`)
    } catch (error) {
      if (cancelled.delete(name)) say(messageOf(error))
      else failures.value = new Map(failures.value).set(name, messageOf(error))
      return false
    } finally {
      busy.value = new Set([...busy.value].filter((other) => other !== name))
    }
    await reload()
    return true
  }

  async function cancel(name: string): Promise<void> {
    if (busy.value.has(name)) cancelled.add(name)
    const done = await attempt(() => api.call('datasets.cancel', { name }))
    if (!done) cancelled.delete(name)
    // Added by another page or the command line, which hears of it there.
    else if (!cancelled.has(name) && !busy.value.has(name)) say(`Adding ${name} was cancelled; nothing of it stays.`)
  }

  return { progress, underway, failures, add, cancel, forgetProgress }
}
