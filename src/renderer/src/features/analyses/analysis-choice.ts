import { computed, reactive, type Ref, ref, watch } from 'vue'
import { type AnalysisKind, analysisKinds, analysisNamed } from '../../../../common/analyses/analyses.ts'
import type { AnalysedCheckpoints, AnalysedSplit } from '../../../../common/analyses/analysis.ts'
import { optionFields, optionText, readOptionText } from '../../../../common/analyses/option-fields.ts'
import { messageOf } from '../../../../common/caught.ts'
import { explainIssue } from '../../../../common/explain-issue.ts'
import { buildNetwork } from '../../../../common/network/network.ts'
import type { RunSummary } from '../../../../common/records/records.ts'
import { plural } from '../../ui/format.ts'

/** `every`: all that a run has; `several`: some of them. */
export type CheckpointChoice = 'last' | 'best' | 'epoch' | 'several' | 'every'

/** What a person chooses of an analysis of runs, and what is wrong with that. */
export function useAnalysisChoice(runs: Ref<readonly RunSummary[]>) {
  const kind = ref<AnalysisKind>('layers')
  const checkpoint = ref<CheckpointChoice>('last')
  const epoch = ref(0)
  /** Those of several. */
  const epochs = ref<number[]>([])
  const split = ref<AnalysedSplit>('test')
  const again = ref(false)
  /** As they stand in their fields, by name. */
  const texts = reactive<Record<string, string>>({})
  const definition = computed(() => analysisNamed(kind.value))
  const fields = computed(() => optionFields(definition.value))
  watch(
    fields,
    (now) => {
      for (const { name, default: usual } of now) texts[name] = optionText(usual)
    },
    { immediate: true },
  )
  const takesSeveral = computed(() => definition.value.several !== undefined)
  watch(takesSeveral, (may) => {
    if (!may && (checkpoint.value === 'several' || checkpoint.value === 'every')) checkpoint.value = 'last'
  })
  const kinds = analysisKinds.map((name) => ({ name, ...analysisNamed(name) }))
  /** Why a kind cannot take so many runs; null where it can. */
  const refused = (name: AnalysisKind): string | null => {
    const { min, max } = analysisNamed(name).runs
    const count = runs.value.length
    if (count < min) return `takes ${plural(min, 'run')} or more`
    return count > max ? `takes ${plural(max, 'run')} at most` : null
  }
  const read = computed((): { options: Readonly<Record<string, unknown>> } | { problem: string } => {
    try {
      const given = fields.value.map(({ name }) => readOptionText(definition.value, `${name}=${texts[name] ?? ''}`))
      const options = definition.value.options.safeParse(Object.fromEntries(given))
      if (!options.success) return { problem: explainIssue(options.error) }
      const networks = runs.value.map(({ settings }) => buildNetwork(settings.network))
      const problem = refused(kind.value) ?? definition.value.problem?.(networks, options.data) ?? null
      return problem === null ? { options: options.data } : { problem }
    } catch (error) {
      return { problem: messageOf(error) }
    }
  })
  const chosen = computed((): AnalysedCheckpoints | null => {
    if (checkpoint.value === 'epoch') return epoch.value
    if (checkpoint.value !== 'several') return checkpoint.value
    return epochs.value.length > 0 ? [...epochs.value] : null
  })
  const problem = computed(() => {
    if ('problem' in read.value) return read.value.problem
    return chosen.value === null ? 'Choose one epoch or more.' : null
  })
  const request = computed(() => {
    if ('problem' in read.value || chosen.value === null) return null
    const runIds = runs.value.map(({ id }) => id)
    return { kind: kind.value, runIds, checkpoint: chosen.value, split: split.value, options: read.value.options, again: again.value }
  })
  return { kind, kinds, refused, checkpoint, epoch, epochs, takesSeveral, split, again, texts, fields, problem, request }
}
