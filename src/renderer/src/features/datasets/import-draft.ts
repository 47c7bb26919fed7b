import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { messageOf } from '../../../../common/caught.ts'
import { datasetNameSchema } from '../../../../common/data/dataset.ts'
import type { Inspection } from '../../../../common/data/inspection.ts'
import { api } from '../../connection/api.ts'
import { readImportFields, unasked } from './import-fields.ts'

/** Images that all have one size of at most so many pixels are taken as they are unless somebody says otherwise. */
const smallSide = 96

/** A folder or an archive that may be imported: what is in it, and what is asked of its import. */
export function useImportDraft() {
  const path = ref('')
  const inspection = shallowRef<Inspection | null>(null)
  const looking = ref<'names' | 'images' | null>(null)
  const failure = ref<string | null>(null)
  const fields = reactive({ ...unasked, name: '' })
  let latest = 0

  const checked = computed(() => {
    const { options, problem } = readImportFields(fields)
    const named = datasetNameSchema.safeParse(fields.name.trim())
    const problems = {
      name: named.success ? null : 'Expected lower-case letters, digits and dashes, a letter or digit first.',
      options: problem,
    }
    return { options, name: named.data ?? null, problems }
  })

  /** Looks through the path anew; an earlier look that goes on is given up. */
  async function look(images: boolean): Promise<void> {
    const from = path.value.trim()
    const mine = ++latest
    if (looking.value) await cancel()
    looking.value = images ? 'images' : 'names'
    failure.value = null
    try {
      // A first look asks for nothing: the fields still hold what was asked of another path.
      const options = inspection.value === null ? {} : (checked.value.options ?? {})
      const found = await api.call('datasets.inspect', { name: from, from, options, images })
      if (mine !== latest) return
      if (inspection.value === null) suggest(found)
      inspection.value = found
    } catch (error) {
      if (mine === latest) failure.value = messageOf(error)
    } finally {
      if (mine === latest) looking.value = null
    }
  }

  function suggest({ name, sizes, takesSize }: Inspection): void {
    const small = sizes !== null && sizes.smallest.every((side, at) => side === sizes.largest[at] && side <= smallSide)
    Object.assign(fields, { ...unasked, name, sizing: small || !takesSize ? 'as-is' : 'scale' })
  }

  async function cancel(): Promise<void> {
    await api.call('datasets.cancel', { name: path.value.trim() }).catch(() => undefined)
  }

  function forget(): void {
    latest++
    if (looking.value) void cancel()
    looking.value = null
    inspection.value = failure.value = null
  }

  // Another path is another import.
  watch(path, forget)
  // What is asked changes what is found: the counts of the preview follow it.
  watch(
    () => [fields.classes, fields.perClass, fields.testPerClass, fields.testShare, fields.seed],
    () => inspection.value && checked.value.options && void look(false),
  )
  return { path, inspection, looking, failure, fields, checked, look, cancel, forget }
}

export type ImportDraft = ReturnType<typeof useImportDraft>
