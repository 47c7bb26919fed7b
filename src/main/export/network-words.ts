import type { LayerOf } from '../../common/network/graph/layer.ts'

/** "3×3 conv, 64, /2", as the paper's figures have it. */
export function convolutionWords({ attributes: { kernel, filters, stride } }: Pick<LayerOf<'convolution'>, 'attributes'>): string {
  return `${kernel}×${kernel} conv, ${filters}${stride > 1 ? `, /${stride}` : ''}`
}

/** "73,984 parameters, 231.2 M multiply-adds". */
export function costWords(cost: { readonly parameterCount: number; readonly multiplyAdds: number }): string {
  return `${cost.parameterCount.toLocaleString('en-US')} parameters, ${shortCount(cost.multiplyAdds)} multiply-adds`
}

/** "3.6 G", "40.6 M". */
function shortCount(value: number): string {
  return value >= 1e9 ? `${(value / 1e9).toFixed(1)} G` : `${(value / 1e6).toFixed(1)} M`
}
