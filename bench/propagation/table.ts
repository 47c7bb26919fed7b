import { signalNumber } from '../../src/common/propagation/propagation-words.ts'
import { trackRecord, trackRecordWords } from '../../src/common/propagation/track-record.ts'
import type { PropagationTrial } from '../../src/common/propagation/trials.ts'
import { verdictOf } from '../../src/common/propagation/verdict.ts'

/** The trials as a document. */
export function trialsDocument(trials: readonly PropagationTrial[]): string {
  const of = (heldOut: boolean) => trials.filter((each) => each.heldOut === heldOut)
  return [
    '# Trials of the verdict before training',
    '',
    'Designs that were looked at before training ([the rule](signal-and-gradient.md#the-rule)) and then trained for 150 steps of 32 images',
    'of CIFAR-10 at 16x16, stages of 16 channels, without augmentation. A design has trained where the mean loss of the last 20 steps lies',
    '0.1 nats or more below that of guessing (2.303). Made by `npm run trials:propagation -- DATASET_FOLDER`, ten minutes on two cores.',
    '',
    '## Designs that set the limits',
    '',
    trackRecordWords(trackRecord(of(false))).replace('did not set', 'set'),
    '',
    ...rows(of(false)),
    '',
    '## Held-out designs',
    '',
    `${trackRecordWords(trackRecord(of(true)))} The limits were not changed after these were trained.`,
    '',
    ...rows(of(true)),
    '',
  ].join('\n')
}

function rows(trials: readonly PropagationTrial[]): string[] {
  return [
    '| network | rate | least std | gradients apart | largest update | loss after 10 steps | said | loss after 150 | trained |',
    '|---|---|---|---|---|---|---|---|---|',
    ...trials.map(({ network, learningRate, signs, loss, trained }) => {
      const { leastStd, gradientRange, largestUpdate, lastLoss } = signs
      const numbers = [leastStd, gradientRange, largestUpdate, lastLoss].map(signalNumber)
      const [said, did] = [verdictOf(signs).trains, trained].map((yes) => (yes ? 'yes' : 'no'))
      return `| ${[network.replace(' 16-16-16', ''), learningRate, ...numbers, said, signalNumber(loss), did].join(' | ')} |`
    }),
  ]
}
