import { computed, reactive, ref, shallowRef } from 'vue'
import { messageOf } from '../../../../common/caught.ts'
import type { WeightInspection, WeightOptionsInput } from '../../../../common/rpc/weights.ts'
import { api } from '../../connection/api.ts'

/** What is asked beside the file; '' leaves it to what was recognised. */
const unasked = {
  name: '',
  dataset: '',
  family: '',
  shortcut: '',
  shortcutPadding: '',
  bottleneckStride: '',
  mean: '',
  std: '',
  range: '1',
  channelOrder: '',
  epsilon: '',
  imageSize: '',
}

/** A file of weights that may be imported: what is in it, and what is asked of its import. */
export function useWeightDraft() {
  const path = ref('')
  const fields = reactive({ ...unasked })
  const found = shallowRef<WeightInspection | null>(null)
  const busy = ref<'looking' | 'importing' | null>(null)
  const failure = ref<string | null>(null)
  /** What the shown inspection was made of: a later change has to be looked at before it is imported. */
  const shown = ref('')
  const request = computed(() => ({ path: path.value.trim(), options: optionsOf(fields) }))
  const isCurrent = computed(() => JSON.stringify(request.value) === shown.value)

  async function look(): Promise<void> {
    const asked = request.value
    busy.value = 'looking'
    failure.value = null
    try {
      found.value = await api.call('weights.inspect', asked)
      shown.value = JSON.stringify(asked)
    } catch (error) {
      found.value = null
      failure.value = messageOf(error)
    } finally {
      busy.value = null
    }
  }

  /** Imports what is shown. @returns the run's number; null where it failed */
  async function take(): Promise<number | null> {
    busy.value = 'importing'
    failure.value = null
    try {
      const { runId } = await api.call('weights.import', { ...request.value, name: fields.name.trim() || null })
      return runId
    } catch (error) {
      failure.value = messageOf(error)
      return null
    } finally {
      busy.value = null
    }
  }

  return { path, fields, found, busy, failure, isCurrent, look, take }
}
export type WeightDraft = ReturnType<typeof useWeightDraft>

function optionsOf(fields: typeof unasked): WeightOptionsInput {
  const { family, shortcut, shortcutPadding, bottleneckStride } = fields
  const network = Object.entries({ family, shortcut, shortcutPadding, bottleneckStride }).filter(([, value]) => value !== '')
  return {
    network: Object.fromEntries(network),
    dataset: fields.dataset || null,
    mean: numbersOf(fields.mean),
    std: numbersOf(fields.std),
    range: fields.range === '255' ? 255 : 1,
    channelOrder: fields.channelOrder === 'rgb' || fields.channelOrder === 'bgr' ? fields.channelOrder : null,
    epsilon: fields.epsilon.trim() === '' ? null : Number(fields.epsilon),
    imageSize: fields.imageSize.trim() === '' ? null : Number(fields.imageSize),
  }
}

/** What is no number goes to the engine as such, which says what it expects. */
function numbersOf(text: string): number[] | null {
  return text.trim() === ''
    ? null
    : text
        .trim()
        .split(/[\s,;]+/)
        .map(Number)
}
