import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { nextFixture } from '../../../scripts/schema-fixture.mjs'

const project = join(import.meta.dirname, '..', '..', '..')
const fixtures = join(project, 'test', 'fixtures', 'schemas')
const migrations = join(project, 'src', 'main', 'store', 'migrations')
const read = (name: string): string => readFileSync(join(fixtures, name), 'utf8')

interface Content {
  readonly schema: readonly unknown[]
  /** Rows of each table that has any. */
  readonly rows: Readonly<Record<string, readonly unknown[]>>
}

/** Schema and rows of a database, whatever the order in which its parts were made. */
function contentOf(sql: string): Content {
  const db = new BetterSqlite3(':memory:')
  db.exec(sql)
  const schema = db
    .prepare<[], { type: string; name: string; sql: string }>('SELECT type, name, sql FROM sqlite_schema ORDER BY name')
    .all()
  const tables = schema.filter(({ type }) => type === 'table').map(({ name }) => name)
  const rows = tables.map(
    (name) =>
      [name, db.prepare(name === 'migrations' ? 'SELECT number, name, checksum FROM migrations' : `SELECT * FROM ${name}`).all()] as const,
  )
  return { schema, rows: Object.fromEntries(rows.filter(([, found]) => found.length > 0)) }
}

describe('the fixture of a schema', () => {
  const known = readdirSync(fixtures).sort()

  it.each(known.slice(1))('%s is the one before it, brought up by one migration with all its rows', (name) => {
    const migration = readdirSync(migrations).find((file) => file.startsWith(name.slice(0, 4)))!
    const made = nextFixture(read(known[known.indexOf(name) - 1]!), join(migrations, migration))
    const { schema, rows } = contentOf(read(name))
    expect(contentOf(made).schema).toEqual(schema)
    // A fixture may hold rows of tables that its own migration brought; they were written by hand.
    expect(rows).toMatchObject(contentOf(made).rows)
  })
})
