import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { evaluationSchema } from '../../../src/common/evaluation/evaluation.ts'
import { cliLab } from '../../support/cli-lab.ts'
import { json, jsonLines } from '../../support/printed-json.ts'

/** Two finished runs, which all tests of this file test. */
const { folder, skiplab } = cliLab()
const training =
  '--family plain,residual --n 1 --widths 2,4,8 --dataset shapes-10 --recipe demo --set batchSize=500 --set epochs=1 --set statisticsSize=0'
const command = (text: string) => skiplab.run(...text.split(' '))

beforeAll(async () => {
  await skiplab.run('sweep', 'run', ...training.split(' '), '--name', 'first')
})

describe('skiplab evaluate', () => {
  it('skiplab evaluate tests runs and their ensemble, and prints a table with its gain', async () => {
    const { exitCode, stdout, stderr } = await command('evaluate 1 2 --protocol 10-crop --ensemble')
    expect(exitCode, stderr).toBe(0)
    expect(stdout).toMatch(/run 1, plain-8 2-4-8, seed 1 +last \(1\) +test +10-crop +moving +finished +\d+\.\d\d % +\d\.\d{4}/)
    expect(stdout).toMatch(/ensemble of 1, 2 +last +test +10-crop/)
    expect(stdout).toMatch(/\nEnsemble 3: .*(points (better|worse) than|as good as) the mean of its runs, .* the best of them\.\n$/)
    expect(stderr).toContain('run 1, plain-8 2-4-8, seed 1, 10-crop: top-1 error')
  })

  it('skiplab evaluate prints JSON lines, the last one with evaluations and gains; what was tested is not tested again', async () => {
    const lines = jsonLines((await command('evaluate 1 2 --protocol 10-crop --ensemble --json')).stdout)
    const end = z
      .object({
        evaluations: z.array(evaluationSchema),
        reusedIds: z.array(z.int()),
        gains: z.array(z.looseObject({ evaluationId: z.int() })),
      })
      .parse(lines.at(-1))
    expect(end.evaluations.map(({ state }) => state)).toEqual(['finished', 'finished', 'finished'])
    expect(end.reusedIds).toEqual([1, 2, 3])
    expect(end.gains.map(({ evaluationId }) => evaluationId)).toEqual([3])
  })

  it('skiplab evaluate refuses unknown protocols, runs that are not there and an ensemble of one', async () => {
    expect(await command('evaluate 1 --protocol 12-crop')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Unknown protocol "12-crop"; expected single-view') as string,
    })
    expect((await command('evaluate 77')).exitCode).toBe(3)
    expect((await command('evaluate 1 --ensemble')).exitCode).toBe(2)
  })
})

describe('skiplab evaluations', () => {
  it('skiplab evaluations lists tests by run and state, and removes them', async () => {
    expect((await command('evaluations')).stdout).toContain('ensemble of 1, 2')
    const listed = json((await command('evaluations --run 2 --state finished --json')).stdout, z.array(evaluationSchema))
    expect(listed.map(({ id }) => id)).toEqual([2, 3])
    expect((await command('evaluations remove 3')).stdout).toMatch(/^Removed: 3 \(.*B\)\.\n$/)
    expect((await command('evaluations --run 2')).stdout).not.toContain('ensemble')
    expect(await command('evaluations cancel 1')).toMatchObject({ exitCode: 5 })
  })

  it('skiplab export writes tests and what they say of each image as CSV', async () => {
    const [predictions, table] = [join(folder, 'predictions.csv'), join(folder, 'evaluations.csv')]
    expect((await skiplab.run('export', 'predictions', '1', '--output', predictions)).stdout).toBe(`${predictions}: 1000 images\n`)
    expect(readFileSync(predictions, 'utf8')).toMatch(
      /^split,image,label,label_name,prediction,prediction_name,probability,label_probability,wrong\r\ntest,0,/,
    )
    await skiplab.run('export', 'csv', '--table', 'evaluations', '--output', table)
    expect(readFileSync(table, 'utf8').trim().split('\r\n')).toHaveLength(3)
  })
})
