import type { Command } from 'commander'
import { keptActivations } from '../../common/network/activations.ts'
import { architectureNamed, architectureNames, defaultArchitecture } from '../../common/network/architectures/architectures.ts'
import { depthOfN, maximumN } from '../../common/network/architectures/cifar.ts'
import { designAt } from '../../common/network/design.ts'
import { type Network, buildNetwork } from '../../common/network/network.ts'
import { type Family, type ShortcutOption, families, shortcutOptions } from '../../common/network/families/families.ts'
import { layerInWords } from '../../common/network/graph/layer.ts'
import type { Shape } from '../../common/network/kinds/shape.ts'
import { multipliedWidths, widthMultipleProblem } from '../../common/network/width-multiples.ts'
import { SkiplabError } from '../../common/failure.ts'
import { capitalized } from '../../common/issue-words.ts'
import { figureFormats } from '../../common/export/figure.ts'
import { builtInRecipes, resolveRecipe } from '../../common/training/recipes.ts'
import { collect, type Context, defineCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { drawNetwork, drawPaperDiagram, type DrawOptions } from './draw-networks.ts'
import { formatBytes, formatCount, formatInteger } from './format.ts'
import { checkPropagation, propagationText, propagationValue } from './propagation.ts'
import { requireDataset } from './require-dataset.ts'
import { addSettingOptions, settingsFrom } from './setting-options.ts'
import { readSettings } from './sweep-options.ts'
import { table } from './table.ts'
import { imageShape, integer, oneOf, widthMultiple, widths } from './values.ts'

interface NetworkOptions extends DrawOptions {
  readonly family?: Family
  readonly architecture: string
  readonly depth?: number
  readonly n?: number
  readonly shortcut?: ShortcutOption
  readonly widths?: number[]
  readonly widthMultiple?: number
  readonly input: [number, number, number]
  readonly classes: number
  readonly batch: number
  readonly output?: string
  readonly figure?: number
  readonly propagation?: boolean
  readonly dataset?: string
  readonly recipe: string
  readonly set?: readonly string[]
  readonly seed: number
  readonly steps?: number
}

export function registerNetwork(program: Command): void {
  defineCommand<NetworkOptions>(
    program,
    'network',
    'describe a network layer by layer: shapes, parameters, multiply-adds, activation memory',
    (command) =>
      addSettingOptions(command)
        .option('--family <name>', families.join(' or '), oneOf('family', families))
        .option('--architecture <name>', architectureNames().join(' or '), oneOf('architecture', architectureNames()), defaultArchitecture)
        .option('--depth <layers>', 'weighted layers, such as 20', integer('a depth', 1, 100_000))
        .option('--n <n>', 'depth of a cifar net: n gives 6n+2 layers', integer('n', 1, maximumN))
        .option(
          '--shortcut <option>',
          'A (zero padding), B (projection where dimensions grow) or C (projection everywhere); default: A, for imagenet B',
          oneOf('shortcut option', shortcutOptions),
        )
        .option('--widths <a,b,c>', 'channels of the stages (default: the paper’s)', widths)
        .option('--width-multiple <k>', 'in place of --widths: k times those of the paper, such as 2 or 0.5', widthMultiple)
        .option('--input <HxWxC>', 'size of an input image', imageShape, [32, 32, 3])
        .option('--classes <count>', 'number of classes', integer('classes', 2, 100_000), 10)
        .option('--batch <images>', 'images in a step, for the activation memory', integer('batch', 1, 4096), 128)
        .option('--output <file>', 'draw it to this file instead, as in the paper’s Fig. 3; - for stdout')
        .option('--format <format>', 'svg, png or pdf (default: as the output’s name ends, else svg)', oneOf('format', figureFormats))
        .option('--beside-plain', 'draw the plain net of the same depth beside it')
        .option('--block', 'draw one of its blocks with everything in it, as in the paper’s Fig. 5')
        .option(
          '--figure <number>',
          'draw the paper’s own Fig. 3 or 5 to the output, without --family and --depth',
          integer('a figure', 1, 7),
        )
        .option('--propagation', 'before it is queued: send images through it, forwards and backwards, and say whether it will train')
        .option('--dataset <name>', 'with --propagation: whose images; noise unless given')
        .option('--recipe <name>', 'with --propagation: built-in recipe', oneOf('recipe', [...builtInRecipes.keys()]), 'paper-cifar10')
        .option('--set <name=value>', 'with --propagation: change a setting of the recipe; repeat for several', collect)
        .option('--seed <number>', 'with --propagation: seed of the weights', integer('a seed', 0, 0x7fffffff), 1)
        .option('--steps <count>', 'with --propagation: steps of training that are tried (default: 10)', integer('steps', 0, 100))
        .option('--no-title', 'draw no title')
        .option('--no-subtitle', 'draw no words below the title'),
    async (context, options) => {
      if (options.figure !== undefined) return drawPaperDiagram(context, options.figure, options, options.output)
      const network = build(options)
      if (options.output !== undefined) return drawNetwork(context, network, options, options.output)
      if (options.propagation) return tellPropagation(context, network, options)
      context.output.value(networkValue(network, options.batch))
      if (!context.output.json) context.output.text(networkText(network, options.batch))
    },
  )
}

async function tellPropagation(context: Context, { name, design: network }: Network, options: NetworkOptions): Promise<void> {
  const { dataset = null, seed, steps } = options
  const recipe = resolveRecipe(options.recipe, readSettings(options.set ?? [], options.recipe))
  const report = await withEngine(context, async (client) => {
    if (dataset !== null) await requireDataset(context, client, dataset)
    return checkPropagation(context, client, { network, recipe, dataset, seed, ...(steps !== undefined && { steps }) })
  })
  context.output.value(propagationValue(report))
  if (!context.output.json) context.output.text(propagationText(name, report))
}

function build(options: NetworkOptions): Network {
  const { family, architecture, input: inputShape, classes } = options
  const { usualShortcut, usualWidths } = architectureNamed(architecture)
  const settings = settingsFrom(options)
  if (options.n !== undefined && architecture !== 'cifar')
    throw new SkiplabError('bad-input', `--n is the cifar way to write depths; expected --depth for ${architecture}.`)
  const depth = options.depth ?? (options.n === undefined ? undefined : depthOfN(options.n, settings))
  // Not declared as required: commander would then report them missing where a mistyped option is the cause.
  if (family === undefined || depth === undefined)
    throw new SkiplabError('bad-input', 'A network needs --family and --depth, such as --family residual --depth 56.')
  const { shortcut = usualShortcut, widthMultiple: multiple = 1, widths: given = multiplied(usualWidths, multiple) } = options
  return buildNetwork(designAt(architecture, { family, depth, shortcut, widths: given, settings, inputShape, classes }))
}

/** @throws SkiplabError bad-input where the widths would not be whole */
function multiplied(usual: readonly number[], multiple: number): number[] {
  const widths = multipliedWidths(usual, multiple)
  if (!widths) throw new SkiplabError('bad-input', `${capitalized(widthMultipleProblem(usual, multiple) ?? 'expected another')}.`)
  return widths
}

/** Makes what `--json` prints; `depth` counts weighted layers as the paper does, `layers` is every operation in order. */
function networkValue(network: Network, batchSize: number) {
  const activations = keptActivations(network.layers)
  return {
    name: network.name,
    ...network.design,
    depth: network.depth,
    parameters: network.parameterCount,
    multiplyAdds: network.multiplyAdds,
    activationsPerImage: activations,
    activationBytes: { batchSize, fp32: activations * batchSize * 4, bf16: activations * batchSize * 2 },
    layers: network.layers.map((layer) => ({
      name: layer.name,
      kind: layer.kind,
      inputs: layer.inputs,
      inputShape: layer.inputShape,
      outputShape: layer.outputShape,
      parameters: layer.parameterCount,
      multiplyAdds: layer.multiplyAdds,
    })),
  }
}

function networkText(network: Network, batchSize: number): string {
  const rows = network.layers.map((layer) => [
    layer.name,
    layerInWords(layer),
    shape(layer.inputShape),
    shape(layer.outputShape),
    layer.parameterCount > 0 ? formatInteger(layer.parameterCount) : '',
    layer.multiplyAdds > 0 ? formatInteger(layer.multiplyAdds) : '',
  ])
  const value = networkValue(network, batchSize)
  const layers = table(
    [
      { title: 'layer' },
      { title: 'kind' },
      { title: 'input' },
      { title: 'output' },
      { title: 'parameters', align: 'right' },
      { title: 'multiply-adds', align: 'right' },
    ],
    rows,
  )
  const totals = [
    `${network.name}: ${value.depth} layers, ${formatInteger(value.parameters)} parameters, ` +
      `${formatCount(value.multiplyAdds)} multiply-adds an image`,
    `activations for the backward pass, batch ${batchSize}: ${formatBytes(value.activationBytes.fp32)} in fp32, ` +
      `${formatBytes(value.activationBytes.bf16)} in bf16`,
  ]
  return `${layers}\n\n${totals.join('\n')}`
}

function shape(sizes: Shape): string {
  return sizes.join('×')
}
