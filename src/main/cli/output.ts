/** Writes a command's results and remarks. */
export interface Output {
  readonly json: boolean
  /** The result for people, on stdout; with `--json` on stderr. */
  text(text: string): void
  /** Progress and remarks, always on stderr. */
  note(text: string): void
  /** The result for programs: one JSON value, or several as JSON lines, on stdout. Only with `--json`. */
  value(value: unknown): void
}

export function createOutput(json: boolean): Output {
  return {
    json,
    text(text) {
      const stream = json ? process.stderr : process.stdout
      stream.write(`${text}\n`)
    },
    note(text) {
      process.stderr.write(`${text}\n`)
    },
    value(value) {
      if (json) process.stdout.write(`${JSON.stringify(value)}\n`)
    },
  }
}
