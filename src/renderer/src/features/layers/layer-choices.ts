import { reactive } from 'vue'
import type { LayerAxisChoices } from '../../../../common/analysis-figures/layer-axis.ts'
import type { RecordedMeasure } from '../../../../common/analysis-figures/layer-lines.ts'
import { oneOf, type QueryFields, yesOrNo } from '../../ui/query-choices.ts'

export interface LayerChoices extends LayerAxisChoices {
  /** Null for the newest, also while it changes. */
  epoch: number | null
  /** What of the responses is drawn. */
  measure: RecordedMeasure
  vertical: LayerAxisChoices['vertical']
  logarithmic: boolean
  /** One axis for all epochs, so that scrubbing moves only the lines; else as the epoch in sight needs. */
  sameAxis: boolean
  /** Finished seeds of one network are drawn as their mean. */
  ofSeeds: boolean
}

export const layerFields: QueryFields<LayerChoices> = {
  epoch: { key: 'epoch', usual: null, read: (text) => (/^[1-9]\d{0,6}$/.test(text) ? Number(text) : null) },
  measure: oneOf('of', ['std', 'mean'], 'std'),
  vertical: oneOf('y', ['lines', 'zero'], 'lines'),
  logarithmic: yesOrNo('log', false),
  sameAxis: yesOrNo('fixed', false),
  ofSeeds: yesOrNo('means', true),
}

/** Kept while the page is open. */
export const layerChoices = reactive<LayerChoices>({
  epoch: null,
  measure: 'std',
  vertical: 'lines',
  logarithmic: false,
  sameAxis: false,
  ofSeeds: true,
})
