import { depthName, runsByNetwork } from '../analysis/depth-results.ts'
import { responseWords } from '../analysis-figures/response-words.ts'
import { latexText } from '../export/latex.ts'
import { depthOf } from '../network/design.ts'
import type { RunSummary } from '../records/records.ts'
import { deviationsFromPaper } from '../paper/deviations.ts'
import { daggerWords, overlaidNumbers } from '../paper/overlay.ts'
import { recipeLength } from '../training/recipe-words.ts'
import { type ChosenRuns, drawnRuns, type GalleryNetwork } from './choose-runs.ts'
import type { Caption } from './gallery.ts'
import type { RunFigure, RunFigureId } from './run-figures.ts'

/** First digits of a checksum, enough to tell data apart. */
const checksumDigits = 12

const spreads: Readonly<Record<RunFigureId, string>> = {
  'figure-1': 'lines are means, bands of the test error',
  'figure-4': 'lines are means, bands of the test error',
  'figure-6': 'lines are means, bands of the test error',
  'figure-7': 'lines are means, bands',
  'error-depth': 'marks are means, bars',
  'error-cost': 'marks are means, bars',
}

/** How each figure is to be read. */
const keys: Readonly<Record<RunFigureId, string>> = {
  'figure-1': 'Lines are labelled by their layers.',
  'figure-4': 'Dashed: training error; solid: error of the test split.',
  'figure-6': 'Dashed: training error; solid: test error.',
  'figure-7': 'Dashed: plain nets.',
  'error-depth': 'Errors at the last epoch.',
  'error-cost': 'Errors at the last epoch; time is that of training on the machine named.',
}

/** Where a figure of own runs differs from the paper's, in words, most important first. */
export function figureDeviations(chosen: ChosenRuns): string[] {
  const { figure, networks } = chosen
  const runs = drawnRuns(chosen)
  if (runs.length === 0) return []
  const depths = figure.architecture === null ? [] : depthDeviations(figure, networks)
  return deviationsFromPaper(
    runs.map(({ settings }) => settings),
    depths,
  ).map(({ words }) => words)
}

function depthDeviations(figure: RunFigure, networks: readonly GalleryNetwork[]): string[] {
  return figure.wanted.flatMap(({ family, depths }) => {
    const own = networks.filter(({ design, shown }) => shown && design.family === family).map(({ design }) => depthOf(design))
    const same = own.length === depths.length && own.every((depth) => depths.includes(depth))
    if (same) return []
    return [own.length === 0 ? `no ${family} nets` : `${family} nets of ${list(own)} layers instead of ${list(depths)}`]
  })
}

/**
 * The caption of a figure of own runs: what is seen, of how many seeds, how trained, on which data, and what differs from the paper.
 * @param published whether the paper's end values are drawn, where the figure and the data are such
 */
export function runCaption(chosen: ChosenRuns, published = false): Caption {
  const runs = drawnRuns(chosen)
  const { figure, networks } = chosen
  if (runs.length === 0) return both(`${figure.name}. ${figure.words}: no run of this kind has finished.`)
  const { dataset } = runs[0]!.settings
  const shown = networks.filter(({ shown: isShown }) => isShown)
  return both(
    [
      `${figure.name}. ${figure.words}, on ${dataset.name}.`,
      keys[figure.id],
      ...(figure.id === 'figure-7'
        ? [
            responseWords(
              'std',
              runs.map(({ settings }) => settings.recipe),
            ),
          ]
        : []),
      ...(published && hasPublished(figure) ? publishedWords(runs) : []),
      seedWords(shown, spreadWords(figure.id)),
      ...trainingWords(runs),
      deviationWords(figure, figureDeviations(chosen)),
    ].join(' '),
  )
}

/** How runs of one experiment were trained, on which data and on what, for any caption: whole sentences. */
export function trainingWords(runs: readonly RunSummary[]): string[] {
  const [first] = runs
  if (!first) return []
  const { recipe, dataset } = first.settings
  return [
    `Recipe ${recipe.name} (${recipeLength(recipe)}, batch ${recipe.batchSize}).`,
    `Data ${dataset.name}, SHA-256 ${dataset.checksum.slice(0, checksumDigits)}.`,
    ...deviceWords(runs),
  ]
}

/** Whether published end values can be drawn in a figure: it has errors of the last epoch, and test errors among them. */
function hasPublished({ id }: RunFigure): boolean {
  return id !== 'figure-7' && id !== 'error-cost'
}

/** "Grey: published end values of the test error." and what the dagger stands for. */
export function publishedWords(runs: readonly RunSummary[]): string[] {
  const numbers = overlaidNumbers(runs)
  const differs = daggerWords(numbers)
  return numbers.length === 0 ? [] : ['Grey: published end values of the test error.', ...(differs === null ? [] : [`${differs}.`])]
}

/** Figures that the paper does not have differ from it in nothing; their runs may be trained otherwise. */
function deviationWords({ architecture }: RunFigure, deviations: readonly string[]): string {
  const words = deviations.join('; ')
  if (architecture === null) return words ? `Trained otherwise than the paper’s nets: ${words}.` : 'Recipe and data are the paper’s.'
  return words ? `Unlike the paper: ${words}.` : 'Recipe, data and networks are the paper’s.'
}

/** Makes the caption of a figure of networks. */
export function networksCaption(name: string, words: string): Caption {
  return both(`${name}. ${words}. Drawn from the networks that Skiplab trains.`)
}

function both(text: string): Caption {
  return { text, latex: `\\caption{${latexText(text)}}` }
}

function spreadWords(id: RunFigureId): string {
  return `${spreads[id]} ± one standard deviation over them`
}

/**
 * "n = 3 seeds for each network; lines are means, bands of the test error ± one standard deviation over them."
 * @param spread what is drawn of several seeds
 */
export function seedWords(networks: readonly { readonly name: string; readonly runs: readonly unknown[] }[], spread: string): string {
  const counts = [...new Set(networks.map(({ runs }) => runs.length))]
  const [only] = counts
  if (counts.length === 1 && only === 1) return 'n = 1 seed for each network.'
  if (counts.length === 1) return `n = ${only} seeds for each network; ${spread}.`
  return `Seeds: ${networks.map(({ name, runs }) => `${name} n = ${runs.length}`).join(', ')}; ${spread}.`
}

/** The networks of runs of one experiment with their finished runs, else with all: what captions count. */
export function networksOf(runs: readonly RunSummary[]): { name: string; runs: RunSummary[] }[] {
  return runsByNetwork(runs).map((own) => {
    const finished = own.filter(({ state }) => state === 'finished')
    return { name: depthName(own[0]!.settings.network), runs: finished.length > 0 ? finished : own }
  })
}

function deviceWords(runs: readonly RunSummary[]): string[] {
  const devices = [...new Set(runs.flatMap(({ device }) => (device ? [`${device.name}, ${device.precision}`] : [])))]
  return devices.length > 0 ? [`Trained on ${devices.join('; ')}.`] : []
}

function list(values: readonly number[]): string {
  return values.length < 2 ? values.join() : `${values.slice(0, -1).join(', ')} and ${values.at(-1)}`
}
