import type { Command } from 'commander'
import { parse as parseYaml } from 'yaml'
import { architectureNames, defaultArchitecture } from '../../common/network/architectures/architectures.ts'
import { depthOfN, maximumN } from '../../common/network/architectures/cifar.ts'
import { type Family, type ShortcutOption, families, shortcutOptions } from '../../common/network/families/families.ts'
import { type Recomputation, recomputations } from '../../common/network/recomputation.ts'
import { SkiplabError } from '../../common/failure.ts'
import { shellWord } from '../../common/shell-word.ts'
import { readSeeds, type Seeds, seedsExpected } from '../../common/sweep/seeds.ts'
import { initialWeightsPattern, type Sweep } from '../../common/sweep/sweep.ts'
import { builtInRecipes, resolveRecipe } from '../../common/training/recipes.ts'
import { collect } from './command.ts'
import { addQuestionOptions, questionFrom, type QuestionOptions } from './question-options.ts'
import { readSweep } from './sweep-file.ts'
import { addSettingOptions, settingsFrom } from './setting-options.ts'
import { integer, listOf, number, oneOf, widthMultiple, widths } from './values.ts'

export interface SweepOptions extends QuestionOptions {
  readonly name?: string
  readonly dataset?: string
  readonly recipe?: string
  readonly family?: Family[]
  readonly architecture?: string
  readonly depth?: number[]
  readonly n?: number[]
  readonly shortcut?: ShortcutOption[]
  readonly widths?: number[][]
  readonly widthMultiple?: number[]
  readonly seeds?: number | number[]
  readonly priority?: number
  readonly set?: readonly string[]
  readonly learningRates?: number[]
  readonly recompute?: Recomputation
  readonly weights?: string
  readonly again?: boolean
  readonly place?: string
}

/** The options that describe a sweep without, or over, a file. */
/** Adds what describes a sweep: a file, options, or a file with options that win over it. */
export function addSweepInputs(command: Command): Command {
  return addSweepOptions(command.argument('[file]', 'sweep file in YAML or JSON, see skiplab sweep schema'))
}

export function addSweepOptions(command: Command): Command {
  return addQuestionOptions(addSettingOptions(command))
    .option('--name <text>', 'name of the sweep (default: the file’s name, or what is swept)')
    .option('--dataset <name>', 'data set, such as cifar10 or shapes-10')
    .option('--recipe <name>', 'built-in recipe, see skiplab recipes', oneOf('recipe', [...builtInRecipes.keys()]))
    .option('--family <names>', families.join(','), listOf(oneOf('family', families)))
    .option('--architecture <name>', `layout of the networks (default: ${defaultArchitecture})`, oneOf('architecture', architectureNames()))
    .option('--depth <list>', 'weighted layers such as 20,32,44,56', listOf(integer('a depth', 1, 100_000)))
    .option('--n <list>', 'in place of --depth, for cifar: 3,5,7,9; n gives 6n+2 layers', listOf(integer('n', 1, maximumN)))
    .option('--shortcut <options>', 'A, B, C or several', listOf(oneOf('shortcut option', shortcutOptions)))
    .option('--widths <a,b,c>', 'channels of the stages; repeat for several', (text: string, previous: number[][] | undefined) => [
      ...(previous ?? []),
      widths(text),
    ])
    .option(
      '--width-multiple <list>',
      'in place of --widths: 0.5,1,2 for half of those of the paper, these, and twice as many',
      listOf(widthMultiple),
    )
    .option('--seeds <count>', 'how many (3 takes seeds 1, 2 and 3), or which, with commas: 4,7 or 4,', seeds)
    .option('--priority <number>', 'higher runs first, -100 to 100', integer('a priority', -100, 100))
    .option('--set <name=value>', 'change a setting of the recipe; repeat for several', collect)
    .option('--learning-rates <list>', 'train every network at each of these: 0.01,0.03,0.1', listOf(number('a learning rate', 1e-9, 100)))
    .option(
      '--recompute <none|blocks>',
      'the same as --set recompute=blocks: less memory, more time, the same numbers',
      oneOf('recomputation', recomputations),
    )
    .option('--weights <run>', 'start from the weights of a finished or imported run: 12, or 12:best; not from a file', startingWeights)
    .option('--again', 'train again what finished or diverged before with the same settings')
    .option('--place <name>', 'train at this place alone; here is this machine')
}

