import initial from './migrations/0001_initial.sql?raw'
import labels from './migrations/0002_labels.sql?raw'

export interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
}

/** Every migration that was ever released, in order. Append only: a released file never changes. */
export const migrations: readonly Migration[] = [
  { number: 1, name: 'initial', sql: initial },
  { number: 2, name: 'labels', sql: labels },
]
