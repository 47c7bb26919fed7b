import { counted } from '../../../../common/counted.ts'
import type { Recipe } from '../../../../common/training/recipe.ts'
import type { TrainingPosition } from '../../checkpoint/checkpoint.ts'

/** Says why a run ends between two epochs before its last step, as its recipe wants it, or null. */
export function earlyEnd(
  { epoch, epochsSinceLowest, trainedMs }: Pick<TrainingPosition, 'epoch' | 'epochsSinceLowest' | 'trainedMs'>,
  { earlyStopEpochs, timeLimitMinutes }: Pick<Recipe, 'earlyStopEpochs' | 'timeLimitMinutes'>,
): string | null {
  if (earlyStopEpochs > 0 && epochsSinceLowest >= earlyStopEpochs)
    return `ended early after epoch ${epoch}: no lower error for ${counted(earlyStopEpochs, 'epoch')}`
  if (timeLimitMinutes !== null && trainedMs >= timeLimitMinutes * 60_000)
    return `ended early after epoch ${epoch}: its time limit of ${timeLimitMinutes} min is over`
  return null
}
