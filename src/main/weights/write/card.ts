import { depthOf, widthsOf } from '../../../common/network/design.ts'
import { unlikeThePaper } from '../../../common/paper/deviations.ts'
import type { EpochRecord, RunSummary } from '../../../common/records/records.ts'
import { metricNames, metrics } from '../../../common/results/metrics.ts'
import { protocols } from '../../../common/results/protocols.ts'
import { epochProtocols, splitNames } from '../../../common/results/splits.ts'
import type { WeightsJob } from '../../../common/rpc/weights-export.ts'
import { recipeLength } from '../../../common/training/recipe-words.ts'
import { holdsNetwork, weightFormats } from '../../../common/weights/weight-format.ts'
import { loadingLines } from './card-loading.ts'
import type { ImagePreprocessing } from './source/weights-source.ts'

export interface CardFile {
  /** Without its folder. */
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

export interface CardOptions extends WeightsJob {
  readonly preprocessing: ImagePreprocessing | null
  /** The weights first. */
  readonly files: readonly CardFile[]
  /** Without its folder; null where the numbers stand in the card, or there are none. */
  readonly preprocessingFile: string | null
}

/** More would fill the card. */
const mostClassNames = 100

/** Writes what goes along with weights: what they are, what they do, how to load them and where they come from. Markdown. */
export function weightsCard(options: CardOptions): string {
  const { run, format, files } = options
  const { title, words } = weightFormats[format]
  return [
    `# ${run.name}`,
    `Weights of an image classifier, written by Skiplab ${options.version} as ${title}: ${words}.`,
    factsTable(options),
    '## Load',
    ['```python', ...loadingLines(options).code, '```'].join('\n'),
    ...loadingLines(options).notes,
    '## Preprocessing',
    ...preprocessingWords(options),
    '## Errors',
    errorsTable(run, options.checkpoint.record),
    '## Origin',
    originWords(options),
    [
      `- Settings (SHA-256): \`${run.settingsHash}\``,
      `- Checkpoint (SHA-256): \`${options.checkpoint.sha256}\``,
      ...files.map(({ name, bytes, sha256 }) => `- ${name}, ${bytes} bytes (SHA-256): \`${sha256}\``),
    ].join('\n'),
    'All settings of the run:',
    ['```json', JSON.stringify(run.settings, null, 2), '```'].join('\n'),
    '',
  ].join('\n\n')
}

function factsTable({ run, naming, data }: CardOptions): string {
  const { network, dataset } = run.settings
  const [height, width, channels] = network.inputShape
  const rows: [string, string][] = [
    ['Network', `${depthOf(network)} layers, ${network.family}, widths ${widthsOf(network).join('-')}, ${run.parameterCount} parameters`],
    ['Input', `${height}×${width} pixels, ${channels} channels`],
    ['Classes', [network.classes, ...(data && network.classes <= mostClassNames ? [data.manifest.classes.join(', ')] : [])].join(': ')],
    ['Names of arrays', naming],
    ['Data set', `${dataset.name}, SHA-256 \`${dataset.checksum}\``],
    // An imported network was trained elsewhere, by a recipe that nobody knows here.
    ...(run.imported ? [] : recipeRows(run)),
  ]
  return ['| | |', '|---|---|', ...rows.map(([head, words]) => `| ${head} | ${cell(words)} |`)].join('\n')
}

function recipeRows({ settings }: RunSummary): [string, string][] {
  const { recipe, seed } = settings
  const length = recipeLength(recipe)
  return [
    ['Recipe', `${recipe.name}: ${length}, batch size ${recipe.batchSize}, learning rate ${recipe.learningRate}, seed ${seed}`],
    ['Differs from the paper in', unlikeThePaper([settings]) ?? 'nothing'],
  ]
}

function originWords({ run: { id, imported }, checkpoint: { choice, epoch, step } }: CardOptions): string {
  if (imported) return `Run ${id}, imported from ${imported.file} (${imported.format}, SHA-256 \`${imported.sha256}\`).`
  return `Run ${id}, checkpoint \`${choice}\`, of epoch ${epoch} and step ${step}.`
}

function errorsTable(run: RunSummary, record: EpochRecord | null): string {
  if (!record) return 'Skiplab has measured none at this checkpoint.'
  const rows = splitNames.flatMap((split) => {
    const result = record.results[split]
    if (!result) return []
    return metricNames.flatMap((metric) => {
      const value = result[metric]
      if (value === undefined) return []
      const { unit, words } = metrics[metric]
      const shown = unit === 'fraction' ? `${(100 * value).toFixed(2)} %` : value.toFixed(4)
      return [`| ${split} | ${words} | ${shown} | ${protocols[epochProtocols[split]]} |`]
    })
  })
  const arithmetic = run.device ? `\n\nMeasured in ${run.device.precision}.` : ''
  return ['| split | metric | value | how it was measured |', '|---|---|---|---|', ...rows].join('\n') + arithmetic
}

function preprocessingWords({ run, format, preprocessing, preprocessingFile }: CardOptions): string[] {
  const { inputShape } = run.settings.network
  const size = `${inputShape[0]}×${inputShape[1]} pixels`
  const scaled = run.settings.recipe.imageSize !== null || run.settings.recipe.scaleJitter.length > 0
  const fit = scaled
    ? `Images of other sizes are scaled so that their shorter side is 256/224 of the input's, and the centre of ${size} is taken.`
    : `Images have ${size}.`
  const range = 'Channels are in the order of the data set, red, green, blue for colour pictures; bytes are divided by 255.'
  if (holdsNetwork(format)) return [`${fit} ${range} All else is part of the graph.`]
  if (!preprocessing)
    return [
      `${fit} ${range} Then comes the recipe's normalisation, ${run.settings.recipe.normalization}, with numbers of the training images; ` +
        'the data set was not in the workspace when this was written.',
    ]
  if (preprocessingFile !== null)
    return [
      `${fit} ${range} Then \`mean\` [channels, height, width] is subtracted: ${preprocessingFile} holds it, ` +
        'and `std` [channels] to divide by.',
    ]
  const std = preprocessing.inverseStd.map((value) => 1 / value)
  return [
    `${fit} ${range} Then each channel's mean is subtracted, and it is divided by its std.`,
    `mean = [${numbers(preprocessing.mean)}], std = [${numbers(std)}]`,
  ]
}

const numbers = (values: Float32Array) => [...values].map((value) => Number(value.toPrecision(7))).join(', ')

/** A bar would end the cell. */
const cell = (words: string) => words.replaceAll('|', '\\|')
