import { type Analysis, checkpointsText, isOfSeveral } from '../../../../common/analyses/analysis.ts'
import { epochsOf, runsOf } from '../../../../common/analyses/through-epochs.ts'
import type { RunSummary } from '../../../../common/records/records.ts'
import { plural } from '../../ui/format.ts'

/** What was analysed: a run's name, or how many runs. */
export function analysedName(analysis: Pick<Analysis, 'runIds'>, runs: ReadonlyMap<number, Pick<RunSummary, 'name'>>): string {
  const [first, ...others] = runsOf(analysis)
  if (others.length > 0) return plural(others.length + 1, 'run')
  return runs.get(first!)?.name ?? `run ${first!}`
}

/** "last checkpoint (epoch 30), test images"; "epochs 0, 5, 10, test images" */
export function checkpointText({ checkpoint, epochs, split }: Pick<Analysis, 'checkpoint' | 'epochs' | 'split'>): string {
  return `${checkpointWords(checkpoint, epochsOf({ epochs }).join(', '))}, ${split} images`
}

function checkpointWords(checkpoint: Analysis['checkpoint'], epochs: string): string {
  if (checkpoint === 0) return 'initial weights'
  if (typeof checkpoint === 'number') return `epoch ${checkpoint}`
  if (isOfSeveral(checkpoint)) return `${checkpoint === 'every' ? 'every kept epoch: ' : 'epochs '}${epochs || checkpointsText(checkpoint)}`
  return `${checkpoint} checkpoint${epochs ? ` (epoch ${epochs})` : ''}`
}
