// `npm run schema-fixture`: writes the fixture of the present schema, which a new migration has to bring up.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'
import { inProject } from './setup/project.mjs'

const migrations = inProject('src', 'main', 'store', 'migrations')
const fixtures = inProject('test', 'fixtures', 'schemas')

/**
 * The fixture of a schema as SQL: the one before it, with rows, brought up by one migration.
 * @param {string} previous SQL of the fixture before
 * @param {string} file path of the migration, such as `0006_removal.sql`
 */
export function nextFixture(previous, file) {
  const [, number, name] = /(\d{4})_(\w+)\.sql$/.exec(file)
  const sql = readFileSync(file, 'utf8').replaceAll('\r\n', '\n')
  const db = new Database(':memory:')
  db.exec(previous)
  db.exec(sql)
  const checksum = createHash('sha256').update(sql).digest('hex')
  db.prepare('INSERT INTO migrations VALUES (?, ?, ?, 1700000000000)').run(Number(number), name.replaceAll('_', ' '), checksum)
  return `-- A workspace's database as schema ${Number(number)} held it, with runs in it.\n${dump(db)}`
}

/** Tables with their rows, then indices and triggers, so that no trigger fires while rows are read back. */
function dump(db) {
  const parts = db
    .prepare("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY rowid")
    .all()
  const tables = parts.filter(({ type }) => type === 'table').flatMap(({ name, sql }) => [sql, ...rows(db, name)])
  const others = parts.filter(({ type }) => type !== 'table').map(({ sql }) => sql)
  return [...tables, ...others].map((statement) => `${statement};\n`).join('')
}

function rows(db, table) {
  const columns = db.pragma(`table_info(${table})`).map(({ name }) => `quote("${name}")`)
  return db
    .prepare(`SELECT 'INSERT INTO ${table} VALUES (' || ${columns.join(" || ', ' || ")} || ')' FROM ${table}`)
    .pluck()
    .all()
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const newest = readdirSync(migrations)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .at(-1)
  const target = join(fixtures, `${newest.slice(0, 4)}.sql`)
  if (existsSync(target)) {
    console.error(`${target} exists already. Run this before the next migration is written, or delete the file to write it anew.`)
    process.exit(1)
  }
  const previous = readdirSync(fixtures).sort().at(-1)
  writeFileSync(target, nextFixture(readFileSync(join(fixtures, previous), 'utf8'), join(migrations, newest)))
  console.log(`Wrote ${target}`)
}
