import type { Schedule } from './schedule.ts'

/** Half a cosine wave from the learning rate to `minimumLearningRate` (SGDR, eq. 5, without restarts), after the warm-up's iterations. */
export const cosine: Schedule = {
  words: 'falls along a cosine',
  rate({ learningRate, minimumLearningRate, warmupIterations }, stepsDone, { steps }) {
    const low = Math.min(minimumLearningRate, learningRate)
    const share = Math.min(1, Math.max(0, stepsDone - warmupIterations) / Math.max(1, steps - warmupIterations))
    return low + ((learningRate - low) * (1 + Math.cos(Math.PI * share))) / 2
  },
  drops: () => [],
  smooth: true,
}
