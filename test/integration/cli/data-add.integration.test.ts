import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cliLab } from '../../support/cli-lab.ts'

const { skiplab } = cliLab()

describe('an interrupted `data add`', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('an interrupted `data add` cancels, leaves nothing and says so: %s ends it with %i', async (signal, exitCode) => {
    const adding = skiplab.start('data', 'add', 'shapes-10')
    await adding.noted('shapes-10: ')
    adding.child.kill(signal)
    const ended = await adding.ended
    expect(ended.stderr).toContain('shapes-10: cancelled, nothing of it stays')
    expect([ended.exitCode, ended.stdout]).toEqual([exitCode, ''])
    expect(readdirSync(join(skiplab.workspace, 'datasets'))).toEqual([])
    expect((await skiplab.run('data', 'cancel', 'shapes-10')).stderr, 'the engine adds nothing any more').toContain('is being added now')
  })

  it('an interrupted `data add` keeps nobody from adding it afterwards', async () => {
    expect((await skiplab.run('data', 'add', 'shapes-10')).exitCode).toBe(0)
  })
})
