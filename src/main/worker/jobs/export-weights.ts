import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { messageOf } from '../../../common/caught.ts'
import { SkiplabError } from '../../../common/failure.ts'
import { buildNetwork } from '../../../common/network/network.ts'
import type { WeightsJob, WeightsJobAnswer } from '../../../common/rpc/weights-export.ts'
import { namingHabits } from '../../../common/weights/habits/habits.ts'
import { ownMetadata } from '../../weights/own-metadata.ts'
import type { ImagePreprocessing } from '../../weights/write/source/weights-source.ts'
import { writeExport } from '../../weights/write/write-export.ts'
import { decodeTensorFile } from '../checkpoint/safetensors.ts'
import { normalizationOf } from '../source/batches/normalization.ts'
import { readRunData } from '../source/run-data.ts'

/** Cores that read images for their mean, where no run has stored it yet. */
const threads = 1

/**
 * Writes a checkpoint's weights into files for other programs.
 * @throws SkiplabError conflict when the checkpoint is gone or damaged; see {@link writeExport} for others
 */
export async function exportWeights(job: WeightsJob): Promise<Extract<WeightsJobAnswer, { files: unknown }>> {
  const { run, checkpoint, naming } = job
  const { tensors } = readWeights(job)
  const network = buildNetwork(run.settings.network)
  const classes = job.data?.manifest.classes
  const metadata = {
    skiplab_run: run.name,
    skiplab_settings: run.settingsHash,
    skiplab_checkpoint: checkpoint.sha256,
    ...ownMetadata(run.settings),
    ...(classes && { classes: JSON.stringify(classes) }),
  }
  const source = {
    network,
    batchNormEpsilon: run.settings.recipe.batchNormEpsilon,
    habit: namingHabits.find(({ name }) => name === naming)!,
    preprocessing: await preprocessingOf(job),
    read: (name: string) => {
      const found = tensors.get(name)
      if (!found) throw new SkiplabError('conflict', `The checkpoint ${checkpoint.path} has no array ${name}.`)
      return found.values
    },
    metadata,
  }
  return { files: writeExport(job, source) }
}

function readWeights({ checkpoint: { path, sha256 } }: WeightsJob) {
  try {
    const bytes = readFileSync(path)
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new Error('its contents have changed (SHA-256 differs)')
    return decodeTensorFile(bytes)
  } catch (error) {
    throw new SkiplabError('conflict', `The checkpoint ${path} cannot be read: ${messageOf(error)}. Try again, or choose the other one.`)
  }
}

/** Reads what training subtracted and divided by; null where the data set is gone and a recipe asks for its numbers. */
async function preprocessingOf({ run, data }: WeightsJob): Promise<ImagePreprocessing | null> {
  const { settings } = run
  if (['none', 'given'].includes(settings.recipe.normalization)) {
    const unread = (): never => {
      throw new Error('no moments are taken')
    }
    return normalizationOf(settings.recipe, settings.network.inputShape[2], { perPixelMean: unread, perChannel: unread })
  }
  if (!data) return null
  const read = await readRunData(data.folder, data.manifest, settings, data.streamed ? threads : null)
  await read.close()
  return { mean: read.held.mean, inverseStd: read.held.inverseStd }
}
