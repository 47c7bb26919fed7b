import { SkiplabError } from '../../failure.ts'
import { nearestName } from '../../nearest-name.ts'
import type { Setting, Settings, SettingValues } from './setting.ts'

/** "basic or bottleneck", "a number from 0 to 1": what a setting takes. */
function settingExpects({ form }: Setting): string {
  switch (form.kind) {
    case 'choice':
      return form.choices.join(' or ')
    case 'number':
      return `${form.whole ? 'a whole number' : 'a number'} from ${form.least} to ${form.most}`
    case 'numbers':
      return `${form.count} whole numbers from ${form.least} to ${form.most}, separated by commas`
  }
}

/** Why an architecture's settings cannot take a value, with what it expects; null where they can. */
export function settingProblem(settings: Settings, name: string, value: unknown): string | null {
  const setting = settings[name]
  if (setting !== undefined) return setting.schema.safeParse(value).success ? null : `expected ${settingExpects(setting)}`
  const known = Object.keys(settings)
  const near = nearestName(name, known)
  const expected = near ? `did you mean "${near}"?` : known.length > 0 ? `expected ${known.join(', ')}` : 'they have none'
  return `there is no such setting; ${expected}`
}

/** Those of the values that the settings can take. */
export function valuesThatFit(settings: Settings, values: SettingValues): SettingValues {
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => settingProblem(settings, name, value) === null))
}

/** @throws SkiplabError bad-input for a name that is not there, with the nearest, or a value that does not fit */
export function requireSettings(title: string, settings: Settings, values: SettingValues): void {
  for (const [name, value] of Object.entries(values)) {
    const problem = settingProblem(settings, name, value)
    if (problem !== null) throw new SkiplabError('bad-input', `"${name}" of ${title}: ${problem}; got ${JSON.stringify(value)}.`)
  }
}

/** "blockKind" -> "block-kind": the option of the command line, without its dashes. */
export function optionOfSetting(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
