import { depthColor as rampColor } from '../../../common/analysis/depth-ramp.ts'
import { dark } from './theme.ts'

/** The depth ramp in the present theme. @param rank 0 for the shallowest of `total` depths */
export function depthColor(rank: number, total: number): string {
  return rampColor(rank, total, dark.value ? 'dark' : 'light')
}
