import { describe, expect, it } from 'vitest'
import { slurmSettingsSchema } from '../../../../../src/common/places/place.ts'
import { parsePartitions } from '../../../../../src/main/places/slurm/partitions.ts'
import { slurmTrouble } from '../../../../../src/main/places/slurm/slurm-trouble.ts'

const settings = slurmSettingsSchema.parse({ partition: 'gpu', gres: 'gpu:a100:1', account: 'vision', maxJobs: 8 })
const trouble = (stderr: string, code = 1) => slurmTrouble('sbatch', { code, stdout: '', stderr }, settings)

describe('words for what Slurm refuses', () => {
  // As Slurm's own sources have them (slurm_errno.c).
  it.each([
    ['sbatch: error: invalid partition specified: gpu\nsbatch: error: … Invalid partition name specified', 'scheduler', 'partition "gpu"'],
    ['sbatch: error: Batch job submission failed: Invalid generic resource (gres) specification', 'scheduler', 'resource "gpu:a100:1"'],
    ['sbatch: error: … Invalid account or account/partition combination specified', 'scheduler', 'account vision with QOS (none)'],
    ['sbatch: error: … Requested time limit is invalid (missing or exceeds some limit)', 'scheduler', 'a shorter --time'],
    ['sbatch: error: … Requested node configuration is not available', 'scheduler', 'No node of the partition'],
    ['sbatch: error: QOSMaxSubmitJobPerUserLimit', 'unreachable', 'takes no more jobs from you now'],
    ['squeue: error: … Unable to contact slurm controller (connect failure)', 'unreachable', 'slurmctld) does not answer'],
    ['sbatch: error: … Socket timed out on send/recv operation', 'unreachable', 'does not answer'],
    ['sbatch: error: Munge encode failed: Failed to access "/run/munge/munge.socket.2"', 'unreachable', 'munge'],
    ['sh: 1: cannot create slurm-script: No space left on device', 'disk-full', 'make room there'],
  ])('%s: of kind %s, it says "%s"', (stderr, kind, words) => {
    const found = trouble(stderr)
    expect(found.kind).toBe(kind)
    expect(found.message).toContain(words)
  })

  it('a command of Slurm that is not there says how it would be found', () => {
    expect(trouble('sh: 6: squeue: not found', 127)).toMatchObject({ kind: 'missing' })
    expect(trouble('sh: 6: squeue: not found', 127).message).toContain('--ssh')
  })

  it('words of Slurm that nobody foresaw are shown as they are', () => {
    expect(trouble('sbatch: error: the moon is full').message).toBe('sbatch failed with exit code 1 (the moon is full).')
  })
})

it('partitions of Slurm are told in a line each: the default one, state, nodes of each kind, GPUs, limit of time', () => {
  const text =
    'night*|up|2-00:00:00|2|2|8000|(null)\nnight*|up|2-00:00:00|1|64|512000|gpu:a100:4(S:0-1)\nlong|down|infinite|1|2|8000|(null)\n'
  expect(parsePartitions(text)).toEqual([
    {
      name: 'night',
      words: 'default; up; 2 nodes of 2 CPUs, 7.8 GB; 1 node of 64 CPUs, 500.0 GB, gpu:a100:4; at most 2-00:00:00',
      isDefault: true,
      limitMinutes: 2880,
    },
    { name: 'long', words: 'down; 1 node of 2 CPUs, 7.8 GB; no limit of time', isDefault: false, limitMinutes: null },
  ])
})
