import { ref } from 'vue'
import type { ChartSeries } from '../../../../common/chart/series.ts'

/** The run that a list beside the charts points at; null for none. All other runs' lines are drawn faint. */
export const pointedRun = ref<number | null>(null)

export function isFaint({ runs }: ChartSeries): boolean {
  return pointedRun.value !== null && runs !== undefined && !runs.includes(pointedRun.value)
}
