import { SkiplabError } from '../../../common/failure.ts'

/** Problems that are told one by one; of more only the number. */
const told = 20

/** Collects what is wrong with an import, so that all of it is told at once. */
export class ProblemList {
  readonly #first: string[] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  /** The first problems, in the order in which they were found. */
  get first(): readonly string[] {
    return this.#first
  }

  add(problem: string): void {
    this.#count++
    if (this.#first.length < told) this.#first.push(problem)
  }

  /** @throws SkiplabError bad-input with the whole list, unless it is empty */
  refuse(location: string): void {
    if (this.#count === 0) return
    const more = this.#count > this.#first.length ? `; and ${this.#count - this.#first.length} more` : ''
    const head = this.#count === 1 ? '' : `${this.#count} problems. `
    throw new SkiplabError('bad-input', `${location}: ${head}${this.#first.join('; ')}${more}. Nothing was imported.`)
  }
}

/** "a, b, c and 4 more": the first of many names. */
export function listed(names: readonly string[], most = 5): string {
  return names.slice(0, most).join(', ') + (names.length > most ? ` and ${names.length - most} more` : '')
}
