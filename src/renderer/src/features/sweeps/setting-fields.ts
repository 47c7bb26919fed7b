import { architectureNamed } from '../../../../common/network/architectures/architectures.ts'
import { settingProblem, valuesThatFit } from '../../../../common/network/settings/read-settings.ts'
import type { Setting } from '../../../../common/network/settings/setting.ts'
import { settingsThatApply } from '../../../../common/network/settings-that-apply.ts'
import { capitalized } from '../../../../common/issue-words.ts'
import type { Draft } from './draft.ts'

/** A field of the form for one setting of the networks. */
export interface SettingField {
  readonly name: string
  readonly title: string
  /** What it does, a sentence without its full stop. */
  readonly words: string
  readonly kind: 'choice' | 'number' | 'list'
  /** '' stands for what other fields tell. */
  readonly choices: readonly string[]
  /** What is typed or chosen; '' for the default of a number. */
  readonly text: string
  readonly changed: boolean
  /** Text of the default; 'auto' where other fields tell it. */
  readonly usual: string
  readonly problem: string | null
}

/** The settings that matter in the networks of a draft, and those that have a value. */
export function settingFields(draft: Draft): SettingField[] {
  const { architecture, network = {} } = draft
  const { settings } = architectureNamed(architecture)
  const applying = settingsThatApply(draft)
  return Object.entries(settings).flatMap(([name, setting]) => {
    const problem = name in network ? settingProblem(settings, name, network[name]) : null
    if (!applying.has(name) && problem === null) return []
    return [{ name, ...fieldOf(setting, network[name]), problem: problem && `${capitalized(problem)}.` }]
  })
}

function fieldOf({ form, title, words, default: usual }: Setting, value: unknown): Omit<SettingField, 'name' | 'problem'> {
  const kind = form.kind === 'numbers' ? 'list' : form.kind
  const choices = form.kind === 'choice' ? [...(usual === null ? [''] : []), ...form.choices] : []
  const text = value === undefined ? (kind === 'choice' ? textOf(usual) : '') : textOf(value)
  return { title, words, kind, choices, text, changed: value !== undefined, usual: textOf(usual) || 'auto' }
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.join(', ') : JSON.stringify(value)
}

/** Text of a field to a value, undefined for the default; what cannot be read stays text, and is refused by name. */
export function readSetting({ kind }: Pick<SettingField, 'kind'>, text: string): unknown {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  if (kind === 'choice') return trimmed
  const numbers = trimmed.split(kind === 'list' ? /[\s,;-]+/ : /\s+/).map(Number)
  if (numbers.some(Number.isNaN) || (kind === 'number' && numbers.length > 1)) return trimmed
  return kind === 'list' ? numbers : numbers[0]
}

/** "Block: bottleneck; Stem: 3x3": what is set and matters. */
export function settingsInWords(fields: readonly SettingField[]): string {
  return fields
    .filter(({ changed }) => changed)
    .map(({ title, text }) => `${title}: ${text}`)
    .join('; ')
}

/** Titles of settings whose value is refused. */
export function wrongSettings({ architecture, network = {} }: Pick<Draft, 'architecture' | 'network'>): string[] {
  const { settings } = architectureNamed(architecture)
  const fitting = valuesThatFit(settings, network)
  return Object.keys(network).flatMap((name) => (name in fitting ? [] : [settings[name]?.title ?? name]))
}
