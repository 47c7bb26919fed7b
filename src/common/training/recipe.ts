import { precisionChoiceSchema } from '../device.ts'
import { z } from 'zod'
import { recomputations } from '../network/recomputation.ts'

/** Ways in which the learning rate changes; one file each in `schedules/`. */
const schedules = ['milestones', 'plateau', 'cosine', 'one-cycle'] as const

/**
 * How a network is trained. A flat object so that `--set name=value` reaches every field;
 * each field is validated on its own and explained by its description.
 */
export const recipeSchema = z
  .strictObject({
    /** Name of the built-in recipe that this one started from. */
    name: z.string().min(1).max(80),
    batchSize: z.int().min(1).max(4096).describe('images in a step'),
    microBatchSize: z
      .int()
      .min(1)
      .max(4096)
      .nullable()
      .default(null)
      .describe(
        'images computed at once, a divisor of the batch size: less memory, one update a step, and BN normalises over them alone; ' +
          'empty for the whole batch',
      ),
    epochs: z.int().min(1).max(10_000).nullable().describe('passes over the training images; null when iterations are given'),
    iterations: z.int().min(1).max(10_000_000).nullable().describe('training steps; null when epochs are given'),
    learningRate: z.number().positive().max(100).describe('initial learning rate'),
    schedule: z.enum(schedules).default('milestones').describe('how the learning rate changes over the training'),
    milestones: z
      .array(z.number().gt(0).max(10_000_000))
      .max(20)
      .describe('where the learning rate drops: fractions of training, or as milestoneUnit says'),
    milestoneUnit: z.enum(['fraction', 'iteration', 'epoch']).default('fraction').describe('what the milestones are counted in'),
    learningRateFactor: z.number().positive().max(1).describe('the learning rate is multiplied by this at each drop'),
    plateauEpochs: z
      .int()
      .min(1)
      .max(10_000)
      .default(5)
      .describe('with the plateau schedule: epochs without a lower validation error before the rate drops'),
    minimumLearningRate: z.number().min(0).max(100).default(0).describe('with the cosine and plateau schedules: the lowest learning rate'),
    riseShare: z.number().gt(0).lt(1).default(0.3).describe('with the one-cycle schedule: share of training in which the rate rises'),
    /** Section 4.2, 110 layers and more: this rate until the training error is below `warmupUntilError`; null for none. */
    warmupLearningRate: z.number().positive().max(100).nullable().describe('learning rate of the warm-up; empty for none'),
    warmupUntilError: z.number().gt(0).lt(1).describe('training error (0 to 1) at which the warm-up ends'),
    warmupIterations: z
      .int()
      .min(0)
      .max(10_000_000)
      .default(0)
      .describe('steps of warm-up: at the warm-up rate, or rising evenly where there is none; 0 for a warm-up until an error, or none'),
    momentum: z.number().min(0).lt(1).describe('share of the last update that is kept'),
    nesterov: z.boolean().default(false).describe('look ahead along the momentum (Nesterov)'),
    weightDecay: z.number().min(0).max(1).describe('L2 penalty on the parameters'),
    weightDecayOn: z
      .enum(['all', 'weights'])
      .default('all')
      .describe('all parameters as in the paper, or only weights of convolutions and fully connected layers, not BN and biases'),
    labelSmoothing: z.number().min(0).lt(1).default(0).describe('share of the target that is spread evenly over all classes'),
    normalization: z
      .enum(['per-pixel-mean', 'per-channel-mean', 'per-channel-mean-std', 'given', 'none'])
      .describe('what is subtracted from (and divides) images scaled to 0..1: of the training images, or given by mean and deviation'),
    normalizationMean: z
      .array(z.number().min(-1000).max(1000))
      .max(16)
      .default([])
      .describe('with given normalisation: mean of each channel of images scaled to 0..1, such as 0.485, 0.456, 0.406'),
    normalizationStd: z
      .array(z.number().positive().max(1000))
      .max(16)
      .default([])
      .describe('with given normalisation: standard deviation of each channel; none for 1'),
    cropPadding: z.int().min(0).max(64).describe('zero pixels around an image before a random crop of its own size; 0 for no crop'),
    flip: z.boolean().describe('mirror half of the training images'),
    colourShift: z.number().min(0).max(1).describe('largest random shift of each colour channel, as a fraction of the full range'),
    imageSize: z
      .int()
      .min(8)
      .max(1024)
      .nullable()
      .default(null)
      .describe('height and width of what the network sees, in pixels; null for the size of the data set'),
    /** Section 3.4: [256, 480]. */
    scaleJitter: z
      .array(z.number().min(224).max(2240))
      .refine((range) => range.length === 0 || (range.length === 2 && range[0]! <= range[1]!), 'expected a smallest and a largest side')
      .default([])
      .describe(
        'range of the shorter side to which a training image is scaled before a random crop, for crops of 224 pixels; none for no scaling',
      ),
    pcaShift: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe('standard deviation of random shifts along the principal components of the training images’ colours'),
    validationSize: z.int().min(0).max(10_000_000).describe('training images held out for validation, chosen by the split seed'),
    splitSeed: z.int().min(0).max(0x7fffffff).describe('seed of the training/validation split'),
    batchNormMomentum: z.number().min(0).lt(1).describe('share of the old value kept by the running statistics at each step'),
    batchNormEpsilon: z.number().positive().max(1),
    precision: precisionChoiceSchema.describe('arithmetic of activations and convolutions; weights, statistics and loss stay fp32'),
    recompute: z
      .enum(recomputations)
      .default('none')
      .describe(
        'compute activations within blocks again in the backward pass instead of keeping them: less memory, about 1.4 times the time, ' +
          'the same numbers',
      ),
    stepLogInterval: z.int().min(1).max(100_000).describe('steps between two logged step samples (loss, gradient norm)'),
    statisticsSize: z.int().min(0).max(100_000).describe('test images over which layer statistics are computed each epoch; 0 for none'),
    maximumLoss: z.number().positive().describe('a run whose step loss is above this has diverged'),
    chanceEpochs: z.int().min(0).max(10_000).describe('epochs at chance level after which a run has diverged; 0 for never'),
    earlyStopEpochs: z
      .int()
      .min(0)
      .max(10_000)
      .default(0)
      .describe('epochs without a lower validation error after which a run ends; 0 for never'),
    timeLimitMinutes: z
      .number()
      .positive()
      .max(525_600)
      .nullable()
      .default(null)
      .describe('training time after which a run ends with its epoch; empty for none'),
    keepCheckpointEvery: z
      .int()
      .min(0)
      .max(10_000)
      .default(0)
      .describe('epochs between checkpoints that are kept for good, to be analysed; 0 for none beside the last and the best'),
  })
  .refine((r) => (r.epochs === null) !== (r.iterations === null), {
    message: 'give either epochs or iterations, and null for the other',
    path: ['epochs'],
  })
  .refine(({ batchSize, microBatchSize }) => microBatchSize === null || batchSize % microBatchSize === 0, {
    message: 'expected a divisor of batchSize, so that all parts of a batch are equal',
    path: ['microBatchSize'],
  })
  .refine((r) => (r.normalization === 'given') === r.normalizationMean.length > 0, {
    message: 'expected the mean of each channel with given normalisation, and none with any other',
    path: ['normalizationMean'],
  })
  .refine((r) => [0, r.normalizationMean.length].includes(r.normalizationStd.length), {
    message: 'expected as many deviations as means',
    path: ['normalizationStd'],
  })
  .refine((r) => r.cropPadding === 0 || r.scaleJitter.length === 0, {
    message: 'scaled images are cropped without padding; set cropPadding to 0 where scaleJitter has a range',
    path: ['cropPadding'],
  })
  .refine(({ milestones, milestoneUnit }) => milestoneUnit !== 'fraction' || milestones.every((milestone) => milestone < 1), {
    message: 'expected fractions of training, below 1; for others set milestoneUnit to iteration or epoch',
    path: ['milestones'],
  })
  .refine(({ schedule, warmupIterations, warmupLearningRate }) => schedule !== 'one-cycle' || (!warmupIterations && !warmupLearningRate), {
    message: 'expected no warm-up beside the one-cycle schedule, which starts low by itself',
    path: ['schedule'],
  })
export type Recipe = z.infer<typeof recipeSchema>

/** Fields that change no number of a run, and so neither its hash nor what it is compared with. */
export const fieldsWithoutEffect: ReadonlySet<string> = new Set<keyof Recipe>(['name', 'recompute'])

/**
 * Fields that came after version 0.2 are those with a default, which is what runs had before them: left out of what is stored and hashed
 * where a recipe has it, so that earlier runs keep their hashes.
 */
const laterDefaults: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries(recipeSchema.shape).flatMap(([field, schema]) =>
    schema instanceof z.ZodDefault ? [[field, schema.def.defaultValue]] : [],
  ),
)

/** A recipe as it was stored, with the later fields that it lacks. */
export function withLaterDefaults<Stored extends object>(stored: Stored): Stored {
  return { ...laterDefaults, ...stored }
}

/** The same recipe without those later fields that say what was always done. */
export function withoutLaterDefaults(recipe: Recipe): Partial<Recipe> {
  const isDefault = (field: string, value: unknown) =>
    field in laterDefaults && JSON.stringify(laterDefaults[field]) === JSON.stringify(value)
  return Object.fromEntries(Object.entries(recipe).filter(([field, value]) => !isDefault(field, value)))
}
