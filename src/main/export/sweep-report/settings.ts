import { depthName } from '../../../common/analysis/depth-results.ts'
import type { ReportBlock } from '../../../common/report/sweep-report.ts'
import type { RunSummary } from '../../../common/records/records.ts'
import { unlikeThePaper } from '../../../common/paper/deviations.ts'
import { isRecipeField, recipeWords, settingText } from '../../../common/training/recipe-words.ts'
import type { ReportInput } from './report-input.ts'

type Fact = readonly [name: string, value: string]

/** Networks, data and recipe of all runs, what varies among them, and where recipes are not the paper's. */
export function settingBlocks({ sweep, runs }: ReportInput): ReportBlock[] {
  const summaries = runs.map(({ summary }) => summary)
  const [first] = summaries
  if (!first) return []
  const settings = summaries.map((run) => run.settings)
  const seeds = distinct(settings.map(({ seed }) => seed)).sort((a, b) => a - b)
  const architectures = distinct(settings.map(({ network }) => network.architecture))
  const datasets = distinct(
    settings.map(({ dataset, network }) => `${dataset.name}, images ${network.inputShape.join('×')}, ${network.classes} classes`),
  )
  return [
    { kind: 'section', title: 'Settings' },
    {
      kind: 'facts',
      facts: [
        ['networks', distinct(settings.map(({ network }) => depthName(network))).join(', ')],
        ['layout', `${architectures.join(', ')}, widths ${sweep.widths.map((widths) => widths.join('-')).join('; ')}`],
        ['seeds', seeds.join(', ')],
        ['data', datasets.join('; ')],
        ['checksum of the data', distinct(settings.map(({ dataset }) => `SHA-256 ${dataset.checksum}`)).join('; ')],
        ...recipeFacts(summaries),
        ...variedFacts('starts from', summaries, ({ settings: { initialWeights } }) =>
          initialWeights ? `weights of ${initialWeights.name}, SHA-256 ${initialWeights.sha256}` : 'drawn weights',
        ).filter(([, value]) => value !== 'drawn weights'),
        ['unlike the paper', unlikeThePaper(settings) ?? 'nothing'],
      ],
    },
  ]
}

/** What all recipes share, in one line, and each setting in which they differ, with who has which. */
function recipeFacts(runs: readonly RunSummary[]): Fact[] {
  const recipes = runs.map(({ settings }) => settings.recipe)
  const fields = distinct(recipes.flatMap((recipe) => Object.keys(recipe))).filter((name) => isRecipeField(name))
  const valueOf = (run: RunSummary, field: (typeof fields)[number]): string => {
    const value = run.settings.recipe[field]
    return value === null || value === undefined ? 'none' : settingText(value)
  }
  const varies = fields.filter((field) => distinct(runs.map((run) => valueOf(run, field))).length > 1)
  const common = fields.filter((field) => !varies.includes(field) && valueOf(runs[0]!, field) !== 'none')
  const names = distinct(recipes.map(({ name }) => name)).join(', ')
  return [
    ['recipe', `${names}: ${common.map((field) => `${recipeWords(field)} ${valueOf(runs[0]!, field)}`).join('; ')}`],
    ...varies.flatMap((field) => variedFacts(`varies: ${recipeWords(field)}`, runs, (run) => valueOf(run, field))),
  ]
}

/** One fact where all runs agree; else each value with those that have it. */
function variedFacts(name: string, runs: readonly RunSummary[], of: (run: RunSummary) => string): Fact[] {
  const values = distinct(runs.map(of))
  if (values.length === 1) return [[name, values[0]!]]
  return [[name, values.map((value) => `${value}: ${whoWords(runs, (run) => of(run) === value)}`).join('; ')]]
}

/** Networks, where all runs of each have it; else "12 runs of plain-20, residual-20 A". */
function whoWords(runs: readonly RunSummary[], has: (run: RunSummary) => boolean): string {
  const own = runs.filter(has)
  const names = distinct(own.map(({ settings }) => depthName(settings.network)))
  const all = runs.filter(({ settings }) => names.includes(depthName(settings.network)))
  return `${all.length === own.length ? '' : `${own.length} ${own.length === 1 ? 'run' : 'runs'} of `}${names.join(', ')}`
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}
