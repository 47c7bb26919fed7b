import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeTree } from '../../support/cifar-fixtures.ts'
import { cliLab } from '../../support/cli-lab.ts'
import { idxFiles } from '../../support/idx-files.ts'

const { folder, skiplab } = cliLab()

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

describe('`data add` of a name that is there', () => {
  it('`data add` of a name that is there takes it when the same is asked for, and says what differs otherwise', async () => {
    const from = join(folder, 'digits')
    await writeTree(from, idxFiles({ train: 20, t10k: 10 }))
    const add = (...options: string[]) => skiplab.run('data', 'add', 'digits', '--from', from, ...options)
    expect(await add('--per-class', '1')).toMatchObject({ exitCode: 0 })
    const same = await add('--per-class', '1')
    expect([same.exitCode, same.stderr]).toEqual([0, expect.stringContaining('digits is here already and whole')])
    const other = await add('--per-class', '2', '--title', 'Two')
    expect(other.exitCode).toBe(2)
    expect(other.stderr).toContain('title digits, asked for Two; training images of a class 1, asked for 2. Nothing was changed.')
  })

  it('`data add` of a name that is there stores known photographs alone under another', async () => {
    const { exitCode, stderr } = await skiplab.run('data', 'add', 'shapes-10', '--as', 'mine')
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('shapes-10 is always the same: it has its own name only')])
  })
})
