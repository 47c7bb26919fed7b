import { depthProblem } from '../../../../common/network/depths.ts'
import { valuesThatFit } from '../../../../common/network/settings/read-settings.ts'
import { architectureNamed } from '../../../../common/network/architectures/architectures.ts'
import { questionProblem } from '../../../../common/sweep/question.ts'
import type { Draft } from './draft.ts'
import { fieldLabel } from './recipe-fields.ts'
import { wrongSettings } from './setting-fields.ts'

/**
 * What a design itself still lacks, in words; null when it is a whole sweep.
 * @param typedProblems what is wrong with the texts of depths, widths and seeds, null where nothing is
 * @param wrongFields names of hyperparameters that are not valid
 */
export function designGap(draft: Draft, typedProblems: readonly (string | null)[], wrongFields: readonly string[]): string | null {
  const { architecture, network = {}, families, depths, shortcuts, widths } = draft
  if (!families.length) return 'Choose at least one family.'
  if (families.some((family) => family !== 'plain') && !shortcuts.length)
    return 'Choose at least one shortcut option for the nets with shortcuts.'
  if (!depths.length) return 'Choose at least one depth.'
  if (!widths.length) return 'Choose the widths of the stages.'
  const mistyped = typedProblems.find((problem) => problem !== null)
  if (mistyped) return mistyped
  const refused = wrongSettings(draft)
  if (refused.length) return `Not valid among the settings of the networks: ${refused.join(', ')}.`
  // From a sweep file: what is typed is refused before.
  const values = valuesThatFit(architectureNamed(architecture).settings, network)
  const absent = depths.map((depth) => depthProblem(architecture, depth, values)).find((problem) => problem !== null)
  if (absent) return absent
  const wrong = wrongFields.map(fieldLabel)
  if (wrong.length) return `Not valid among the hyperparameters: ${wrong.join(', ')}.`
  const unanswerable = draft.question && questionProblem(draft.question, draft)
  return unanswerable ? `The question (${unanswerable.path.join(' ')}): ${unanswerable.message}.` : null
}
