import type { DiskKind } from './disk.ts'

/** What each kind of file is called in lists. */
export const diskKindWords: Readonly<Record<DiskKind, string>> = {
  checkpoints: 'Checkpoints',
  removed: 'Removed runs',
  datasets: 'Data sets',
  evaluations: 'Scores of evaluations',
  analyses: 'Unfinished analyses',
  weights: 'Initial weights',
  database: 'Database',
  logs: 'Logs',
  exports: 'Exports',
  temporary: 'Temporary files',
}