/** @throws SkiplabError bad-input, before an engine is started */
export function sweepFromOptions(file: string | undefined, options: SweepOptions): Sweep {
  const network = settingsFrom(options)
  const given = {
    name: options.name,
    dataset: options.dataset,
    recipe: options.recipe,
    families: options.family,
    architecture: options.architecture,
    depths: options.depth,
    n: options.depth ? undefined : options.n,
    shortcuts: options.shortcut,
    widths: options.widths,
    widthMultiples: options.widthMultiple,
    network: Object.keys(network).length > 0 ? network : undefined,
    seeds: options.seeds,
    priority: options.priority,
    initialWeights: options.weights,
    question: questionFrom(options),
    learningRates: options.learningRates,
  }
  const overrides: Record<string, unknown> = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  if (file === undefined) {
    if (!options.family || (options.depth ?? options.n) === undefined || !options.dataset || !options.recipe) {
      throw new SkiplabError(
        'bad-input',
        'Expected a sweep file, or --family, --depth, --dataset and --recipe, such as --family plain,residual --depth 20,56 ' +
          '--dataset cifar10 --recipe cifar10-10.',
      )
    }
    const depths = options.depth ?? options.n?.map((n) => depthOfN(n, network)) ?? []
    overrides.name ??= `${options.family.join(' and ')}, ${depths.join(', ')} layers, ${options.dataset}, ${options.recipe}`
  }
  const first = readSweep(file ?? null, overrides)
  const recompute = options.recompute && { recompute: options.recompute }
  const set = { ...first.set, ...readSettings(options.set ?? [], first.recipe), ...recompute }
  // Checks names and values now, with the nearest name, instead of after an engine has started.
  resolveRecipe(first.recipe, set)
  return { ...first, set }
}

/** @throws SkiplabError bad-input; a file is imported first, so that it is checked and kept */
function startingWeights(text: string): string {
  if (initialWeightsPattern.test(text)) return text
  const file = /[./\\]/.test(text) ? ` Import a file first: skiplab weights import ${shellWord(text)}` : ''
  throw new SkiplabError('bad-input', `Expected the number of a run to start from, such as 12 or 12:best; got "${text}".${file}`)
}

function seeds(text: string): Seeds {
  const read = readSeeds(text)
  if (read === null) throw new SkiplabError('bad-input', `Expected ${seedsExpected}; got "${text}".`)
  return read
}

/** Reads assignments such as `epochs=30`, `milestones=0.5,0.75`, `flip=false`, `epochs=null`. */
export function readSettings(assignments: readonly string[], recipeName: string): Sweep['set'] {
  const base = new Map<string, unknown>(Object.entries(resolveRecipe(recipeName)))
  return Object.fromEntries(
    assignments.map((assignment) => {
      const at = assignment.indexOf('=')
      if (at < 1) throw new SkiplabError('bad-input', `Expected --set NAME=VALUE such as --set epochs=30; got "${assignment}".`)
      const name = assignment.slice(0, at).trim()
      const text = assignment.slice(at + 1).trim()
      return [name, Array.isArray(base.get(name)) ? settingList(text) : settingValue(text)]
    }),
  )
}

/** Reads a list; nothing, `null` and `[]` are the empty list, such as a learning rate that never drops. */
function settingList(text: string): number[] {
  return ['', 'null', '[]'].includes(text) ? [] : listOf(settingNumber)(text)
}

function settingNumber(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value)) throw new SkiplabError('bad-input', `Expected numbers separated by commas; got "${text}".`)
  return value
}

function settingValue(text: string): number | string | boolean | null {
  const value = yamlValue(text)
  return typeof value === 'number' || typeof value === 'boolean' || value === null ? value : text
}

function yamlValue(text: string): unknown {
  try {
    return parseYaml(text)
  } catch {
    // A text that only looks like YAML: the recipe says what it expects instead.
    return text
  }
}
