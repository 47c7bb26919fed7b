import { cpuDevice } from '../../src/main/worker/machine/environment.ts'
import { createScoringBackend } from '../../src/main/worker/create-backend.ts'
import { evaluateCheckpoint, type EvaluationInput, type EvaluationOutput } from '../../src/main/worker/jobs/evaluate/evaluate-checkpoint.ts'
import type { ScoringProgress } from '../../src/main/worker/jobs/evaluate/observer.ts'
import { ScoreFile } from '../../src/main/data/scores/score-file.ts'

export interface EvaluatedHere extends EvaluationOutput {
  /** fp32 [images, classes] */
  readonly values: Float32Array
  readonly labels: Int32Array
  readonly indices: Int32Array
  readonly imageSplit: string
  readonly progress: readonly ScoringProgress[]
}

/** Evaluates a checkpoint in this process, on one thread in fp32, and reads its scores. @param mayGoOn asked before each batch */
export async function evaluateHere(input: Omit<EvaluationInput, 'device'>, mayGoOn: () => boolean = () => true): Promise<EvaluatedHere> {
  const progress: ScoringProgress[] = []
  const observer = { progress: (now: ScoringProgress) => void progress.push(now), mayGoOn: () => Promise.resolve(mayGoOn()) }
  const output = await evaluateCheckpoint({ ...input, device: cpuDevice(1, 'fp32') }, observer, createScoringBackend)
  const file = await ScoreFile.open(input.scoresFile)
  try {
    const values: number[] = []
    for await (const { scores } of file.blocks()) values.push(...scores)
    const [labels, indices] = [await file.labels(), await file.indices()]
    return { ...output, values: Float32Array.from(values), labels, indices, imageSplit: file.head.imageSplit, progress }
  } finally {
    await file.close()
  }
}
