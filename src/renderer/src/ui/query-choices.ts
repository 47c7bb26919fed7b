import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import { textOf } from './query-text.ts'

/** One choice in an address. */
export interface QueryField<T> {
  /** Its name there; absent when the choice is what it is without any. */
  readonly key: string
  readonly usual: T
  /** Null for what is no value of it. */
  readonly read: (text: string) => T | null
  /** Whether a change makes an entry of its own in the history. */
  readonly leaves?: boolean
}

export type QueryFields<C> = { readonly [K in keyof C]: QueryField<C[K]> }

/** Makes a field of a few words or numbers. */
export function oneOf<T extends string | number>(key: string, values: readonly T[], usual: T, leaves = false): QueryField<T> {
  return { key, usual, leaves, read: (text) => values.find((value) => String(value) === text) ?? null }
}

/** Makes a field of "1" and "0". */
export function yesOrNo(key: string, usual: boolean): QueryField<boolean> {
  return { key, usual, read: (text) => (text === '1' ? true : text === '0' ? false : null) }
}

/** Tells whether the address says anything about these choices. */
export function mentions<C extends object>(fields: QueryFields<C>, query: LocationQuery): boolean {
  return entriesOf(fields).some(([, { key }]) => query[key] !== undefined)
}

/** Reads the choices from an address. */
export function readChoices<C extends object>(fields: QueryFields<C>, query: LocationQuery): C {
  const choices: Partial<C> = {}
  for (const [name, { key, usual, read }] of entriesOf(fields)) choices[name] = read(textOf(query, key)) ?? usual
  return choices as C // every field was read
}

/** Writes choices as parts of the address; undefined for those as usual. */
export function writeChoices<C extends object>(fields: QueryFields<C>, choices: C): LocationQueryRaw {
  return Object.fromEntries(
    entriesOf(fields).map(([name, { key, usual }]) => [key, choices[name] === usual ? undefined : textFor(choices[name])]),
  )
}

/** Tells whether the step from one address to the other is one that Back undoes. */
export function isLeft<C extends object>(fields: QueryFields<C>, before: C, after: C): boolean {
  return entriesOf(fields).some(([name, { leaves }]) => leaves === true && before[name] !== after[name])
}

function textFor(value: unknown): string {
  return typeof value === 'boolean' ? (value ? '1' : '0') : String(value)
}

function entriesOf<C extends object>(fields: QueryFields<C>): [keyof C, QueryField<C[keyof C]>][] {
  return Object.entries(fields) as [keyof C, QueryField<C[keyof C]>][] // Object.entries knows no key types
}
