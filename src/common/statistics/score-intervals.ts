/** Ends of an interval. */
export interface ScoreInterval {
  readonly low: number
  readonly high: number
}

/** Quantile of the normal distribution for intervals of 95 %. */
const quantile = 1.959963984540054

/** The 95 % interval of a share by Wilson's score (1927), which also holds for few trials and for none or all of them. */
export function wilsonInterval(successes: number, trials: number): ScoreInterval {
  const square = quantile ** 2
  const centre = (successes + square / 2) / (trials + square)
  const half = (quantile / (trials + square)) * Math.sqrt((successes * (trials - successes)) / trials + square / 4)
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}

/**
 * The 95 % interval of a difference of shares in pairs by Tango's score (1998): each thing is judged twice, `gained` are those judged so
 * the second time alone, `lost` the first time alone. It has a width where no pair differs, which an interval by the estimated variance
 * has not: z²/(n + z²) to both sides.
 */
export function pairedInterval(gained: number, lost: number, pairs: number): ScoreInterval {
  const difference = (gained - lost) / pairs
  const score = (at: number) => pairedScore(gained, lost, pairs, at)
  return {
    low: crossing((at) => score(at) > quantile, -1, difference),
    high: crossing((at) => score(at) > -quantile, difference, 1),
  }
}

/** Distance of the counts from a difference, in its standard errors; falls with the difference. */
function pairedScore(gained: number, lost: number, pairs: number, difference: number): number {
  const b = -gained - lost + (2 * pairs - gained + lost) * difference
  const c = -lost * difference * (1 - difference)
  // The likeliest share of the lost ones under this difference.
  const lostShare = (Math.sqrt(Math.max(0, b ** 2 - 8 * pairs * c)) - b) / (4 * pairs)
  const variance = pairs * (2 * lostShare + difference * (1 - difference))
  const distance = gained - lost - pairs * difference
  return variance > 0 ? distance / Math.sqrt(variance) : Math.sign(distance) * Infinity
}

/** Finds where a condition that holds below ceases to hold. */
function crossing(holds: (at: number) => boolean, from: number, to: number): number {
  let [low, high] = [from, to]
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (holds(middle)) low = middle
    else high = middle
  }
  return (low + high) / 2
}
