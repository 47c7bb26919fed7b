import { describe, expect, it } from 'vitest'
import { parseSacct, parseSqueue, squeueCommand } from '../../../../../src/main/places/slurm/job-rows.ts'
import { jobStateOf } from '../../../../../src/main/places/slurm/job-states.ts'
import { pendingWords } from '../../../../../src/main/places/slurm/pending-reasons.ts'

const row = (state: string, reason = 'None', restarts = 0) => ({ number: '7', state, restarts, reason })

describe('the state of a job in Slurm', () => {
  it.each([
    ['TIMEOUT', 'time-limit'],
    ['PREEMPTED', 'preempted'],
    ['NODE_FAIL', 'node-failed'],
    ['BOOT_FAIL', 'node-failed'],
    ['OUT_OF_MEMORY', 'out-of-memory'],
    ['CANCELLED', 'cancelled'],
    ['COMPLETED', 'exited'],
    ['FAILED', 'exited'],
  ])('a job that is %s in Slurm has ended: %s', (state, cause) => {
    expect(jobStateOf(row(state))).toMatchObject({ state: 'ended', cause })
  })

  it.each(['RUNNING', 'COMPLETING', 'RESIZING'])('a job that is %s in Slurm runs', (state) => {
    expect(jobStateOf(row(state))).toEqual({ state: 'running' })
  })

  it('a job that waits in Slurm shows Slurm’s own reason and what it means', () => {
    expect(jobStateOf(row('PENDING', 'Resources'))).toEqual({ state: 'pending', reason: 'Resources: waits until nodes are free' })
    expect(jobStateOf(row('CONFIGURING'))).toMatchObject({ state: 'pending', reason: 'CONFIGURING: its node is being set up' })
    expect(jobStateOf(row('SUSPENDED'))).toMatchObject({ state: 'pending' })
  })

  it.each([
    ['PENDING', 1],
    ['RUNNING', 1],
    ['COMPLETED', 1],
    ['REQUEUED', 0],
    ['REQUEUE_HOLD', 0],
    ['SPECIAL_EXIT', 0],
  ])('a job that Slurm put back into its queue is over for its attempt, where it is %s after %s restarts', (state, restarts) => {
    expect(jobStateOf(row(state, 'BeginTime', restarts))).toMatchObject({ state: 'ended', cause: 'requeued' })
  })
})

describe('Slurm’s reasons for waiting', () => {
  it.each([
    ['PartitionTimeLimit', 'give the place a shorter time'],
    ['QOSMaxWallDurationPerJobLimit', 'give the place a shorter time'],
    ['QOSMaxJobsPerUserLimit', 'as one user may'],
    ['AssocGrpGRES', 'its account has as many'],
    ['QOSGrpCpuLimit', 'its QOS has as many'],
    ['ReqNodeNotAvail, UnavailableNodes:lab1', 'down, drained or reserved'],
    ['(Resources)', 'waits until nodes are free'],
    ['JobHeldUser', 'scontrol release'],
    ['launch failed requeued held', 'scontrol release'],
  ])('the reason %s says: %s', (reason, words) => {
    expect(pendingWords(reason)).toContain(words)
  })

  it('a reason that is not known is shown as Slurm gave it, and none as none', () => {
    expect(pendingWords('SomethingNewer')).toBe('SomethingNewer')
    expect(pendingWords('')).toBeNull()
  })
})

describe('what Slurm’s commands print', () => {
  it('rows of squeue are read by their columns, also where a reason has blanks and commas', () => {
    const text =
      `${'12'.padEnd(24)}${'PENDING'.padEnd(24)}${'0'.padEnd(12)}${'ReqNodeNotAvail, UnavailableNodes:lab1'.padEnd(80)}\n` +
      `${'11'.padEnd(24)}${'RUNNING'.padEnd(24)}${'2'.padEnd(12)}${'None'.padEnd(80)}\n`
    expect(parseSqueue(text)).toEqual([
      { number: '12', state: 'PENDING', restarts: 0, reason: 'ReqNodeNotAvail, UnavailableNodes:lab1' },
      { number: '11', state: 'RUNNING', restarts: 2, reason: 'None' },
    ])
    expect(squeueCommand.join(' ')).toBe('squeue --noheader --me --states=all --Format=JobID:24,State:24,RestartCnt:12,Reason:80')
  })

  it('the accounts of a job tell its last start, how often it was started before, and a cancellation with its user', () => {
    const text = '31|NODE_FAIL|0:0\n31|COMPLETED|0:0\n32|CANCELLED by 1000|0:15\n32.batch|CANCELLED|0:15\n\n'
    expect(parseSacct(text)).toEqual([
      { number: '31', state: 'COMPLETED', restarts: 1, reason: '' },
      { number: '32', state: 'CANCELLED', restarts: 0, reason: '0:15' },
    ])
  })
})
