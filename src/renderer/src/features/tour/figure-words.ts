import type { Verdict } from '../../../../common/analysis/degradation.ts'

/** Tells whether an own figure shows degradation; where it does not, what that may be due to. */
export function figureWords({ depthHurtsPlain: { answer, untrained }, results }: Pick<Verdict, 'depthHurtsPlain' | 'results'>): string {
  const oneSeed = results.every(({ finished, diverged }) => finished + diverged <= 1)
  switch (answer) {
    case 'yes':
      return untrained.length > 0
        ? 'This is degradation at its extreme: the deeper plain net did not learn at all, though it could do whatever the shallow one does.'
        : 'This is degradation: the deeper plain net ends with the higher training error, though it could do whatever the shallow one does.'
    case 'untested':
      return 'Degradation is seen once plain nets of two depths have finished.'
    default:
      return (
        `Your figure does not show degradation this time. ` +
        (oneSeed
          ? 'One run of each network is one draw: with other seeds the same networks may end otherwise, and more seeds will tell.'
          : 'With these seeds the difference is too small or too uncertain to count; deeper nets or harder images tell more.')
      )
  }
}
