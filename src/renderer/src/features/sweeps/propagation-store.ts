import { defineStore } from 'pinia'
import { computed, ref, shallowReactive } from 'vue'
import { messageOf } from '../../../../common/caught.ts'
import { depthOf } from '../../../../common/network/design.ts'
import type { PropagationReport } from '../../../../common/propagation/propagation.ts'
import { type PropagationVerdict, signsOf, verdictOf } from '../../../../common/propagation/verdict.ts'
import type { PlannedRun } from '../../../../common/records/records.ts'
import { api } from '../../connection/api.ts'
import { networkOf } from '../../../../common/run-lines/run-labels.ts'
import { useDesign } from './store.ts'

/** A network of the sweep, and what came of a look at it. */
export interface CheckedNetwork {
  readonly name: string
  readonly depth: number
  readonly family: string
  readonly run: PlannedRun
  readonly report: PropagationReport | null
  readonly verdict: PropagationVerdict | null
  /** Why it could not be looked at. */
  readonly trouble: string | null
}

/** Looks at the networks of the design before they are queued, on request; answers stay while the page is open. */
export const usePropagation = defineStore('propagation', () => {
  const design = useDesign()
  const reports = shallowReactive(new Map<string, PropagationReport>())
  const troubles = shallowReactive(new Map<string, string>())
  /** Name of the network that is being looked at. */
  const busy = ref<string | null>(null)
  let stopped = false

  /** Each network once, with its first seed. */
  const networks = computed((): CheckedNetwork[] => {
    const first = new Map<string, PlannedRun>()
    for (const run of design.plan?.runs ?? []) if (!first.has(networkOf(run))) first.set(networkOf(run), run)
    return [...first].map(([name, run]) => {
      const report = reports.get(keyOf(run)) ?? null
      const { network } = run.settings
      return {
        ...{ name, run, report, depth: depthOf(network), family: network.family },
        verdict: report && verdictOf(signsOf(report)),
        trouble: troubles.get(keyOf(run)) ?? null,
      }
    })
  })
  const doubtful = computed(() => networks.value.filter(({ verdict }) => verdict?.trains === false))

  async function check({ name, run }: CheckedNetwork): Promise<void> {
    const { network, recipe, seed, dataset } = run.settings
    busy.value = name
    try {
      reports.set(keyOf(run), await api.call('designs.propagation', { network, recipe, seed, dataset: dataset.name }))
      troubles.delete(keyOf(run))
    } catch (error) {
      troubles.set(keyOf(run), messageOf(error))
    } finally {
      busy.value = null
    }
  }
  /** Looks at one after the other at what nobody looked at yet. */
  async function checkAll(): Promise<void> {
    stopped = false
    for (;;) {
      const next = networks.value.find(({ report, trouble }) => report === null && trouble === null)
      if (!next || stopped) return
      await check(next)
    }
  }
  /** Leaves the others; the one that is being looked at is finished. */
  function stop(): void {
    stopped = true
  }
  return { networks, doubtful, busy, check, checkAll, stop }
})

function keyOf({ settings: { network, recipe, seed, dataset } }: PlannedRun): string {
  return JSON.stringify([network, recipe, seed, dataset])
}
