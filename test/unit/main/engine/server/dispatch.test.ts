import BetterSqlite3 from 'better-sqlite3'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createDispatch, type Handlers } from '../../../../../src/main/engine/server/dispatch.ts'
import { StoreDatabase } from '../../../../../src/main/store/database.ts'
import { temporaryFolder } from '../../../../support/temporary-folder.ts'

/** An engine of which one call is made. */
function dispatchWith(remove: Handlers['datasets.remove']) {
  return createDispatch({ 'datasets.remove': remove } as Partial<Handlers> as Handlers, () => undefined)
}

describe('a database that another program holds', () => {
  it('a database that another program holds is told as that at the start and in a call, not as a fault', async () => {
    const file = join(await temporaryFolder(), 'skiplab.db')
    const database = new StoreDatabase(file)
    database.db.pragma('busy_timeout = 10')
    const other = new BetterSqlite3(file)
    other.exec('BEGIN IMMEDIATE')
    try {
      const write = dispatchWith(() => database.write('power-cut', () => ({})) as never)
      await expect(write('datasets.remove', { name: 'x' })).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringMatching(/is held by another program, .*Close it there, then try again/) as string,
      })
    } finally {
      other.close()
      database.close()
    }
    const alone = new BetterSqlite3(file)
    alone.pragma('locking_mode = EXCLUSIVE')
    alone.exec('BEGIN EXCLUSIVE')
    try {
      expect(() => new StoreDatabase(file)).toThrow(
        expect.objectContaining({ code: 'unavailable', message: expect.stringContaining(`${file} is held by another program`) as string }),
      )
    } finally {
      alone.close()
    }
  })
})

describe('a file that the system keeps from the engine', () => {
  it('a file that the system keeps from the engine is told with its name and reason as what is unavailable', async () => {
    const call = dispatchWith(() => {
      throw Object.assign(new Error('EACCES: permission denied, rmdir'), { code: 'EACCES', path: '/lab/datasets/x' })
    })
    await expect(call('datasets.remove', { name: 'x' })).rejects.toMatchObject({
      code: 'unavailable',
      message: 'Permission denied (EACCES): /lab/datasets/x.',
    })
  })
})
