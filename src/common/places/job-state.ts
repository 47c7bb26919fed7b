/** How a job stands in the eyes of what started it: the process table of a machine, or Slurm. */
export type JobState =
  /** In a scheduler's queue; `reason` in the scheduler's words. */
  | { readonly state: 'pending'; readonly reason: string | null }
  | { readonly state: 'running' }
  /** No process of it is left. What the run did is in its events. */
  | { readonly state: 'ended'; readonly cause: JobEnd; readonly words: string | null }

/**
 * Why a job is over. `again` causes are no fault of the run: it goes on from its last checkpoint, and the attempt does not count as
 * failed.
 */
export const againCauses = ['time-limit', 'preempted', 'node-failed', 'requeued'] as const
export type JobEnd = 'exited' | 'cancelled' | 'out-of-memory' | 'gone' | (typeof againCauses)[number]
