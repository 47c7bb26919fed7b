import type { Schedule } from './schedule.ts'

/** The first rate is the highest divided by this, the last one the first divided by `endDivisor`; PyTorch's OneCycleLR has the same. */
const startDivisor = 25
const endDivisor = 1e4

/**
 * Rises to the learning rate in `riseShare` of the training and falls to nearly nothing, both along a cosine (Smith,
 * "Super-convergence").
 */
export const oneCycle: Schedule = {
  words: 'rises, then falls along a cosine',
  rate({ learningRate, riseShare }, stepsDone, { steps }) {
    const start = learningRate / startDivisor
    const peak = Math.max(1, riseShare * steps - 1)
    if (stepsDone <= peak) return between(start, learningRate, stepsDone / peak)
    return between(learningRate, start / endDivisor, Math.min(1, (stepsDone - peak) / Math.max(1, steps - 1 - peak)))
  },
  drops: () => [],
  smooth: true,
}

/** Goes from one rate to another along half a cosine wave. */
function between(from: number, to: number, share: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2
}
