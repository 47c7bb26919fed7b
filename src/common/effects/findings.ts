import { z } from 'zod'
import { assessDegradation } from '../analysis/degradation.ts'
import { groupByExperiment } from '../analysis/experiment.ts'
import { headlineText } from '../analysis/verdict-headline.ts'
import { rateMapSchema, rateMaps } from '../analysis/rate-map.ts'
import type { RunSummary } from '../records/records.ts'
import type { Split } from '../results/splits.ts'
import { depthLaws, depthLawSchema } from './depth-law.ts'
import { interactions, interactionSchema } from './interaction.ts'

/** What runs tell together, beside the comparisons of their pairs. */
export const findingsSchema = z.strictObject({
  experiments: z.array(
    z.strictObject({
      label: z.string(),
      /** Of training errors: whether depth hurts the plain net, and whether shortcuts cure that. */
      verdict: z.strictObject({ headline: z.string(), sentences: z.array(z.string()), seedsWanted: z.int().nullable() }),
      interactions: z.array(interactionSchema),
      laws: z.array(depthLawSchema),
    }),
  ),
  rateMaps: z.array(rateMapSchema),
})
export type Findings = z.infer<typeof findingsSchema>

/** @param runs in any state @param split whose top-1 error interactions, laws and maps are of */
export function findingsOf(runs: readonly RunSummary[], split: Split): Findings {
  const experiments = groupByExperiment(runs).map(({ label, runs: own }) => {
    const { headline, sentences, seedsWanted } = assessDegradation(own)
    return {
      label,
      verdict: { headline: headlineText(headline), sentences: [...sentences], seedsWanted },
      interactions: interactions(own, split),
      laws: depthLaws(own, split),
    }
  })
  return { experiments, rateMaps: rateMaps(runs, split) }
}
