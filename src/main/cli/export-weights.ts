import { basename } from 'node:path'
import type { Command } from 'commander'
import { SkiplabError } from '../../common/failure.ts'
import { type ResultCheckpoint, resultCheckpoints } from '../../common/results/result-row.ts'
import type { ExportedWeights } from '../../common/rpc/weights-export.ts'
import { namingHabits } from '../../common/weights/habits/habits.ts'
import { type WeightFormat, weightFormatNames, weightFormats } from '../../common/weights/weight-format.ts'
import { absolutePath } from '../workspace/home-folder.ts'
import { defineCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { formatBytes } from './format.ts'
import { integer, oneOf } from './values.ts'

const namings = namingHabits.map(({ name }) => name)

interface WeightsOptions {
  readonly checkpoint: ResultCheckpoint
  readonly format?: WeightFormat
  readonly names?: string
  readonly output?: string
}

export function registerExportWeights(group: Command): void {
  const options = (command: Command) =>
    command
      .option(
        '--format <format>',
        `${weightFormatNames.join(', ')} (default: as the output’s name ends, else pytorch)`,
        oneOf('format', weightFormatNames),
      )
      .option(
        '--checkpoint <name>',
        `${resultCheckpoints.join(' or ')} (best: lowest validation error, or test error without validation images)`,
        oneOf('checkpoint', resultCheckpoints),
        'last',
      )
      .option(
        '--names <habit>',
        `names of the arrays: ${namings.join(', ')} (default: the usual ones of such a network)`,
        oneOf('habit', namings),
      )
      .option('--output <path>', 'file, folder of a SavedModel, or .zip for all in one (default: a new one in the workspace’s exports)')
  defineCommand<WeightsOptions>(
    group,
    'weights <run>',
    'weights for PyTorch, ONNX or TensorFlow, with a card that says what they are',
    options,
    async (context, { checkpoint, format, names, output }, [argument]) => {
      const runId = integer('the number of a run', 1, Number.MAX_SAFE_INTEGER)(argument!)
      const chosen = format ?? formatOf(output)
      const request = { runId, checkpoint, format: chosen, ...(names !== undefined && { naming: names }), path: pathOf(output) }
      const written = await withEngine(context, (client) => client.call('exports.weights', request))
      context.output.value({ ...written, format: chosen, checkpoint })
      if (!context.output.json) context.output.text(writtenText(written, chosen))
    },
  )
}

function writtenText({ path, naming, epoch, files }: ExportedWeights, format: WeightFormat): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const named = format === 'savedmodel' ? '' : `, arrays named as ${naming} does`
  const others = files.filter((file) => file.path !== path).map((file) => basename(file.path))
  const beside = others.length > 0 ? `\nwith ${others.join(', ')}` : ''
  return `${path}: ${weightFormats[format].title} of epoch ${epoch}${named}, ${formatBytes(bytes)}${beside}`
}

function formatOf(output: string | undefined): WeightFormat {
  const ending = /\.[^./\\]+$/.exec(output ?? '')?.[0].toLowerCase()
  return weightFormatNames.find((name) => weightFormats[name].ending === ending) ?? 'pytorch'
}

/** Resolves a path where this command runs; the engine has another working directory. */
function pathOf(output: string | undefined): string | null {
  if (output === undefined) return null
  if (output === '' || output === '-')
    throw new SkiplabError('bad-input', 'Weights go into files with a card beside them: name a file or a .zip with --output.')
  return absolutePath(output)
}
