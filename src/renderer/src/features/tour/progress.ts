import { z } from 'zod'
import { remembered } from '../../ui/remembered.ts'

/** Titles of the tour's steps, in order. */
export const tourSteps = ['What is asked', 'Design', 'Watch', 'Your figure', 'Why shortcuts help'] as const

const progressSchema = z.object({
  /** new: never begun; ended: finished, skipped or put away. */
  state: z.enum(['new', 'underway', 'ended']),
  /** The one that it goes on with, 1-based. */
  step: z.int().min(1).max(tourSteps.length),
})

/** How far the tour is, also after the window was closed. */
export const progress = remembered<z.output<typeof progressSchema>>(
  'skiplab-tour',
  { state: 'new', step: 1 },
  (value) => progressSchema.safeParse(value).data ?? null,
)

/** Ends the tour; it can be started again, from its beginning. */
export function endTour(): void {
  progress.value = { state: 'ended', step: 1 }
}
