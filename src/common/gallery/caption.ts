import { responseWords } from '../analysis-figures/response-words.ts'
import { latexText } from '../export/latex.ts'
import { depthOf } from '../network/design.ts'
import type { RunSummary } from '../records/records.ts'
import { deviationsFromPaper } from '../paper/deviations.ts'
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

/** The caption of a figure of own runs: what is seen, of how many seeds, how trained, on which data, and what differs from the paper. */
export function runCaption(chosen: ChosenRuns): Caption {
  const runs = drawnRuns(chosen)
  const [first] = runs
  const { figure, networks } = chosen
  if (!first) return both(`${figure.name}. ${figure.words}: no run of this kind has finished.`)
  const { recipe, dataset } = first.settings
  const length = recipeLength(recipe)
  const deviations = figureDeviations(chosen)
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
      seedWords(
        figure,
        networks.filter(({ shown }) => shown),
      ),
      `Recipe ${recipe.name} (${length}, batch ${recipe.batchSize}).`,
      `Data ${dataset.name}, SHA-256 ${dataset.checksum.slice(0, checksumDigits)}.`,
      ...deviceWords(runs),
      deviations.length > 0 ? `Unlike the paper: ${deviations.join('; ')}.` : 'Recipe, data and networks are the paper’s.',
    ].join(' '),
  )
}

/** Makes the caption of a figure of networks. */
export function networksCaption(name: string, words: string): Caption {
  return both(`${name}. ${words}. Drawn from the networks that Skiplab trains.`)
}

function both(text: string): Caption {
  return { text, latex: `\\caption{${latexText(text)}}` }
}

/** "n = 3 seeds for each network; lines are means, bands of the test error ± one standard deviation over them." */
function seedWords({ id }: RunFigure, networks: readonly GalleryNetwork[]): string {
  const counts = [...new Set(networks.map(({ runs }) => runs.length))]
  const spread = `; ${spreads[id]} ± one standard deviation over them.`
  const [only] = counts
  if (counts.length === 1 && only === 1) return 'n = 1 seed for each network.'
  if (counts.length === 1) return `n = ${only} seeds for each network${spread}`
  return `Seeds: ${networks.map(({ name, runs }) => `${name} n = ${runs.length}`).join(', ')}${spread}`
}

function deviceWords(runs: readonly RunSummary[]): string[] {
  const devices = [...new Set(runs.flatMap(({ device }) => (device ? [`${device.name}, ${device.precision}`] : [])))]
  return devices.length > 0 ? [`Trained on ${devices.join('; ')}.`] : []
}

function list(values: readonly number[]): string {
  return values.length < 2 ? values.join() : `${values.slice(0, -1).join(', ')} and ${values.at(-1)}`
}
