import { computed, reactive, type Ref, ref, watch } from 'vue'
import { type AnalysisKind, analysisKinds, analysisNamed } from '../../../../common/analyses/analyses.ts'
import type { AnalysedCheckpoint, AnalysedSplit } from '../../../../common/analyses/analysis.ts'
import { optionFields, optionText, readOptionText } from '../../../../common/analyses/option-fields.ts'
import { messageOf } from '../../../../common/caught.ts'
import { explainIssue } from '../../../../common/explain-issue.ts'
import { buildNetwork } from '../../../../common/network/network.ts'
import type { RunSummary } from '../../../../common/records/records.ts'
import { plural } from '../../ui/format.ts'

/** What a person chooses of an analysis of runs, and what is wrong with that. */
export function useAnalysisChoice(runs: Ref<readonly RunSummary[]>) {
  const kind = ref<AnalysisKind>('layers')
  const checkpoint = ref<'last' | 'best' | 'epoch'>('last')
  const epoch = ref(0)
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
  const problem = computed(() => ('problem' in read.value ? read.value.problem : null))
  const request = computed(() => {
    if ('problem' in read.value) return null
    const chosen: AnalysedCheckpoint = checkpoint.value === 'epoch' ? epoch.value : checkpoint.value
    const runIds = runs.value.map(({ id }) => id)
    return { kind: kind.value, runIds, checkpoint: chosen, split: split.value, options: read.value.options, again: again.value }
  })
  return { kind, kinds, refused, checkpoint, epoch, split, again, texts, fields, problem, request }
}
