/** A set-up step that cannot go on: what is wrong in one sentence, and what the reader can do about it. */
export class SetupProblem extends Error {
  /**
   * @param {string} message what is wrong
   * @param {string} [fix] what to type or do
   * @param {number} [exitCode]
   */
  constructor(message, fix, exitCode = 1) {
    super(message)
    this.name = 'SetupProblem'
    this.fix = fix
    this.exitCode = exitCode
    /** Whether something could not be reached, so that another source may help. */
    this.outOfReach = false
  }

  toString() {
    return this.fix ? `${this.message}\n  To fix it: ${this.fix}` : this.message
  }
}
