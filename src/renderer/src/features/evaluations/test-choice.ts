import { computed, reactive, type Ref } from 'vue'
import { messageOf } from '../../../../common/caught.ts'
import type { TestSplit } from '../../../../common/evaluation/evaluation.ts'
import { buildNetwork } from '../../../../common/network/network.ts'
import type { RunSummary } from '../../../../common/records/records.ts'
import { type BatchStatistics, type TestProtocol, testProtocols } from '../../../../common/results/protocols.ts'
import type { ResultCheckpoint } from '../../../../common/results/result-row.ts'
import { useDatasets } from '../../entities/dataset/store.ts'
import { testedImages, testMs } from '../../entities/evaluation/test-time.ts'

export interface ProtocolOffer {
  readonly protocol: TestProtocol
  /** Of all runs together; null where no speed is known. */
  readonly ms: number | null
  /** Why it cannot be chosen; null where it can. */
  readonly refused: string | null
}

/** Of one request, beside its runs. */
interface TestChoice {
  protocols: TestProtocol[]
  checkpoint: ResultCheckpoint
  batchStatistics: BatchStatistics
  split: TestSplit
  ensemble: boolean
  again: boolean
}

/** Single view without options is what every epoch was measured by already. */
const firstProtocols: TestProtocol[] = ['10-crop']

/** What of runs is to be tested and how, and what of it these runs can be tested by. */
export function useTestChoice(runs: Ref<readonly RunSummary[]>) {
  const datasets = useDatasets()
  const choice = reactive<TestChoice>({
    protocols: [...firstProtocols],
    checkpoint: 'last',
    batchStatistics: 'moving',
    split: 'test',
    ensemble: false,
    again: false,
  })
  const imagesOf = (run: RunSummary) => datasets.usable(run.settings.dataset.name)

  /** Data sets of these runs that are not in the workspace, where nothing can be tested. */
  const missing = computed(() => [...new Set(runs.value.filter((run) => !imagesOf(run)).map((run) => run.settings.dataset.name))])
  const validates = computed(() => runs.value.every((run) => (imagesOf(run) ? testedImages(run, 'validation', imagesOf(run)!) > 0 : false)))
  const hasNormalization = computed(() =>
    runs.value.every((run) => buildNetwork(run.settings.network).layers.some(({ kind }) => kind === 'batch-normalization')),
  )
  const offers = computed(() => testProtocols.map((protocol) => offer(protocol)))
  const ms = computed(() => sum(offers.value.filter(({ protocol }) => choice.protocols.includes(protocol)).map((each) => each.ms)))

  function offer(protocol: TestProtocol): ProtocolOffer {
    const terms = { protocols: [protocol], batchStatistics: choice.batchStatistics, split: choice.split }
    try {
      return { protocol, ms: sum(runs.value.map((run) => (imagesOf(run) ? testMs(run, terms, imagesOf(run)!) : null))), refused: null }
    } catch (error) {
      return { protocol, ms: null, refused: messageOf(error) }
    }
  }

  return { choice, missing, validates, hasNormalization, offers, ms }
}

function sum(times: readonly (number | null)[]): number | null {
  return times.some((each) => each === null) ? null : times.reduce<number>((all, each) => all + each!, 0)
}
