import { presentSize } from '../../../../common/data/dataset-sizes.ts'
import type { BuiltInTemplate } from '../../../../common/sweep/templates.ts'
import { type Draft, draftFrom } from './draft.ts'

/**
 * Makes a draft of a template. What one begins with is named after what it holds, since that will be changed; learning rates are not in
 * such names.
 * @param datasets names of those present
 */
export function draftOf({ group, sweep }: BuiltInTemplate, datasets: readonly string[] = []): Draft {
  const draft = draftFrom(structuredClone(sweep))
  const isUnnamed = group === 'begin' && !sweep.learningRates
  return { ...draft, name: isUnnamed ? '' : draft.name, dataset: presentSize(draft.dataset, datasets) }
}
