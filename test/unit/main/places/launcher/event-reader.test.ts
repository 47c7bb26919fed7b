import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { EventReader } from '../../../../../src/main/places/launcher/event-reader.ts'
import { temporaryFolder } from '../../../../support/temporary-folder.ts'

it('events are read in whole lines, on from the offset behind the last one', async () => {
  const folder = await temporaryFolder()
  const file = join(folder, 'events.jsonl')
  const read: [number, string][] = []
  const reader = new EventReader((_folder, offset, line) => read.push([offset, line]))
  reader.follow(folder, 0)
  reader.read()
  appendFileSync(file, 'ä\nsec')
  reader.read()
  expect(read).toEqual([[3, 'ä']])
  appendFileSync(file, 'ond\nthird\n')
  reader.read()
  reader.read()
  expect(read.slice(1)).toEqual([
    [10, 'second'],
    [16, 'third'],
  ])
  const again = new EventReader((_folder, offset, line) => read.push([offset, line]))
  again.follow(folder, 10)
  again.read()
  expect(read.at(-1)).toEqual([16, 'third'])
})

it('a line longer than one read is read whole', async () => {
  const folder = await temporaryFolder()
  const long = 'x'.repeat(3_000_000)
  appendFileSync(join(folder, 'events.jsonl'), `${long}\nend\n`)
  const read: string[] = []
  const reader = new EventReader((_folder, _offset, line) => read.push(line))
  reader.follow(folder, 0)
  reader.read()
  expect(read).toEqual([long, 'end'])
})

it('a job that has long written nothing is looked at seldom, and read as before once it writes', async () => {
  const folder = await temporaryFolder()
  const file = join(folder, 'events.jsonl')
  appendFileSync(file, '')
  const read: string[] = []
  const reader = new EventReader((_folder, _offset, line) => read.push(line))
  reader.follow(folder, 0)
  for (let look = 0; look < 1_000; look++) reader.read()
  // Looks 0, 5, 10 ... are those of all jobs.
  reader.read()
  appendFileSync(file, 'begins\n')
  reader.read()
  expect(read).toEqual([])
  for (let look = 0; look < 5; look++) reader.read()
  expect(read).toEqual(['begins'])
  appendFileSync(file, 'trains\n')
  reader.read()
  expect(read).toEqual(['begins', 'trains'])
})
