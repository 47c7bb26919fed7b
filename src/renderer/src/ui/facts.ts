/** What a list of facts says in one line. */
export interface Fact {
  readonly name: string
  readonly value: string
}
