import type { RunSummary } from '../../../../common/records/records.ts'

/** States in which a run writes checkpoints, now or soon. */
const training: readonly RunSummary['state'][] = ['waiting', 'running', 'interrupted']

/** Whether a run has weights that stay as they are. */
export function canBeTested({ state, checkpointStep }: Pick<RunSummary, 'state' | 'checkpointStep'>): boolean {
  return checkpointStep !== undefined && !training.includes(state)
}
