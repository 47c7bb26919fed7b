import { analysisNamed } from '../../../../common/analyses/analyses.ts'
import type { Analysis } from '../../../../common/analyses/analysis.ts'
import { optionFields, optionText } from '../../../../common/analyses/option-fields.ts'
import type { RunSummary } from '../../../../common/records/records.ts'
import { plural } from '../../ui/format.ts'

/** What was analysed: a run's name, or how many runs. */
export function analysedName({ runIds }: Pick<Analysis, 'runIds'>, runs: ReadonlyMap<number, Pick<RunSummary, 'name'>>): string {
  if (runIds.length > 1) return plural(runIds.length, 'run')
  return runs.get(runIds[0]!)?.name ?? `run ${runIds[0]!}`
}

/** "last checkpoint (epoch 30), test images" */
export function checkpointText({ checkpoint, epochs, split }: Pick<Analysis, 'checkpoint' | 'epochs' | 'split'>): string {
  const which = [...new Set(epochs)].join(', ')
  const trained = typeof checkpoint === 'number' ? `epoch ${checkpoint}` : `${checkpoint} checkpoint${which ? ` (epoch ${which})` : ''}`
  return `${checkpoint === 0 ? 'initial weights' : trained}, ${split} images`
}

/** Options as people read them, each with its title; empty ones, which leave nothing out, are not told. */
export function optionTexts({ kind, options }: Pick<Analysis, 'kind' | 'options'>): string[] {
  const texts = optionFields(analysisNamed(kind)).map(({ name, title }) => ({ title, text: valueText(options[name]) }))
  return texts.filter(({ text }) => text !== '').map(({ title, text }) => `${title}: ${text}`)
}

function valueText(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return optionText(value)
}
