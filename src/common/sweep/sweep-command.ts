import { smallestEffect } from '../results/smallest-effect.ts'
import { shellWord } from '../shell-word.ts'
import { askText } from './read-question.ts'
import { defaultArchitecture } from '../network/architectures/architectures.ts'
import { optionOfSetting } from '../network/settings/read-settings.ts'
import type { Sweep } from './sweep.ts'

/**
 * The command that trains a sweep's runs with the same settings; null where it needs a file, since no option leaves cells out.
 * @param workspace its folder
 * @param again also what is finished already
 * @param boundTo where its runs are to train; null: anywhere
 */
export function sweepCommand(sweep: Sweep, workspace: string, again: boolean, boundTo: string | null = null): string | null {
  if (sweep.exclude?.length) return null
  const options: readonly (readonly [string, string])[] = [
    ['--name', sweep.name],
    ['--dataset', sweep.dataset],
    ['--recipe', sweep.recipe],
    ...(sweep.architecture === defaultArchitecture ? [] : [['--architecture', sweep.architecture] as const]),
    ['--family', sweep.families.join(',')],
    ['--depth', sweep.depths.join(',')],
    ['--shortcut', sweep.shortcuts.join(',')],
    ...sweep.widths.map((widths) => ['--widths', widths.join(',')] as const),
    ...Object.entries(sweep.network ?? {}).map(([name, value]) => [`--${optionOfSetting(name)}`, String(value)] as const),
    // A number alone is a count: one seed is a list with a comma.
    [
      '--seeds',
      typeof sweep.seeds === 'number' ? `${sweep.seeds}` : sweep.seeds.length === 1 ? `${sweep.seeds.join()},` : sweep.seeds.join(','),
    ],
    ...(sweep.initialWeights === undefined ? [] : [['--weights', String(sweep.initialWeights)] as const]),
    ...(sweep.priority ? [['--priority', `${sweep.priority}`] as const] : []),
    ...(sweep.learningRates ? [['--learning-rates', sweep.learningRates.join(',')] as const] : []),
    ...Object.entries(sweep.set).map(([name, value]) => ['--set', `${name}=${Array.isArray(value) ? value.join(',') : value}`] as const),
    ...questionOptions(sweep),
    ...(boundTo === null ? [] : [['--place', boundTo] as const]),
    ['--workspace', workspace],
  ]
  return [
    'npx skiplab sweep run',
    ...options.map(([option, value]) => `${option}${value.startsWith('-') ? '=' : ' '}${shellWord(value)}`),
    ...(again ? ['--again'] : []),
  ].join(' ')
}

/** What the sweep asks, as options; what is usual is left out. */
function questionOptions({ question, shortcuts }: Pick<Sweep, 'question' | 'shortcuts'>): (readonly [string, string])[] {
  if (!question) return []
  const { error, smallest, seeds, looks } = question
  return [
    ['--ask', askText(question, shortcuts)],
    ...(error === 'test' ? [] : [['--ask-error', error] as const]),
    ...(smallest === smallestEffect ? [] : [['--ask-smallest', String(Number((100 * smallest).toPrecision(12)))] as const]),
    ...(seeds === undefined ? [] : [['--ask-seeds', String(seeds)] as const]),
    ...(looks === 1 ? [] : [['--ask-looks', String(looks)] as const]),
  ]
}
