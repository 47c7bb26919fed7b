import { depthColor as rampColor, depthLabelColor as rampLabelColor } from '../../../common/analysis/depth-ramp.ts'
import { dark } from './theme.ts'

/** A depth's colour for lines and marks in the present theme. */
export function depthColor(layers: number): string {
  return rampColor(layers, dark.value ? 'dark' : 'light')
}

/** A depth's colour for text in the present theme. */
export function depthLabelColor(layers: number): string {
  return rampLabelColor(layers, dark.value ? 'dark' : 'light')
}
