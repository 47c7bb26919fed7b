import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { rateMapSchema } from '../../../src/common/analysis/rate-map.ts'
import { depthLawSchema } from '../../../src/common/effects/depth-law.ts'
import { effectTableSchema } from '../../../src/common/effects/effect.ts'
import { interactionSchema } from '../../../src/common/effects/interaction.ts'
import { questionAnswerSchema } from '../../../src/common/question/answer.ts'
import { cliLab } from '../../support/cli-lab.ts'
import { json } from '../../support/printed-json.ts'

const short = ['--dataset', 'shapes-10', '--recipe', 'demo', '--widths', '4,4,8', '--set', 'epochs=1', '--set', 'batchSize=512']
const bare = ['--set', 'statisticsSize=0']

describe('comparisons on the command line', () => {
  const { skiplab } = cliLab()
  beforeAll(async () => {
    const grid = ['--family', 'plain,residual', '--n', '1,2,3', '--seeds', '2', '--ask', 'residual-20 A < plain-20', '--ask-error', 'train']
    const { exitCode, stderr } = await skiplab.run('sweep', 'run', '--name', 'small', ...short, ...bare, ...grid)
    expect(exitCode, stderr).toBe(0)
  }, 240_000)

  it('comparisons have interactions, laws of depth and time to an error where these are asked for', async () => {
    const { stdout, stderr } = await skiplab.run('compare', '--sweep', 'small', '--interactions', '--law', '--reach', '99', '--json')
    const others = z.array(
      z.looseObject({ interactions: z.array(interactionSchema), laws: z.array(depthLawSchema), reached: z.array(z.unknown()) }),
    )
    const printed = json(stdout, z.looseObject({ experiments: z.array(effectTableSchema), others }))
    expect(
      printed.experiments[0]!.effects.every(({ looks }) => looks === 1),
      stderr,
    ).toBe(true)
    const [experiment] = printed.others
    expect(experiment!.interactions.map(({ name }) => name)).toEqual(['residual A against plain, 8 to 20 layers'])
    expect(experiment!.laws.every(({ depths }) => depths.join() === '8,14,20')).toBe(true)
    expect(experiment!.reached).toHaveLength(6)
    const { stdout: text } = await skiplab.run('compare', '--sweep', 'small', '--interactions', '--law', '--reach', '99')
    expect(text).toContain('depth and shortcut together, test error')
    expect(text).toContain('test error against depth')
  }, 60_000)

  it('seeds of one comparison alone are queued by its name, and a name that none has is refused before anything is queued', async () => {
    const refused = await skiplab.run('compare', '--sweep', 'small', '--queue-seeds', 'plain, 8 to 99')
    expect(refused.exitCode).not.toBe(0)
    expect(refused.stderr).toContain('Expected --queue-seeds with a part of plain, 8 to 14 layers')
    const { stdout } = await skiplab.run('compare', '--sweep', 'small', '--queue-seeds', 'plain, 8 to 14', '--json')
    const { queued } = json(stdout, z.looseObject({ queued: z.array(z.looseObject({ runIds: z.array(z.int()) })) }))
    const runs = await skiplab.run('runs', '--state', 'waiting,running,finished', '--json')
    const added = json(runs.stdout, z.array(z.looseObject({ id: z.int(), name: z.string() }))).filter(
      ({ id }) => id > 12 && queued[0]!.runIds.includes(id),
    )
    expect(added.length).toBeGreaterThan(0)
    expect(added.every(({ name }) => /^plain-(8|14)\b/.test(name))).toBe(true)
    expect((await skiplab.run('queue', 'cancel', '--all')).exitCode).toBe(0)
  }, 60_000)

  it('a question is answered as it was written, and can no longer be changed once its sweep has begun', async () => {
    const { stdout } = await skiplab.run('sweep', 'question', 'small', '--json')
    const { answer } = json(stdout, z.looseObject({ answer: questionAnswerSchema }))
    expect(answer).toMatchObject({ done: 2, planned: 2, look: 1, looks: 1 })
    expect(answer.question).toContain('training error of residual-20 A lower than that of plain-20')
    const changed = await skiplab.run('sweep', 'question', 'small', '--ask', 'residual-20 A > plain-20')
    expect(changed.exitCode).not.toBe(0)
    expect(changed.stderr).toContain('its question stays as it was written')
    expect((await skiplab.run('sweep', 'question', 'small', '--json')).stdout).toBe(stdout)
  }, 60_000)

  it('errors by learning rate and depth are tables for networks that were trained at several rates', async () => {
    const rates = ['--family', 'residual', '--n', '1,2', '--learning-rates', '0.02,0.1']
    const trained = await skiplab.run('sweep', 'run', '--name', 'rates', ...short, ...bare, ...rates)
    expect(trained.exitCode, trained.stderr).toBe(0)
    const { stdout } = await skiplab.run('compare', '--sweep', 'rates', '--rate-map', '--json')
    const { rateMaps } = json(stdout, z.looseObject({ rateMaps: z.array(rateMapSchema) }))
    expect(rateMaps).toHaveLength(1)
    expect(rateMaps[0]).toMatchObject({ rates: [0.02, 0.1], depths: [8, 14] })
    expect(rateMaps[0]!.cells.flat().every(({ statistics }) => statistics?.count === 1)).toBe(true)
  }, 120_000)
})
