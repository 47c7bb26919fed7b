import { type Ref, type ShallowRef, shallowRef } from 'vue'
import type { Sweep } from '../../../../common/sweep/sweep.ts'
import { type BuiltInTemplate, builtInTemplates } from '../../../../common/sweep/templates.ts'
import { resolveRecipe } from '../../../../common/training/recipes.ts'
import { type Draft, draftFrom } from './draft.ts'
import { withArchitecture, withSetting } from './draft-networks.ts'
import { draftOf } from './template-draft.ts'

interface Replacing {
  /** What was being designed before something else took its place; null when nothing of a person's own was lost. */
  readonly before: ShallowRef<Draft | null>
  readonly forgetBefore: () => void
  readonly bringBack: () => void
  readonly start: (template: BuiltInTemplate) => void
  readonly chooseRecipe: (name: string) => void
  readonly chooseArchitecture: (name: string) => void
  /** Gives a setting of the networks a value, which may be refused; undefined: its default. */
  readonly setNetwork: (setting: string, value: unknown) => void
  /** A sweep from a file or an own template takes the draft's place. @throws SkiplabError bad-input, with the draft as it was */
  readonly load: (sweep: Sweep) => void
}

/**
 * Puts other designs in a draft's place, and keeps what a person has lost by that.
 * @param datasets names of those present
 */
export function useReplacing(draft: Ref<Draft>, datasets: () => readonly string[]): Replacing {
  const before = shallowRef<Draft | null>(null)
  let asLoaded = ''
  function replace(next: Draft): void {
    const present = JSON.stringify(draft.value)
    const untouched = present === asLoaded || builtInTemplates.some((template) => JSON.stringify(draftOf(template, datasets())) === present)
    // Who clicks through templates does not lose what was there before the first of them.
    if (!untouched) before.value = JSON.parse(present) as Draft // as it was written above
    draft.value = next
    asLoaded = JSON.stringify(next)
  }
  function bringBack(): void {
    if (!before.value) return
    draft.value = before.value
    before.value = null
  }

  function start(template: BuiltInTemplate): void {
    replace(draftOf(template, datasets()))
  }
  /** Changes of one recipe mean nothing in another. */
  function chooseRecipe(name: string): void {
    const next = { ...draft.value, recipe: name, set: {} }
    if (Object.keys(draft.value.set).length) replace(next)
    else draft.value = next
  }
  /** Depths and widths of one architecture need not be there in another. */
  function chooseArchitecture(name: string): void {
    if (name !== draft.value.architecture) replace(withArchitecture(draft.value, name))
  }
  function setNetwork(setting: string, value: unknown): void {
    const { network, depths } = withSetting(draft.value, setting, value)
    // In place, so that what is typed into other fields stays.
    if (network) draft.value.network = network
    else delete draft.value.network
    draft.value.depths = depths
  }
  function load(sweep: Sweep): void {
    resolveRecipe(sweep.recipe, sweep.set)
    replace(draftFrom(structuredClone(sweep)))
  }

  return { before, forgetBefore: () => void (before.value = null), bringBack, start, chooseRecipe, chooseArchitecture, setNetwork, load }
}
