import { createRouter, createWebHashHistory } from 'vue-router'
import { AnalysisView } from './features/analyses/index.ts'
import { LiveView } from './features/curves/index.ts'
import { DatasetsView } from './features/datasets/index.ts'
import { EvaluationView } from './features/evaluations/index.ts'
import { GalleryView } from './features/gallery/index.ts'
import { IdentityView } from './features/identity/index.ts'
import { LayersView } from './features/layers/index.ts'
import { PublishedView } from './features/published/index.ts'
import { QueueView } from './features/queue/index.ts'
import { ReportView } from './features/report/index.ts'
import { RunsView, RunView } from './features/runs/index.ts'
import { SettingsView } from './features/settings/index.ts'
import { SweepListView } from './features/sweep-list/index.ts'
import { DesignView } from './features/sweeps/index.ts'
import { TourView } from './features/tour/index.ts'
import { WeightsView } from './features/weights/index.ts'

/** Gives every view an address after the #, so that back, forward and deep links work in the app and in a browser. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', redirect: '/design' },
    { path: '/design', name: 'design', component: DesignView },
    { path: '/queue', name: 'queue', component: QueueView },
    { path: '/live', name: 'live', component: LiveView },
    { path: '/layers', name: 'layers', component: LayersView },
    { path: '/layers/identity', name: 'identity', component: IdentityView },
    { path: '/runs', name: 'runs', component: RunsView },
    { path: '/runs/:id(\\d+)', name: 'run', component: RunView },
    { path: '/runs/published', name: 'published', component: PublishedView },
    { path: '/runs/import', name: 'import-weights', component: WeightsView },
    { path: '/evaluations/:id(\\d+)', name: 'evaluation', component: EvaluationView },
    { path: '/analyses/:id(\\d+)', name: 'analysis', component: AnalysisView },
    { path: '/sweeps', name: 'sweeps', component: SweepListView },
    { path: '/gallery', name: 'gallery', component: GalleryView },
    { path: '/report', name: 'report', component: ReportView },
    { path: '/tour/:step([1-5])?', name: 'tour', component: TourView },
    { path: '/data', name: 'data', component: DatasetsView },
    { path: '/settings', name: 'settings', component: SettingsView },
    { path: '/:rest(.*)*', redirect: '/design' },
  ],
})
