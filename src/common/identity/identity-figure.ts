import { csvLine } from '../export/csv.ts'
import type { FigureInput } from '../export/figure.ts'
import type { IdentityFindings, LossBand, MappingFindings } from './identity-findings.ts'
import type { Mapping } from './learn-mapping.ts'

/** A log scale cannot show a loss of zero. */
const least = 1e-5
const colours: Readonly<Record<Mapping, string>> = { zero: '#1f5fa8', identity: '#b0541e' }
const names: Readonly<Record<Mapping, string>> = { zero: 'zeros', identity: 'its input' }

/** Loss of both tasks as they are learned: medians over the seeds, with the middle 80 % as bands. */
export function identityFigure({ seeds, zero, identity, setting }: IdentityFindings): FigureInput {
  const values = [zero, identity].flatMap(({ bands }) => bands.flatMap(({ low, high }) => [low, high])).map((loss) => Math.max(least, loss))
  return {
    title: 'One layer learns to give zeros, and to give its input',
    subtitle: `median of ${seeds} ${seeds === 1 ? 'seed' : 'seeds'}, bands hold the middle 80 %`,
    width: 692,
    x: { title: 'epochs', min: 0, max: setting.mostEpochs },
    y: { title: 'L1 loss', min: Math.min(...values) / 1.2, max: Math.max(...values) * 1.2, logarithmic: true },
    panels: [{ title: '', lines: [lineOf(zero), lineOf(identity)], levels: [{ y: setting.learnedLoss, label: 'learned' }] }],
  }
}

function lineOf({ mapping, bands }: MappingFindings): FigureInput['panels'][number]['lines'][number] {
  const of = (key: Exclude<keyof LossBand, 'epoch'>) => bands.map((band) => Math.max(least, band[key]))
  return {
    label: `${names[mapping]}, median`,
    endLabel: names[mapping],
    colour: colours[mapping],
    x: bands.map(({ epoch }) => epoch),
    y: of('median'),
    band: { low: of('low'), high: of('high') },
  }
}

/** The same as CSV text: a row a task and time. */
export function identityCsv({ zero, identity }: Pick<IdentityFindings, 'zero' | 'identity'>): string {
  const rows = [zero, identity].flatMap(({ mapping, bands }) =>
    bands.map(({ epoch, low, median, high }) => [mapping, epoch, low, median, high]),
  )
  return [['learns', 'epoch', 'loss_tenth_percentile', 'loss_median', 'loss_ninetieth_percentile'], ...rows].map(csvLine).join('')
}
