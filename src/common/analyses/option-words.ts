import type { Analysis } from './analysis.ts'
import { analysisNamed } from './analyses.ts'
import { optionFields, optionText } from './option-fields.ts'

/** Options as people read them, each with its title; empty ones, which leave nothing out, are not told. */
export function optionTexts({ kind, options }: Pick<Analysis, 'kind' | 'options'>): string[] {
  return optionFields(analysisNamed(kind)).flatMap(({ name, title }) => {
    const text = options[name] === undefined ? '' : valueText(options[name])
    return text === '' ? [] : [`${title}: ${text}`]
  })
}

function valueText(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return optionText(value)
}
