// Counting what the runners' JSON reports say.
import { readFileSync } from 'node:fs'

/**
 * @typedef {{passed: number, failed: number, skipped: number}} Counts
 */

/** @returns {Counts} */
export function noCounts() {
  return { passed: 0, failed: 0, skipped: 0 }
}

/**
 * Counts of one vitest JSON report. A file that fails without a failed test of its own (it did not load, a hook threw) is one failure.
 * @returns {Counts}
 */
export function countVitest(report) {
  const counts = noCounts()
  for (const file of report.testResults) {
    const failedBefore = counts.failed
    for (const test of file.assertionResults) {
      if (test.status === 'passed') counts.passed += 1
      else if (test.status === 'failed') counts.failed += 1
      else counts.skipped += 1
    }
    if (file.status === 'failed' && counts.failed === failedBefore) counts.failed += 1
  }
  return counts
}

/**
 * Counts of one Playwright JSON report and the reasons of its skipped tests. A flaky test (passed on a retry) counts as failed.
 * @returns {Counts & {reasons: string[]}}
 */
export function countPlaywright(report) {
  const counts = { ...noCounts(), reasons: [] }
  const visit = (suite) => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        if (test.status === 'expected') counts.passed += 1
        else if (test.status === 'skipped') {
          counts.skipped += 1
          const reason = test.annotations?.map((annotation) => annotation.description).find(Boolean)
          counts.reasons.push(`${spec.title}: ${reason ?? 'no reason given'}`)
        } else counts.failed += 1
      }
    }
    for (const child of suite.suites ?? []) visit(child)
  }
  for (const suite of report.suites) visit(suite)
  counts.failed += (report.errors ?? []).length
  return counts
}

/** How many tests a Playwright report lists, whatever became of them. */
export function countListed(report) {
  const { passed, failed, skipped } = countPlaywright({ ...report, errors: [] })
  return passed + failed + skipped
}

/**
 * The counts of a phase from its runner's exit code and report: a runner that failed without saying where, or left no report, is a failure.
 * @param {number} code
 * @param {Counts | null} counts
 * @returns {Counts}
 */
export function settle(code, counts) {
  if (!counts) return { ...noCounts(), failed: 1 }
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

/** @param {Counts[]} parts */
export function sum(parts) {
  const total = noCounts()
  for (const part of parts) {
    for (const key of ['passed', 'failed', 'skipped']) total[key] += part[key]
  }
  return total
}

/** @param {Counts} counts */
export function closingLine(counts) {
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`
}

/** A report file, or null when there is none or it is not whole. */
export function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}
