/** An expected failure: bad input, unknown name, a state that does not allow the call. Crosses the wire as code and message. */
export const failureCodes = ['bad-input', 'not-found', 'conflict', 'unavailable', 'internal'] as const
export type FailureCode = (typeof failureCodes)[number]

export class SkiplabError extends Error {
  readonly code: FailureCode
  constructor(code: FailureCode, message: string) {
    super(message)
    this.name = 'SkiplabError'
    this.code = code
  }
}
