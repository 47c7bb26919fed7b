import { createHash } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { CheckpointRecord } from '../../../common/rpc/worker-protocol.ts'
import { syncFolder } from '../../data/stored/sync-folder.ts'
import { decodeTensorFile, encodeTensorFile } from './safetensors.ts'

/** Where a run stands besides its arrays: enough for the resumed run to equal the uninterrupted one. */
export const trainingPositionSchema = z.strictObject({
  /** Steps done. */
  step: z.int().min(0),
  /** Epochs finished and evaluated. */
  epoch: z.int().min(0),
  /** Sums over the steps of the running epoch. */
  epochSteps: z.int().min(0),
  epochLossSum: z.number(),
  epochErrorSum: z.number(),
  /** Time spent in the running epoch, all attempts. */
  epochElapsedMs: z.number(),
  warming: z.boolean(),
  recentErrors: z.array(z.number()),
  /** Epochs in a row that ended at chance level. */
  chanceEpochs: z.int().min(0),
  /** Lowest validation (or test) error at an epoch's end so far, and epochs since then. */
  lowestError: z.number().nullable().default(null),
  epochsSinceLowest: z.int().min(0).default(0),
  /** How often the plateau schedule has lowered the learning rate, and epochs since the lowest error or the last time. */
  learningRateDrops: z.int().min(0).default(0),
  plateauEpochs: z.int().min(0).default(0),
  /** Time spent in the finished epochs, all attempts, of a run with a time limit; else 0. */
  trainedMs: z.number().default(0),
  /** File with the lowest validation (or test) error so far. */
  best: z.strictObject({ file: z.string(), error: z.number() }).nullable(),
  /** Settings hash of the run, so that a foreign file is not taken for its own. */
  settingsHash: z.string(),
})
export type TrainingPosition = z.infer<typeof trainingPositionSchema>

export interface Checkpoint {
  readonly position: TrainingPosition
  /** Weights, momenta and running statistics by name. */
  readonly state: ReadonlyMap<string, Float32Array>
}

/**
 * Writes a temporary file, syncs it, renames it and syncs the folder: after a crash the file is there whole or not at all.
 * @param error validation error at this point, null in the middle of an epoch
 */
export function writeCheckpoint(
  folder: string,
  checkpoint: Checkpoint,
  shapes: ReadonlyMap<string, readonly number[]>,
  error: number | null,
): CheckpointRecord {
  mkdirSync(folder, { recursive: true })
  const tensors = new Map([...checkpoint.state].map(([name, values]) => [name, { shape: shapes.get(name) ?? [values.length], values }]))
  const bytes = encodeTensorFile({ tensors, metadata: { format: 'skiplab-checkpoint-1', position: JSON.stringify(checkpoint.position) } })
  const file = checkpointFileName(checkpoint.position)
  const temporary = join(folder, `.${file}.${process.pid}.incoming`)
  try {
    const handle = openSync(temporary, 'w', 0o600)
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(handle, bytes, written)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(temporary, join(folder, file))
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw cause
  }
  syncFolder(folder)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { file, step: checkpoint.position.step, epoch: checkpoint.position.epoch, sha256, bytes: bytes.length, error }
}

/** Names a file, "step-00001755-epoch-0005.safetensors": the epoch tells a checkpoint before the evaluation from the one after it. */
export function checkpointFileName(position: Pick<TrainingPosition, 'step' | 'epoch'>): string {
  return `step-${String(position.step).padStart(8, '0')}-epoch-${String(position.epoch).padStart(4, '0')}.safetensors`
}

/** Reads and checks a checkpoint. @throws Error saying what is wrong with the file */
export function readCheckpoint(folder: string, file: string, settingsHash: string): Checkpoint {
  const path = join(folder, file)
  if (!existsSync(path)) throw new Error('the file is gone')
  const { tensors, metadata } = decodeTensorFile(readFileSync(path))
  if (metadata.format !== 'skiplab-checkpoint-1') throw new Error(`expected format skiplab-checkpoint-1, got ${metadata.format ?? 'none'}`)
  const position = trainingPositionSchema.parse(JSON.parse(metadata.position ?? 'null'))
  if (position.settingsHash !== settingsHash) throw new Error('it belongs to a run with other settings')
  for (const [name, { values }] of tensors) {
    if (!values.every(Number.isFinite)) throw new Error(`${name} holds values that are not finite`)
  }
  return { position, state: new Map([...tensors].map(([name, { values }]) => [name, values])) }
}

/** Tells where a run stood when a checkpoint was written, by its file's name; null for another name. */
export function stepAndEpochOf(file: string): { readonly step: number; readonly epoch: number } | null {
  const [, step, epoch] = /^step-(\d+)-epoch-(\d+)\.safetensors$/.exec(file) ?? []
  return step === undefined || epoch === undefined ? null : { step: Number(step), epoch: Number(epoch) }
}

/**
 * Removes checkpoints that are neither among the two newest nor the best nor kept for another reason.
 * @param files oldest first
 * @returns the names removed
 */
export function pruneCheckpoints(
  folder: string,
  files: readonly string[],
  best: string | null,
  isKept: (file: string) => boolean,
): string[] {
  const removed = files.slice(0, -2).filter((file) => file !== best && !isKept(file))
  for (const file of removed) rmSync(join(folder, file), { force: true })
  return removed
}

/**
 * Removes what ended attempts left behind: files cut short in writing, and whole ones whose report was lost and whose steps
 * are trained again. Those put aside as damaged stay.
 * @param known files that the engine has records of
 */
export function removeStrayCheckpoints(folder: string, known: readonly string[]): void {
  if (!existsSync(folder)) return
  for (const file of readdirSync(folder)) {
    if (strayPattern.test(file) && !known.includes(file)) rmSync(join(folder, file), { force: true })
  }
}

/** Matches what workers write and nothing that a person may have put there. */
const strayPattern = /^(?:step-\d+-epoch-\d+\.safetensors|\.step-\d+-epoch-\d+\.safetensors\.\d+\.incoming)$/
