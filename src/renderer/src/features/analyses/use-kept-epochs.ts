import { computed, type Ref, shallowRef } from 'vue'
import type { RunSummary } from '../../../../common/records/records.ts'
import { type KeptCheckpoint, keptEpochs } from '../../../../common/results/kept-checkpoints.ts'
import { api } from '../../connection/api.ts'
import { attempt } from '../../ui/messages.ts'

/** An epoch whose checkpoint can be analysed. */
export interface EpochChoice {
  readonly epoch: number
  /** "10, last"; "0, initial weights" */
  readonly label: string
}

/** Which epochs all of these runs have checkpoints of; 0 is what they started from, which is known of all that were trained here. */
export function useKeptEpochs(runs: Ref<readonly RunSummary[]>) {
  const checkpoints = shallowRef<readonly (readonly KeptCheckpoint[])[]>([])

  /** Call when they are about to be chosen from. */
  async function load(): Promise<void> {
    const asked = idsOf(runs.value)
    const found = await attempt(() => Promise.all(asked.map((runId) => api.call('runs.checkpoints', { runId }))))
    // The list itself is another one whenever any run has changed.
    if (found && asked.join() === idsOf(runs.value).join()) checkpoints.value = found
  }

  const choices = computed(() => epochChoices(checkpoints.value, runs.value))
  return { choices, load }
}

function idsOf(runs: readonly Pick<RunSummary, 'id'>[]): number[] {
  return runs.map(({ id }) => id)
}

function epochChoices(checkpoints: readonly (readonly KeptCheckpoint[])[], runs: readonly Pick<RunSummary, 'imported'>[]): EpochChoice[] {
  const [first = [], ...others] = checkpoints.map(keptEpochs)
  const common = first.filter((epoch) => epoch > 0 && others.every((epochs) => epochs.includes(epoch)))
  const start = runs.some(({ imported }) => imported) ? [] : [{ epoch: 0, label: '0, initial weights' }]
  return [...start, ...common.map((epoch) => ({ epoch, label: labelOf(epoch, checkpoints) }))]
}

function labelOf(epoch: number, checkpoints: readonly (readonly KeptCheckpoint[])[]): string {
  const are = (what: 'isLast' | 'isBest') => checkpoints.every((ofRun) => ofRun.some((each) => each.epoch === epoch && each[what]))
  return [String(epoch), ...(are('isLast') ? ['last'] : []), ...(are('isBest') ? ['best'] : [])].join(', ')
}
