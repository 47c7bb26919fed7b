import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { runSummarySchema } from '../../../src/common/records/records.ts'
import { shellWord } from '../../../src/common/shell-word.ts'
import { cliLab } from '../../support/cli-lab.ts'

/** Pipelines of a real shell, ended as a terminal ends them: a signal to every process of the group. */
const { folder, skiplab } = cliLab()
const program = `${shellWord(process.execPath)} ${shellWord(resolve('out/main/cli.cjs'))}`
const sweep = (name: string, epochs: number, ...rest: string[]) =>
  [
    'sweep run --family plain --n 1 --widths 2,4,8 --dataset shapes-10 --recipe demo --set batchSize=500 --set ' +
      'precision=fp32 --set statisticsSize=0',
    `--set epochs=${epochs} --name ${name}`,
    ...rest,
  ].join(' ')

/** Runs `skiplab COMMAND REST` in a process group of its own. `ended` gives the exit code of skiplab, not of the pipeline. */
function pipeline(command: string, rest: string) {
  const [log, code] = [join(folder, 'log'), join(folder, 'code')]
  for (const file of [log, code]) rmSync(file, { force: true })
  // The shell itself outlives the signal; what it starts does not.
  const script = `trap : INT; LOG=${shellWord(log)}; ${program} ${command} ${rest}; echo \${PIPESTATUS[0]} > ${shellWord(code)}`
  const shell = spawn('bash', ['-c', script], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, SKIPLAB_WORKSPACE: skiplab.workspace, NO_COLOR: '1' },
  })
  let stderr = ''
  shell.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<{ exitCode: number; stderr: string }>((done) =>
    shell.once('exit', () => done({ exitCode: Number(readFileSync(code, 'utf8')), stderr })),
  )
  return {
    ended,
    interrupt: () => process.kill(-shell.pid!, 'SIGINT'),
    logged: (text: string) =>
      expect.poll(() => existsSync(log) && readFileSync(log, 'utf8').includes(text), { timeout: 60_000, interval: 30 }).toBe(true),
  }
}

async function states(name: string): Promise<string[]> {
  const { stdout } = await skiplab.run('runs', '--search', name, '--json')
  return z
    .array(runSummarySchema)
    .parse(JSON.parse(stdout))
    .map((run) => run.state)
}

describe('Ctrl-C while output goes through a pipe', () => {
  it.each([
    ['tee', '| tee "$LOG" > /dev/null'],
    ['both streams to tee', '2>&1 | tee "$LOG" > /dev/null'],
  ])('Ctrl-C while output goes through a pipe whose reader dies of it pauses the sweep and ends with 130: %s', async (_what, rest) => {
    const name = `pipe-${_what.length}`
    const running = pipeline(sweep(name, 400), rest)
    await running.logged('epoch 1/400')
    running.interrupt()
    expect((await running.ended).exitCode).toBe(130)
    expect(await states(name)).toEqual(['paused'])
  })

  it('Ctrl-C while output goes through a pipe whose reader no longer reads pauses the sweep and ends with 130', async () => {
    const running = pipeline(sweep('stuck', 3000, '--json'), '| (trap \'\' INT; head -c 3000 > "$LOG"; sleep 6)')
    await running.logged('"epoch":2')
    running.interrupt()
    expect((await running.ended).exitCode).toBe(130)
    expect(await states('stuck')).toEqual(['paused'])
  })

  it.runIf(existsSync('/dev/full'))('Ctrl-C while output goes to a full disk pauses the sweep and ends with 130', async () => {
    const running = pipeline(sweep('full', 400), '2> "$LOG" > /dev/full')
    await running.logged('stdout cannot be written')
    await expect.poll(() => states('full'), { timeout: 60_000 }).toEqual(['running'])
    running.interrupt()
    expect((await running.ended).exitCode).toBe(130)
    expect(await states('full')).toEqual(['paused'])
  })

  it('Ctrl-C while output goes through a pipe leaves the runs that are watched, with 130', async () => {
    await skiplab.run('queue', 'resume', '--sweep', 'full')
    const watching = pipeline('watch', '| tee "$LOG" > /dev/null')
    await watching.logged('epoch')
    watching.interrupt()
    expect((await watching.ended).exitCode).toBe(130)
    expect(await states('full')).toEqual(['running'])
    await skiplab.run('queue', 'cancel', '--all')
  })
})

describe('the end of a pipe', () => {
  it('the end of a pipe is neither the end of a sweep nor its success: the command goes on and tells how the sweep ended', async () => {
    const finished = await pipeline(sweep('short', 4), '| head -1').ended
    expect(finished.stderr).toMatch(/Nobody takes the output any more/)
    expect(finished.exitCode).toBe(0)
    expect(await states('short')).toEqual(['finished'])
    expect((await pipeline(sweep('hot', 4, '--set maximumLoss=0.01'), '| head -1').ended).exitCode).toBe(4)
  })

  it('the end of a pipe hides no outcome of a command that ends by itself', async () => {
    expect((await pipeline('runs', '| true').ended).exitCode).toBe(0)
    expect((await pipeline('show 9999', '| true').ended).exitCode).toBe(3)
  })

  it.runIf(process.platform === 'linux')('an export to a closed stdout is refused, one to a null device is not', async () => {
    const csv = 'export csv --output -'
    const closed = await pipeline(csv, '>&-').ended
    expect(closed.stderr).toContain('stdout is closed, so nothing can be written to it')
    expect(closed.exitCode).toBe(2)
    expect((await pipeline(csv, '> /dev/null').ended).exitCode).toBe(0)
    expect((await pipeline(csv, '| cat > "$LOG"').ended).exitCode).toBe(0)
  })

  it('the end of a pipe ends a command that only shows, as a broken pipe ends any viewer', async () => {
    await skiplab.run('queue', 'cancel', '--all')
    await skiplab.run(...sweep('seen', 2000).replace('run', 'queue').split(' '))
    const { exitCode } = await pipeline('watch', '| head -1').ended
    expect(exitCode).toBe(141)
    expect(await states('seen')).toEqual(['running'])
    await skiplab.run('queue', 'cancel', '--all')
  })
})

describe('Ctrl-C while the engine is being started again after a crash', () => {
  it('Ctrl-C while the engine is being started again after a crash pauses the sweep all the same', async () => {
    const running = pipeline(sweep('crash', 2000), '> "$LOG"')
    await running.logged('epoch 1/2000')
    const { status } = z
      .looseObject({ status: z.looseObject({ pid: z.int() }) })
      .parse(JSON.parse((await skiplab.run('engine', 'status', '--json')).stdout))
    process.kill(status.pid, 'SIGKILL')
    running.interrupt()
    expect((await running.ended).exitCode).toBe(130)
    // The engine saves the run first.
    await expect.poll(() => states('crash'), { timeout: 30_000 }).toEqual(['paused'])
  })
})
