import { describe, expect, it } from 'vitest'
import { closingLine, countListed, countPlaywright, countVitest, settle, sum } from '../../../scripts/test/reports.mjs'

const vitestFile = (status: string, tests: string[]) => ({ status, assertionResults: tests.map((test) => ({ status: test })) })
const playwrightTest = (status: string, description?: string) => ({
  title: `a ${status} test`,
  tests: [{ status, annotations: description ? [{ type: 'skip', description }] : [] }],
})

describe('counting a vitest report', () => {
  it('counting a vitest report counts passed and failed tests, and takes pending, skipped and to-do ones as skipped', () => {
    const report = {
      testResults: [vitestFile('failed', ['passed', 'failed', 'pending', 'skipped', 'todo']), vitestFile('passed', ['passed'])],
    }
    expect(countVitest(report)).toEqual({ passed: 2, failed: 1, skipped: 3 })
  })

  it('counting a vitest report counts a file that failed without a failed test as one failure', () => {
    expect(
      countVitest({ testResults: [vitestFile('passed', ['passed']), vitestFile('failed', []), vitestFile('failed', ['passed'])] }),
    ).toEqual({ passed: 2, failed: 2, skipped: 0 })
  })
})

describe('counting a Playwright report', () => {
  const report = {
    suites: [
      {
        specs: [playwrightTest('expected')],
        suites: [{ specs: [playwrightTest('unexpected'), playwrightTest('flaky'), playwrightTest('skipped', 'no GPU here')] }],
      },
    ],
    errors: [{ message: 'a file did not load' }],
  }

  it('a Playwright report counts nested suites, flaky tests and outside errors, and keeps skip reasons', () => {
    expect(countPlaywright(report)).toEqual({ passed: 1, failed: 3, skipped: 1, reasons: ['a skipped test: no GPU here'] })
  })

  it('counting a Playwright report tells how many tests are listed', () => {
    expect(countListed(report)).toBe(4)
  })
})

describe('the outcome of a phase', () => {
  it('the outcome of a phase is a failure when the runner left no report', () => {
    expect(settle(0, null)).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })

  it('the outcome of a phase is a failure when the runner failed though no test did', () => {
    expect(settle(1, { passed: 5, failed: 0, skipped: 0 })).toEqual({ passed: 5, failed: 1, skipped: 0 })
  })

  it('the outcome of a phase is what the report says otherwise', () => {
    expect(settle(1, { passed: 5, failed: 2, skipped: 0 })).toEqual({ passed: 5, failed: 2, skipped: 0 })
  })
})

it('the closing line sums all phases', () => {
  expect(
    closingLine(
      sum([
        { passed: 3, failed: 0, skipped: 1 },
        { passed: 4, failed: 2, skipped: 0 },
      ]),
    ),
  ).toBe('7 passed, 2 failed, 1 skipped')
})
