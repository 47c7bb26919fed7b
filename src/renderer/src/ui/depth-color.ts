import { depthColor as rampColor } from '../../../common/analysis/depth-ramp.ts'
import { dark } from './theme.ts'

/** Gives a depth's colour for lines and marks in the present theme. */
export function depthColor(layers: number): string {
  return rampColor(layers, dark.value ? 'dark' : 'light')
}
