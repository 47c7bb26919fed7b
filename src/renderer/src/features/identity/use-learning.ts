import { computed, onScopeDispose, shallowRef } from 'vue'
import { identityFindings } from '../../../../common/identity/identity-findings.ts'
import { type LearnedMapping, learnMapping, mappings } from '../../../../common/identity/learn-mapping.ts'

/** Learned seeds outlive the view: they would be the same again. */
const learned = shallowRef<readonly LearnedMapping[]>([])

/** Learns both mappings seed by seed, with a pause between seeds so that the page answers meanwhile. */
export function useLearning(seeds: number) {
  let timer = 0
  const next = (): void => {
    const seed = learned.value.length / mappings.length + 1
    if (seed > seeds) return
    learned.value = [...learned.value, ...mappings.map((mapping) => learnMapping(mapping, seed))]
    timer = window.setTimeout(next, 10)
  }
  timer = window.setTimeout(next, 10)
  onScopeDispose(() => window.clearTimeout(timer))
  return {
    learned,
    findings: computed(() => (learned.value.length ? identityFindings(learned.value) : null)),
  }
}
