import { remembered } from '../../ui/remembered.ts'

/** Percent of the height that the comparison may take below the list. */
export const shareRange = { min: 25, max: 85 } as const

/** Remembers how much of the height the comparison takes, percent. */
export function useComparisonShare() {
  return remembered('skiplab-comparison-share', 60, (value) =>
    typeof value === 'number' && value >= shareRange.min && value <= shareRange.max ? value : null,
  )
}
