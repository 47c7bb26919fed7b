import type { Command } from 'commander'
import { architectureNames } from '../../common/network/architectures/architectures.ts'
import { families, shortcutOptions } from '../../common/network/families/families.ts'
import type { WeightOptionsInput } from '../../common/rpc/weights.ts'
import { SkiplabError } from '../../common/failure.ts'
import { absolutePath } from '../workspace/home-folder.ts'
import { defineCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { CommandEnd, exitCodes } from './exit-codes.ts'
import { addSettingOptions, settingsFrom } from './setting-options.ts'
import { integer, listOf, number, oneOf } from './values.ts'
import { inspectionText } from './weights-text.ts'

interface WeightFlags {
  readonly family?: string
  readonly architecture?: string
  readonly shortcut?: string
  readonly dataset?: string
  readonly mean?: number[]
  readonly std?: number[]
  readonly range?: '1' | '255'
  readonly channelOrder?: 'rgb' | 'bgr'
  readonly epsilon?: number
  readonly imageSize?: number
  readonly all?: boolean
}

interface ImportFlags extends WeightFlags {
  readonly name?: string
  readonly dryRun?: boolean
}

/** Registers `weights inspect` and `weights import`. */
export function registerWeights(program: Command): void {
  const group = program.command('weights').description('weights that were trained elsewhere: PyTorch, Keras, TensorFlow, safetensors, ONNX')
  defineCommand<WeightFlags>(
    group,
    'inspect <file>',
    'what is in a file of weights, which network it is, and what becomes of each array; nothing is written',
    addWeightOptions,
    async (context, flags, [file]) => {
      const found = await withEngine(context, (client) =>
        client.call('weights.inspect', { path: pathOf(file), options: optionsFrom(flags) }),
      )
      context.output.value({ type: 'weights', ...found })
      if (!context.output.json) context.output.text(inspectionText(found, flags.all === true))
      if (found.mismatches.length > 0) throw new CommandEnd(exitCodes.badOutcome)
    },
  )

  const importOptions = (command: Command) =>
    addWeightOptions(command)
      .option('--name <text>', 'name of the run (default: that of the file)')
      .option('--dry-run', 'only show what would be imported')
  defineCommand<ImportFlags>(
    group,
    'import <file>',
    'make a finished run of a file of weights, to be tested, compared and trained further',
    importOptions,
    async (context, flags, [file]) => {
      const request = { path: pathOf(file), options: optionsFrom(flags), name: flags.name ?? null }
      const { found, runId } = await withEngine(context, async (client) => {
        const inspected = await client.call('weights.inspect', request)
        const imported = flags.dryRun || inspected.mismatches.length > 0 ? null : await client.call('weights.import', request)
        return { found: inspected, runId: imported?.runId ?? null }
      })
      context.output.value({ type: 'weights', ...found, runId })
      if (!context.output.json) context.output.text(inspectionText(found, flags.all === true))
      if (found.mismatches.length > 0) throw new CommandEnd(exitCodes.badOutcome)
      context.output.text(runId === null ? 'Nothing was imported. Without --dry-run it is.' : `Imported as run ${runId}.`)
    },
  )
}

function addWeightOptions(command: Command): Command {
  return addSettingOptions(
    command
      .option(
        '--architecture <name>',
        'layout of the network, where it is another than was recognised',
        oneOf('architecture', architectureNames()),
      )
      .option('--family <name>', families.join(', '), oneOf('family', families))
      .option('--shortcut <option>', shortcutOptions.join(', '), oneOf('shortcut option', shortcutOptions)),
  )
    .option('--dataset <name>', 'data set whose classes these are')
    .option('--mean <a,b,c>', 'what is subtracted from each channel of the images', listOf(number('a mean', -1000, 1000)))
    .option('--std <a,b,c>', 'what each channel is divided by then', listOf(number('a deviation', 0, 1000)))
    .option('--range <1|255>', 'highest value of the images that --mean and --std speak of (default: 1)', oneOf('range', ['1', '255']))
    .option('--channel-order <order>', 'rgb or bgr, as the first convolution reads channels', oneOf('order of channels', ['rgb', 'bgr']))
    .option('--epsilon <number>', 'added to the variances of BN (default: as its code has it)', number('an epsilon', 0, 1))
    .option('--image-size <pixels>', 'height and width of the images', integer('an image size', 8, 512))
    .option('--all', 'show every array')
}

function optionsFrom(flags: WeightFlags): WeightOptionsInput {
  const { family, architecture, shortcut, dataset = null, mean = null, std = null, range, channelOrder, epsilon, imageSize = null } = flags
  const fields = Object.entries({ family, architecture, shortcut }).filter(([, value]) => value !== undefined)
  return {
    network: { ...Object.fromEntries(fields), ...settingsFrom(flags) },
    ...{ dataset, mean, std, imageSize },
    ...(range && { range: range === '255' ? 255 : 1 }),
    ...(channelOrder && { channelOrder }),
    ...(epsilon !== undefined && { epsilon }),
  }
}

function pathOf(file: string | undefined): string {
  if (!file) throw new SkiplabError('bad-input', 'Expected a file of weights; got an empty text.')
  return absolutePath(file)
}
