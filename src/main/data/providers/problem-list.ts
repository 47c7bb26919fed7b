import { SkiplabError } from '../../../common/failure.ts'

/** Problems that are kept; of more only the number. */
const kept = 1000
/** Problems that stand in a sentence. */
const told = 20

/** Collects what is wrong with an import, so that all of it is told at once. */
export class ProblemList {
  readonly #first: string[] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  /** The first thousand problems, in the order in which they were found. */
  get first(): readonly string[] {
    return this.#first
  }

  add(problem: string): void {
    this.#count++
    if (this.#first.length < kept) this.#first.push(problem)
  }

  /** Adds why something was refused, without the location and the outcome, which the list's own sentence tells. */
  addRefusal(error: SkiplabError, location: string): void {
    const { message } = error
    const from = message.startsWith(`${location}: `) ? location.length + 2 : 0
    this.add(message.slice(from).replace(/\.(?: Nothing was imported\.)?$/, ''))
  }

  /** Adds what another list has. */
  absorb(other: ProblemList): void {
    for (const problem of other.first) this.add(problem)
    this.#count += other.count - other.first.length
  }

  /** @throws SkiplabError bad-input with the first of the list and the number of the others, unless it is empty */
  refuse(location: string): void {
    if (this.#count === 0) return
    const first = this.#first.slice(0, told)
    const more = this.#count > first.length ? `; and ${this.#count - first.length} more` : ''
    const head = this.#count === 1 ? '' : `${this.#count} problems. `
    throw new SkiplabError('bad-input', `${location}: ${head}${first.join('; ')}${more}. Nothing was imported.`)
  }
}

/** "a, b, c and 4 more": the first of many names. */
export function listed(names: readonly string[], most = 5): string {
  return names.slice(0, most).join(', ') + (names.length > most ? ` and ${names.length - most} more` : '')
}
