import { expect } from 'vitest'
import { SkiplabError, type FailureCode } from '../../src/common/failure.ts'

/** Expects an expected failure: its code, and a part of its message. */
export async function expectFailure(promise: Promise<unknown>, code: FailureCode, part: string): Promise<void> {
  const failure = await promise.then(
    () => null,
    (error: unknown) => error,
  )
  expect(failure).toBeInstanceOf(SkiplabError)
  if (!(failure instanceof SkiplabError)) return
  expect(failure.code).toBe(code)
  expect(failure.message).toContain(part)
}
