import { expect, it } from 'vitest'
import { slurmSettingsSchema } from '../../../../src/common/places/place.ts'

it.each(['--constraint=avx512', '-C avx512', '--mem=64G', '--exclude=node[1-3]', '--reservation=night'])(
  'the further line %s is taken for the jobs of a Slurm place',
  (line) => {
    expect(slurmSettingsSchema.parse({ extra: [line] }).extra).toEqual([line])
  },
)

it.each([
  '--array=1-10',
  '-J mine',
  '-o /dev/null',
  '--output=x',
  '--no-requeue',
  '--signal=B:TERM@10',
  '--export=ALL',
  'constraint',
  '--a\nrm -rf /',
])('the further line %j is refused for the jobs of a Slurm place', (line) => {
  expect(slurmSettingsSchema.safeParse({ extra: [line] }).success).toBe(false)
})

it('names of partitions, accounts and GRES are words that cannot add lines to a script', () => {
  for (const word of ['gpu\n#SBATCH --wrap=x', 'a b', "a'b", '']) {
    for (const field of ['partition', 'gres', 'account', 'qos'])
      expect(slurmSettingsSchema.safeParse({ [field]: word }).success).toBe(false)
  }
  expect(slurmSettingsSchema.parse({ partition: 'gpu,long', gres: 'gpu:a100:1' })).toMatchObject({ partition: 'gpu,long' })
})
