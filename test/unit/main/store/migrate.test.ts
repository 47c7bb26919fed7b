import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { migrate } from '../../../../src/main/store/migrate.ts'
import { migrations, type Migration } from '../../../../src/main/store/migrations.ts'
import { Store } from '../../../../src/main/store/store.ts'
import { newRun } from '../../../support/new-run.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { labelOf } from '../../../../src/common/network/design.ts'
import { canonicalSettings } from '../../../../src/common/training/run-settings.ts'

const first: Migration = { number: 1, name: 'first', sql: 'CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1);' }
const second: Migration = { number: 2, name: 'second', sql: 'ALTER TABLE a ADD COLUMN y TEXT;' }
const schema = (db: BetterSqlite3.Database): unknown[] => db.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all()

describe('migrations', () => {
  it('migrations bring an older database up and do nothing to a new one', () => {
    const db = new BetterSqlite3(':memory:')
    migrate(db, [first])
    migrate(db, [first, second])
    const before = schema(db)
    migrate(db, [first, second])
    expect(schema(db)).toEqual(before)
    expect(db.prepare('SELECT x, y FROM a').all()).toEqual([{ x: 1, y: null }])
  })

  it('migrations that fail leave the database as it was, whatever they had already done', () => {
    const db = new BetterSqlite3(':memory:')
    migrate(db, [first])
    const before = schema(db)
    const failing: Migration = {
      number: 2,
      name: 'failing',
      sql: 'CREATE TABLE b (x INTEGER) STRICT; DELETE FROM a; INSERT INTO missing VALUES (1);',
    }
    expect(() => migrate(db, [first, failing])).toThrow(/Migration 2 \(failing\) failed, the database is as it was.*missing/)
    expect(schema(db)).toEqual(before)
    expect(db.prepare('SELECT count(*) AS n FROM a').get()).toEqual({ n: 1 })
    migrate(db, [first, second])
  })

  it('migrations whose text changed after they were applied are refused', () => {
    const db = new BetterSqlite3(':memory:')
    migrate(db, [first])
    expect(() => migrate(db, [{ ...first, sql: `${first.sql} -- edited` }, second])).toThrow(
      /another history.*migration 1 \(first\) differs/,
    )
  })

  it('migrations are the same for either kind of line end', () => {
    const db = new BetterSqlite3(':memory:')
    migrate(db, [{ ...first, sql: 'CREATE TABLE a\n(x INTEGER);' }])
    expect(() => migrate(db, [{ ...first, sql: 'CREATE TABLE a\r\n(x INTEGER);' }])).not.toThrow()
  })

  it('migrations of a newer program make an older one refuse the database', () => {
    const db = new BetterSqlite3(':memory:')
    migrate(db, [first, second])
    expect(() => migrate(db, [first])).toThrow(/written by a newer Skiplab/)
  })

  it('migrations are numbered without gaps', () => {
    expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1))
  })
})

