import type { Database } from 'better-sqlite3'
import type { Annotation } from '../../common/rpc/run-calls.ts'
import { mostTags } from '../../common/records/records.ts'
import { SkiplabError } from '../../common/failure.ts'

/** Stores what people note about a run: tags, notes, star and archive. */
export class LabelTable {
  readonly #tags
  readonly #change

  constructor(db: Database) {
    this.#tags = db.prepare<[number], { tags: string }>('SELECT tags FROM runs WHERE id = ?')
    this.#change = db.prepare<Record<string, unknown>>(`
      UPDATE runs SET tags = @tags, notes = coalesce(@notes, notes), starred = coalesce(@starred, starred),
        archived = coalesce(@archived, archived)
      WHERE id = @id`)
  }

  /** @throws SkiplabError not-found; bad-input when the run would carry too many tags */
  annotate(runId: number, { addTags = [], removeTags = [], notes, starred, archived }: Annotation): void {
    const row = this.#tags.get(runId)
    if (!row) throw new SkiplabError('not-found', `There is no run ${runId} in this workspace.`)
    const before = JSON.parse(row.tags) as string[] // written here alone
    const tags = [...new Set([...before.filter((tag) => !removeTags.includes(tag)), ...addTags])]
    if (tags.length > mostTags)
      throw new SkiplabError('bad-input', `Run ${runId} would carry ${tags.length} tags; ${mostTags} are the most. Remove some first.`)
    this.#change.run({ id: runId, tags: JSON.stringify(tags), notes: notes ?? null, starred: bit(starred), archived: bit(archived) })
  }
}

function bit(value: boolean | undefined): number | null {
  return value === undefined ? null : Number(value)
}
