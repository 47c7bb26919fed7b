import type { ViewName } from '../../../common/rpc/page-bridge.ts'

/** Titles of the views, in the order of the rail. */
export const viewTitles: Readonly<Record<ViewName, string>> = {
  design: 'Design',
  queue: 'Queue',
  live: 'Live',
  layers: 'Layers',
  runs: 'Runs',
  report: 'Report',
  data: 'Data',
  settings: 'Settings',
}
