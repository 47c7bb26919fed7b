import initial from './migrations/0001_initial.sql?raw'
import labels from './migrations/0002_labels.sql?raw'
import templatesAndSettings from './migrations/0003_templates_and_settings.sql?raw'
import forecastsAndHours from './migrations/0004_forecasts_and_hours.sql?raw'
import lastEpochs from './migrations/0005_last_epochs.sql?raw'
import removal from './migrations/0006_removal.sql?raw'
import designs from './migrations/0007_designs.sql?raw'
import results from './migrations/0008_results.sql?raw'
import confusions from './migrations/0009_confusions.sql?raw'
import evaluations from './migrations/0010_evaluations.sql?raw'
import importedRuns from './migrations/0011_imported_runs.sql?raw'
import analyses from './migrations/0012_analyses.sql?raw'
import places from './migrations/0013_places.sql?raw'
import jobWork from './migrations/0014_job_work.sql?raw'
import networkUse from './migrations/0015_network_use.sql?raw'

export interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
}

/** Every migration that was ever released, in order. Append only: a released file never changes. */
export const migrations: readonly Migration[] = [
  { number: 1, name: 'initial', sql: initial },
  { number: 2, name: 'labels', sql: labels },
  { number: 3, name: 'templates and settings', sql: templatesAndSettings },
  { number: 4, name: 'forecasts and hours', sql: forecastsAndHours },
  { number: 5, name: 'last epochs', sql: lastEpochs },
  { number: 6, name: 'removal', sql: removal },
  { number: 7, name: 'designs', sql: designs },
  { number: 8, name: 'results', sql: results },
  { number: 9, name: 'confusions', sql: confusions },
  { number: 10, name: 'evaluations', sql: evaluations },
  { number: 11, name: 'imported runs', sql: importedRuns },
  { number: 12, name: 'analyses', sql: analyses },
  { number: 13, name: 'places', sql: places },
  { number: 14, name: 'job work', sql: jobWork },
  { number: 15, name: 'network use', sql: networkUse },
]
