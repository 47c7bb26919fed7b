import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { runSummarySchema, sweepSummarySchema } from '../../../src/common/records/records.ts'
import { diskUsageSchema } from '../../../src/common/records/disk.ts'
import { cliLab } from '../../support/cli-lab.ts'
import { json } from '../../support/printed-json.ts'

/** Two finished runs of one sweep, which the tests rename, remove, restore and thin one after another. */
const { skiplab } = cliLab()
const training =
  '--family plain,residual --n 1 --widths 2,4,8 --dataset shapes-10 --recipe demo --set batchSize=500 --set epochs=1 --set statisticsSize=0'

beforeAll(async () => {
  await skiplab.run('sweep', 'run', ...training.split(' '), '--name', 'first')
})

/** Matchers as the texts that they stand for. */
const stringContaining = (text: string): string => expect.stringContaining(text) as string
const stringMatching = (text: RegExp): string => expect.stringMatching(text) as string

const command = (text: string) => skiplab.run(...text.split(' '))
const runs = async () =>
  z
    .array(runSummarySchema)
    .parse(JSON.parse((await command('runs --json')).stdout))
    .map(({ id, name }) => ({ id, name }))
const sweeps = async () =>
  z
    .array(sweepSummarySchema)
    .parse(JSON.parse((await command('sweep list --json')).stdout))
    .map(({ name, runIds }) => ({ name, runs: runIds.length }))

describe('skiplab runs', () => {
  it('skiplab runs rename gives a run another name, by which it is found', async () => {
    expect(await skiplab.run('runs', 'rename', '1', 'my best')).toMatchObject({ exitCode: 0, stdout: 'Run 1 is "my best" now.\n' })
    expect((await skiplab.run('runs', '--search', 'my best')).stdout).toContain('my best')
  })

  it('skiplab runs rename refuses an empty name, one with control characters, and a run that is not there', async () => {
    expect(await skiplab.run('runs', 'rename', '1', '')).toMatchObject({
      exitCode: 2,
      stderr: stringContaining('Expected a name of 1 to 120 characters'),
    })
    expect((await skiplab.run('runs', 'rename', '1', 'a\u0007b')).exitCode).toBe(2)
    expect(await skiplab.run('runs', 'rename', '99', 'x')).toMatchObject({ exitCode: 3, stderr: stringContaining('There is no run 99') })
    expect((await runs()).find(({ id }) => id === 1)?.name).toBe('my best')
  })

  it('skiplab runs remove takes a run out of every list and says how to bring it back; restore does', async () => {
    const before = await runs()
    const removed = await command('runs remove 1')
    expect(removed).toMatchObject({
      exitCode: 0,
      stdout: stringMatching(/^Run 1 removed; .* of files are deleted at .*\. Bring back with: npx skiplab runs restore 1\n$/),
    })
    expect((await runs()).map(({ id }) => id)).toEqual([2])
    expect((await command('show 1')).exitCode).toBe(3)
    expect(await command('runs restore 1')).toMatchObject({ exitCode: 0, stdout: 'Run 1 restored.\n' })
    expect(await runs()).toEqual(before)
    expect(readdirSync(join(skiplab.workspace, 'checkpoints'))).toContain('1')
  })

  it('skiplab runs remove refuses numbers that are none and changes nothing then', async () => {
    expect(await command('runs remove 1 x')).toMatchObject({ exitCode: 2, stderr: stringContaining('Expected the number of a run') })
    expect((await command('runs remove 1 99')).exitCode).toBe(3)
    expect(await runs()).toHaveLength(2)
  })
})

describe('skiplab sweep', () => {
  it('skiplab sweep rename gives a sweep another name, which stands for it from then on', async () => {
    expect(await command('sweep rename first second')).toMatchObject({ exitCode: 0, stdout: 'Sweep 1 is "second" now.\n' })
    expect(await sweeps()).toEqual([{ name: 'second', runs: 2 }])
    expect((await command('sweep show first')).exitCode).toBe(3)
  })

  it('skiplab sweep remove leaves the runs unless --runs takes them too; restore brings both back', async () => {
    expect(await command('sweep remove second')).toMatchObject({
      exitCode: 0,
      stdout: stringMatching(/^Sweep 1 removed\. Bring back with: npx skiplab sweep restore 1\n$/),
    })
    expect(await sweeps()).toEqual([])
    expect(await runs()).toHaveLength(2)
    expect(await command('sweep restore 1')).toMatchObject({ exitCode: 0, stdout: 'Sweep 1 restored.\n' })
    expect(await command('sweep remove 1 --runs')).toMatchObject({ exitCode: 0, stdout: stringMatching(/^Sweep 1 and 2 runs removed; /) })
    expect(await runs()).toEqual([])
    expect(await command('sweep restore 1 --json')).toMatchObject({ exitCode: 0, stderr: 'Sweep 1 restored with 2 runs.\n' })
    expect(await runs()).toHaveLength(2)
    expect(await sweeps()).toEqual([{ name: 'second', runs: 2 }])
  })

  it('skiplab sweep remove and restore of a sweep that is not there are refused', async () => {
    expect((await command('sweep remove nothing')).exitCode).toBe(3)
    expect((await command('sweep restore 99')).exitCode).toBe(3)
  })
})

describe('skiplab disk', () => {
  const usage = async () => json((await command('disk --json')).stdout, diskUsageSchema)

  it('skiplab disk tells what the workspace takes, and warns beyond a budget', async () => {
    const { stdout } = await command('disk')
    expect(stdout).toMatch(/^\d.* in .*lab; .* free on its disk\. There is no budget\.\n/)
    expect(stdout).toMatch(/Checkpoints +\d/)
    expect(stdout).toMatch(/data shapes-10 .*2 runs/)
    expect(await command('disk budget lots')).toMatchObject({ exitCode: 2, stderr: stringContaining('such as 20G or 500 MB') })
    expect(await command('disk budget 1M')).toMatchObject({
      exitCode: 0,
      stdout: stringMatching(/^The budget is 1\.0 MB: .* over it\.\n$/),
    })
    expect((await command('engine status')).stdout).toContain('more than its budget of 1.0 MB')
    expect(await command('disk budget none')).toMatchObject({ exitCode: 0, stdout: 'There is no budget.\n' })
    expect((await command('engine status')).stdout).not.toContain('budget')
  })

  it('skiplab disk free says what it would free, and frees it for good when it is not a dry run', async () => {
    expect(await command('disk free')).toMatchObject({ exitCode: 2, stderr: stringContaining('Say what to free') })
    expect(await command('disk free --data shapes-10')).toMatchObject({
      exitCode: 5,
      stderr: stringContaining('2 runs are trained on shapes-10'),
    })
    expect(await command('disk free --thin')).toMatchObject({ exitCode: 0, stdout: stringContaining('There is nothing to free.') })
    await command('runs remove 2')
    expect((await usage()).removed).toMatchObject([{ runIds: [2] }])
    expect((await command('disk')).stdout).toContain('skiplab runs restore 2')
    const dry = await command('disk free --purge --dry-run')
    expect(dry.stdout).toMatch(/run 2 +removed before/)
    expect(dry.stdout).toContain('Nothing was deleted.')
    expect(readdirSync(join(skiplab.workspace, 'checkpoints'))).toContain('2')
    expect((await command('disk free --purge')).stdout).toMatch(/in \d+ files freed\.\n$/)
    expect(readdirSync(join(skiplab.workspace, 'checkpoints'))).toEqual(['1'])
    expect((await command('runs restore 2')).exitCode).toBe(3)
    expect((await usage()).removed).toEqual([])
  })
})
