import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { slurmSettingsSchema } from '../../../../../src/common/places/place.ts'
import type { ReadyJob } from '../../../../../src/main/places/job-starter.ts'
import { fixedOptions, jobScript, warningSeconds } from '../../../../../src/main/places/slurm/job-script.ts'
import { temporaryFolder } from '../../../../support/temporary-folder.ts'

const job: ReadyJob = {
  name: 'skiplab-4f2a-r12-a3',
  folder: '/home/me/jobs/r12-a3',
  argv: ['/opt/node', 'launcher.mjs', "it's here"],
  device: { kind: 'cpu', gpu: null, threads: 2, precision: 'auto' },
  memoryBytes: 1024 * 2 ** 20,
  expectedMs: null,
}

describe('the script of a job in Slurm', () => {
  it('the script of a job asks Slurm for what the place was set up with, and the further lines come last', () => {
    const settings = slurmSettingsSchema.parse({
      ...{ partition: 'gpu', gres: 'gpu:1', account: 'vision', qos: 'night', timeMinutes: 480, extra: ['--mem=64G'] },
    })
    const lines = jobScript(job, settings).split('\n')
    expect(lines.filter((line) => line.startsWith('#SBATCH'))).toEqual([
      '#SBATCH --nodes=1',
      '#SBATCH --ntasks=1',
      '#SBATCH --cpus-per-task=2',
      '#SBATCH --mem=2048M',
      '#SBATCH --partition=gpu',
      '#SBATCH --gres=gpu:1',
      '#SBATCH --account=vision',
      '#SBATCH --qos=night',
      '#SBATCH --time=480',
      '#SBATCH --mem=64G',
    ])
    expect(lines).toContain("/opt/node launcher.mjs 'it'\\''s here' &")
  })

  it('a job whose place leaves all to the cluster asks for CPUs and memory only', () => {
    const script = jobScript(job, slurmSettingsSchema.parse({}))
    expect(script.match(/#SBATCH --\w+/g)).toEqual(['--nodes', '--ntasks', '--cpus', '--mem'].map((option) => `#SBATCH ${option}`))
  })

  it('the name of a job in Slurm, which fences it, and its folder are options that no line of its script can change', () => {
    const options = fixedOptions(job, { timeMinutes: 480 })
    expect(options).toContain('--job-name=skiplab-4f2a-r12-a3')
    expect(options).toContain('--chdir=/home/me/jobs/r12-a3')
    expect(options).toContain('--signal=B:USR1@300')
    expect(options).toContain('--requeue')
  })

  it.each([
    [null, 300],
    [480, 300],
    [20, 120],
    [2, 30],
  ])('a job of %s minutes in Slurm is told %s seconds before its end', (minutes, seconds) => {
    expect(warningSeconds(minutes)).toBe(seconds)
  })
})

describe.runIf(process.platform !== 'win32')('the script of a job in Slurm, run by a shell', () => {
  const env = { ...process.env, SLURM_JOB_ID: '41' }

  /** Writes the script of a job of this program. @returns its path */
  function write(folder: string, ...argv: string[]): string {
    const file = join(folder, 'script.sh')
    writeFileSync(file, jobScript({ ...job, folder, argv }, slurmSettingsSchema.parse({})))
    return file
  }

  const run = (cwd: string, ...argv: string[]) => spawnSync('sh', [write(cwd, ...argv)], { cwd, env, encoding: 'utf8' })

  it('the exit code of a job is the one of its program', async () => {
    const folder = await temporaryFolder()
    expect(run(folder, 'sh', '-c', 'exit 3').status).toBe(3)
    expect(readFileSync(join(folder, 'slurm-begun'), 'utf8')).toBe('41\n')
  })

  it('a job that Slurm starts a second time leaves without starting its program', async () => {
    const folder = await temporaryFolder()
    run(folder, 'touch', 'first')
    const second = run(folder, 'touch', 'second')
    expect(second.status).toBe(0)
    expect(second.stdout).toContain('job 41 began here before')
    expect(existsSync(join(folder, 'first'))).toBe(true)
    expect(existsSync(join(folder, 'second'))).toBe(false)
  })

  it.each([
    ['SIGUSR1', 7, 'told USR1', true],
    ['SIGTERM', 8, 'told TERM', false],
  ] as const)('%s reaches the program of a job, whose end the job waits for', async (signal, code, said, outOfTime) => {
    const folder = await temporaryFolder()
    writeFileSync(
      join(folder, 'child.sh'),
      "trap 'echo told USR1; exit 7' USR1\ntrap 'echo told TERM; exit 8' TERM\necho child\nwhile :; do sleep 0.05; done\n",
    )
    const shell = spawn('sh', [write(folder, 'sh', 'child.sh')], { cwd: folder, env })
    let output = ''
    shell.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const ended = new Promise((resolve) => shell.once('close', resolve))
    while (!output.includes('child\n')) await sleep(10)
    shell.kill(signal)
    expect(await ended).toBe(code)
    expect(output).toContain(said)
    expect(existsSync(join(folder, 'slurm-end'))).toBe(outOfTime)
  })
})
