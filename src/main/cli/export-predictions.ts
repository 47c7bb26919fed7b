import type { Command } from 'commander'
import { defineCommand } from './command.ts'
import { withEngine } from './connect.ts'
import { integer } from './values.ts'
import { exportPath, writeOutput } from './write-file.ts'

export function registerExportPredictions(group: Command): void {
  defineCommand<{ readonly output?: string }>(
    group,
    'predictions <evaluation>',
    'what an evaluation says of each image, as CSV: label, predicted class, scores',
    (command) => command.option('--output <file>', 'file to write, - for stdout (default: a new file in the workspace’s exports)'),
    async (context, { output }, [argument]) => {
      const evaluationId = integer('the number of an evaluation', 1, Number.MAX_SAFE_INTEGER)(argument!)
      const { text, rows } = await withEngine(context, (client) => client.call('exports.predictions', { evaluationId }))
      const file = writeOutput(context, output, () => exportPath(context, `predictions-${evaluationId}`, 'csv'), text)
      if (file === null) return
      context.output.value({ file, evaluationId, rows })
      if (!context.output.json) context.output.text(`${file}: ${rows} images`)
    },
  )
}