describe('a workspace of an earlier schema', () => {
  const folder = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'schemas')
  const fixtures = readdirSync(folder).sort()

  it('a workspace of an earlier schema is kept as a fixture for every schema but the present one', () => {
    expect(fixtures).toEqual(migrations.slice(0, -1).map(({ number }) => `${String(number).padStart(4, '0')}.sql`))
  })

  it.each(fixtures)('%s comes up with its runs, their numbers and nothing said of them', async (name) => {
    const file = join(await temporaryFolder(), 'skiplab.db')
    const old = new BetterSqlite3(file)
    old.exec(readFileSync(join(folder, name), 'utf8'))
    old.close()
    const store = new Store(file)
    const { runs } = store.runs.list({}, 0, 10)
    expect(runs.map(({ name: run, state, sweepName }) => ({ run, state, sweepName }))).toEqual([
      { run: 'plain-8, seed 1', state: 'finished', sweepName: 'How deep is "too deep"?' },
      { run: 'residual-8, seed 1', state: 'diverged', sweepName: 'How deep is "too deep"?' },
    ])
    expect(runs[0]).toMatchObject({
      lastEpoch: { epoch: 2, results: { train: { loss: 0.5, topOneError: 0.25 }, test: { loss: 0.55, topOneError: 0.3 } } },
      bestEpoch: { epoch: 2, results: { test: { loss: 0.55, topOneError: 0.3 } } },
      device: { name: 'Some CPU' },
    })
    expect(store.metrics.epochs(1).map(({ results }) => results)).toEqual([
      { train: { loss: 1, topOneError: 0.5 }, test: { loss: 1.1, topOneError: 0.6 } },
      { train: { loss: 0.5, topOneError: 0.25 }, test: { loss: 0.55, topOneError: 0.3 } },
    ])
    // Runs of 0.1 and 0.2 are found by depth and are still reused: an equal design has an equal hash.
    expect(store.runs.list({ depths: [8] }, 0, 10).total).toBe(2)
    expect(runs.map(({ settings }) => labelOf(settings.network))).toEqual(['plain-8', 'residual-8 A'])
    expect(canonicalSettings(runs[0]!.settings)).not.toContain('architecture')
    expect(runs[0]).toMatchObject({ tags: [], notes: '', starred: false, archived: false })
    expect(store.metrics.steps(1, 0, 100)).toHaveLength(2)
    expect(store.attempts.between(0, 2e12)).toEqual([
      { runId: 1, attempt: 1, startedAt: 1_700_000_001_000, endedAt: 1_700_000_012_000, outcome: 'finished' },
    ])
    expect(store.speeds.ofDevice({ kind: 'cpu', name: 'Some CPU' })).toMatchObject([{ multiplyAdds: 12_000_000, imagesPerSecond: 700 }])
    expect(store.queue.hours).toBeNull()
    store.close()
    const db = new BetterSqlite3(file)
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(db.pragma('foreign_key_check')).toEqual([])
    const fresh = new BetterSqlite3(':memory:')
    migrate(fresh, migrations)
    expect(schema(db)).toEqual(schema(fresh))
    db.close()
  })
})

it('a workspace of schema 7 keeps its validation results', async () => {
  const file = join(await temporaryFolder(), 'skiplab.db')
  const old = new BetterSqlite3(file)
  old.exec(readFileSync(join(import.meta.dirname, '..', '..', '..', 'fixtures', 'schemas', '0007.sql'), 'utf8'))
  for (const table of ['epochs', 'last_epochs'])
    old.exec(`INSERT INTO ${table} VALUES (2, 1, 78, 0.1, 2.1, 0.89, 2.2, 0.88, 2.3, 0.875, 650, 6000, 500000000, 1700000018000)`)
  old.exec('UPDATE runs SET last_epoch = 1, best_epoch = 1, best_error = 0.875, trained_ms = 6000 WHERE id = 2')
  old.close()
  const store = new Store(file)
  const results = {
    train: { loss: 2.1, topOneError: 0.89 },
    validation: { loss: 2.2, topOneError: 0.88 },
    test: { loss: 2.3, topOneError: 0.875 },
  }
  expect(store.runs.get(2)).toMatchObject({ lastEpoch: { epoch: 1, step: 78, results }, bestEpoch: { epoch: 1, results } })
  store.close()
})

describe('a store', () => {
  it('a store is still there after closing and opening', async () => {
    const file = join(await temporaryFolder(), 'skiplab.db')
    const store = new Store(file)
    const runId = store.write('power-cut', () => store.runs.insert(newRun()))
    store.close()
    const again = new Store(file)
    expect(again.runs.get(runId).settings).toEqual(newRun().settings)
    again.close()
  })

  it('a store undoes all of a transaction that fails', () => {
    const store = new Store(':memory:')
    expect(() =>
      store.write('program-crash', () => {
        store.runs.insert(newRun())
        throw new Error('enough')
      }),
    ).toThrow('enough')
    expect(store.runs.list({}, 0, 10).total).toBe(0)
  })
})

describe('a database that cannot be read', () => {
  const cutShort = (file: string): void => {
    new Store(file).close()
    truncateSync(file, 3000)
  }

  it.each([
    ['noise', (file: string) => writeFileSync(file, Buffer.alloc(5000, 'noise'))],
    ['one cut short', cutShort],
    ['a folder', (file: string) => mkdirSync(file)],
  ])('%s is refused with its path and what to do', async (_what, make) => {
    const file = join(await temporaryFolder(), 'skiplab.db')
    make(file)
    expect(() => new Store(file)).toThrow(/skiplab\.db (is damaged|cannot be opened).*Put a copy of it back, or move it away/)
  })
})
