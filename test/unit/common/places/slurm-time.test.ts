import { expect, it } from 'vitest'
import { slurmMinutes, slurmTime } from '../../../../src/common/places/slurm-time.ts'

// Forms and their meanings: "Acceptable time formats" in sbatch's manual.
it.each([
  ['90', 90],
  ['30:00', 30],
  ['30:01', 31],
  ['08:00:00', 480],
  ['2-0', 2880],
  ['1-12:30', 2190],
  ['1-12:30:30', 2191],
  ['UNLIMITED', Infinity],
  ['infinite', Infinity],
])('the time %s of Slurm is %s minutes', (text, minutes) => {
  expect(slurmMinutes(text)).toBe(minutes)
})

it.each(['', 'soon', '8h', '1:2:3:4', '-5', '1.5'])('"%s" is no time of Slurm', (text) => {
  expect(slurmMinutes(text)).toBeNull()
})

it.each([2, 59, 60, 480, 1439, 1440, 2191])('%s minutes as Slurm writes them are read as the same number', (minutes) => {
  expect(slurmMinutes(slurmTime(minutes))).toBe(minutes)
})
