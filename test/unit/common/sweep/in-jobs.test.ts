import { expect, it } from 'vitest'
import { inJobs } from '../../../../src/common/sweep/in-jobs.ts'

const hour = 3_600_000
const lasts = (hours: number) => ({ ms: hours * hour, distance: 0.3 })

it('work that fits into a job, or has no limit of time, takes one job', () => {
  expect(inJobs(lasts(7), hour, 8 * hour)).toEqual({ ...lasts(7), jobs: 1 })
  expect(inJobs(lasts(8), hour, 8 * hour)).toEqual({ ...lasts(8), jobs: 1 })
  expect(inJobs(lasts(800), hour, null)).toEqual({ ...lasts(800), jobs: 1 })
})

it('longer work takes several jobs, and each of them starts anew', () => {
  // 20 h of training and 1 h of start: 7 h of training in each job of 8 h.
  expect(inJobs(lasts(21), hour, 8 * hour)).toEqual({ ms: 23 * hour, distance: 0.3, jobs: 3 })
})

it('jobs that are over before they train are counted as if a tenth of them trained', () => {
  expect(inJobs(lasts(4), 3 * hour, 2 * hour).jobs).toBe(5)
})
