import { reactive } from 'vue'
import { oneOf, type QueryFields, yesOrNo } from '../../ui/query-choices.ts'

export interface LayerChoices {
  /** Null for the newest, also while it changes. */
  epoch: number | null
  /** Where the vertical axis begins: close around the lines, or at 0. */
  vertical: 'lines' | 'zero'
  /** Whether the axis is logarithmic: responses of a net that diverges are thousands of times those of the others. */
  logarithmic: boolean
  /** One axis for all epochs, so that scrubbing moves only the lines; else as the epoch in sight needs. */
  sameAxis: boolean
  /** Finished seeds of one network are drawn as their mean. */
  ofSeeds: boolean
}

export const layerFields: QueryFields<LayerChoices> = {
  epoch: { key: 'epoch', usual: null, read: (text) => (/^[1-9]\d{0,6}$/.test(text) ? Number(text) : null) },
  vertical: oneOf('y', ['lines', 'zero'], 'lines'),
  logarithmic: yesOrNo('log', false),
  sameAxis: yesOrNo('fixed', false),
  ofSeeds: yesOrNo('means', true),
}

/** Kept while the page is open. */
export const layerChoices = reactive<LayerChoices>({ epoch: null, vertical: 'lines', logarithmic: false, sameAxis: false, ofSeeds: true })
