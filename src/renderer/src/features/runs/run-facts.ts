import type { RunSummary } from '../../../../common/records/records.ts'
import type { Fact } from '../../ui/facts.ts'
import { type Column, columns } from './columns.ts'

const resultKeys = [
  'test',
  'test.topFiveError',
  'best',
  'best.topFiveError',
  'train',
  'validation',
  'validation.topFiveError',
  'epoch',
  'trained',
  'speed',
  'memory',
  'device',
  'place',
  'traffic',
  'parameters',
  'multiplyAdds',
  'queued',
  'started',
  'finished',
]
const resultColumns = resultKeys.flatMap((key) => columns.filter((column) => column.key === key))

/** Lists results of a run, or of a network's seeds with their means; unknown ones are left out, but for the test error. */
export function resultFacts(runs: readonly RunSummary[]): Fact[] {
  const [first] = runs
  if (!first) return []
  const alone = runs.length === 1
  const text = (column: Column): string => {
    const told = (alone ? column.text(first) : column.groupText(runs)) || '–'
    return alone && column.key === 'best' && first.bestEpoch ? `${told} at epoch ${first.bestEpoch.epoch}` : told
  }
  return resultColumns
    .map((column) => ({ name: column.title, value: text(column) }))
    .filter(({ value }, index) => value !== '–' || resultKeys[index] === 'test')
}
