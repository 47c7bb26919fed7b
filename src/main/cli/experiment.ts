import type { Command } from 'commander'
import { epochWords, identityFindings } from '../../common/identity/identity-findings.ts'
import { type LearnedMapping, learnMapping, mappings } from '../../common/identity/learn-mapping.ts'
import { defineCommand } from './command.ts'
import { table } from './table.ts'
import { integer } from './values.ts'

interface ExperimentOptions {
  readonly seeds: number
}

export function registerExperiment(program: Command): void {
  const experiment = program.command('experiment').description('small experiments that explain what shortcuts change')
  defineCommand<ExperimentOptions>(
    experiment,
    'identity',
    'one 3x3 convolution learns to give zeros, as beside a shortcut, or its input, as without one',
    (command) => command.option('--seeds <count>', 'seeds, each with both tasks', integer('a number of seeds', 1, 1000), 100),
    ({ output }, { seeds }) => {
      const learned: LearnedMapping[] = []
      for (let seed = 1; seed <= seeds; seed++) for (const mapping of mappings) learned.push(learnMapping(mapping, seed))
      const findings = identityFindings(learned)
      const epochs = learned.map(({ seed, mapping, epochs: taken }) => ({ seed, mapping, epochs: taken }))
      output.value({ ...findings, learned: epochs })
      if (output.json) return
      const { batchSize, stepsPerEpoch, learningRate } = findings.setting
      const rows = [findings.zero, findings.identity].map((each) => [each.mapping, epochWords(each), String(each.never)])
      const columns = [{ title: 'learns to give' }, { title: 'epochs until the loss is below 0.01' }, { title: 'never' }]
      output.text(
        [
          `${seeds} ${seeds === 1 ? 'seed' : 'seeds'}; L1 loss, Adam, learning rate ${learningRate}, ${stepsPerEpoch} batches of ` +
            `${batchSize} inputs of 3x3 an epoch`,
          table(columns, rows),
          findings.sentences.join('\n'),
        ].join('\n\n'),
      )
    },
  )
}
