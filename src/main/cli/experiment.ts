import type { Command } from 'commander'
import { epochWords, identityFindings } from '../../common/identity/identity-findings.ts'
import { identitySetting, type LearnedMapping, learnMapping, mappings } from '../../common/identity/learn-mapping.ts'
import { defineCommand } from './command.ts'
import { table } from './table.ts'
import { integer } from './values.ts'

interface ExperimentOptions {
  readonly seeds: number
  readonly show?: number
}

/** Epochs at which a seed is shown as it learns: often at first, when most changes. */
const shownEpochs = [0, 1, 2, 4, 8, identitySetting.mostEpochs]

export function registerExperiment(program: Command): void {
  const experiment = program.command('experiment').description('small experiments that explain what shortcuts change')
  defineCommand<ExperimentOptions>(
    experiment,
    'identity',
    'one 3x3 convolution learns to give zeros, as beside a shortcut, or its input, as without one',
    (command) =>
      command
        .option('--seeds <count>', 'seeds, each with both tasks', integer('a number of seeds', 1, 1000), 100)
        .option('--show <seed>', 'also the kernel and the output of this seed as they are learned', integer('a seed', 0, 0x7fffffff)),
    ({ output }, { seeds, show }) => {
      const learned: LearnedMapping[] = []
      for (let seed = 1; seed <= seeds; seed++) for (const mapping of mappings) learned.push(learnMapping(mapping, seed))
      const findings = identityFindings(learned)
      const epochs = learned.map(({ seed, mapping, epochs: taken }) => ({ seed, mapping, epochs: taken }))
      const shown = show === undefined ? [] : mappings.map((mapping) => learnMapping(mapping, show))
      output.value({ ...findings, learned: epochs, ...(show !== undefined && { shown }) })
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
          ...shown.map(learningText),
        ].join('\n\n'),
      )
    },
  )
}

/** How one seed learns: kernel and output, row by row. */
function learningText({ mapping, seed, snapshots, shownInput }: LearnedMapping): string {
  const nine = (values: readonly number[]): string =>
    [0, 3, 6]
      .map((start) =>
        values
          .slice(start, start + 3)
          .map(signed)
          .join(' '),
      )
      .join(' | ')
  const at = shownEpochs.flatMap((epoch) => snapshots.find((snapshot) => snapshot.epoch === epoch) ?? [])
  const columns = [{ title: 'epoch', align: 'right' as const }, { title: 'loss' }, { title: 'kernel' }, { title: 'output' }]
  const rows = at.map(({ epoch, loss, weights, output }) => [String(epoch), loss.toFixed(4), nine(weights), nine(output)])
  return `${mapping}, seed ${seed}, for the input ${nine(shownInput)}\n${table(columns, rows)}`
}

/** With room for a sign: " 0.12", "−0.12". */
function signed(value: number): string {
  const text = Math.abs(value).toFixed(2)
  return `${value < 0 && text !== '0.00' ? '−' : ' '}${text}`
}
