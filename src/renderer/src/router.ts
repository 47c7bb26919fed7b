import { createRouter, createWebHashHistory } from 'vue-router'
import type { ViewName } from '../../common/rpc/page-bridge.ts'
import LiveView from './features/curves/LiveView.vue'
import DatasetsView from './features/datasets/DatasetsView.vue'
import LayersView from './features/layers/LayersView.vue'
import QueueView from './features/queue/QueueView.vue'
import ReportView from './features/report/ReportView.vue'
import RunsView from './features/runs/RunsView.vue'
import RunView from './features/runs/RunView.vue'
import SettingsView from './features/settings/SettingsView.vue'
import DesignView from './features/sweeps/DesignView.vue'

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

/** Every view has an address after the #, so that back, forward and deep links work in the app and in a browser. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', redirect: '/design' },
    { path: '/design', name: 'design', component: DesignView },
    { path: '/queue', name: 'queue', component: QueueView },
    { path: '/live', name: 'live', component: LiveView },
    { path: '/layers', name: 'layers', component: LayersView },
    { path: '/runs', name: 'runs', component: RunsView },
    { path: '/runs/:id(\\d+)', name: 'run', component: RunView },
    { path: '/report', name: 'report', component: ReportView },
    { path: '/data', name: 'data', component: DatasetsView },
    { path: '/settings', name: 'settings', component: SettingsView },
    { path: '/:rest(.*)*', redirect: '/design' },
  ],
})
