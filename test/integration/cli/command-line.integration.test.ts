import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  datasetSummarySchema,
  epochRecordSchema,
  runSummarySchema,
  sweepPlanSchema,
  sweepSummarySchema,
} from '../../../src/common/records/records.ts'
import { json, jsonLines } from '../../support/printed-json.ts'
import { cliLab } from '../../support/cli-lab.ts'
import { tinySweep } from '../../support/tiny-sweep.ts'

/** The real command line against a real engine that really trains. */
const { folder, skiplab } = cliLab()

describe('before there is anything', () => {
  it('a command without an engine says that no engine runs, without starting one', async () => {
    const { exitCode, stdout } = await skiplab.run('engine', 'status', '--json')
    expect(exitCode).toBe(0)
    expect(json(stdout, z.looseObject({ running: z.boolean() })).running).toBe(false)
  })

  it.each([
    [['sweep', 'run', ...tinySweep, '--dataset', 'cifar10', '--set', 'validationSize=0'], 3, 'skiplab data add cifar10'],
    [['show', '99'], 3, '99'],
    [['show', 'x'], 2, 'Expected the number of a run'],
    [['sweep', 'plan', 'nothing.yaml'], 3, 'There is no sweep file "nothing.yaml"'],
    [['sweep', 'show', 'nothing'], 3, 'There is no sweep "nothing"'],
    [['data', 'add', 'cifar1000'], 2, 'did you mean "cifar100"?'],
    [['data', 'remove', 'shapes-10'], 3, 'not in this workspace'],
    [['export', 'csv'], 3, 'nothing to export'],
    [['queue', 'puase'], 2, 'did you mean "pause"?'],
    [['sweep', 'run', '--family', 'plain', '--seds', '3'], 2, "unknown option '--seds' (Did you mean --seeds?)"],
  ])('%j ends with exit code %i and one line', async (args, exitCode, message) => {
    const ended = await skiplab.run(...args)
    expect(ended.stderr.trim().split('\n')).toHaveLength(1)
    expect(ended.stderr).toContain(message)
    expect(ended.exitCode).toBe(exitCode)
  })
})

describe('a sweep from start to end', () => {
  it('trains four runs, a plain line an epoch, and ends in a table and a verdict', async () => {
    const { exitCode, stdout } = await skiplab.run('sweep', 'run', ...tinySweep, '--name', 'tiny')
    expect(exitCode).toBe(0)
    for (const name of ['plain-8', 'residual-8 A', 'plain-14', 'residual-14 A']) {
      for (const epoch of [1, 2]) expect(stdout).toContain(`${name} 2-4-8, seed 1:  epoch ${epoch}/2`)
    }
    expect(stdout).toMatch(/One seed each/)
    expect(stdout).not.toContain('\u001b')
  })

  it('is not trained again, and prints JSON lines that parse', async () => {
    const { exitCode, stdout } = await skiplab.run('sweep', 'run', ...tinySweep, '--name', 'tiny', '--json')
    expect(exitCode).toBe(0)
    const last = jsonLines(stdout).at(-1)
    expect(last?.type).toBe('sweep')
    const { runs, verdicts } = z
      .looseObject({ runs: z.array(runSummarySchema), verdicts: z.array(z.looseObject({ sentences: z.array(z.string()) })) })
      .parse(last)
    expect(runs.map((run) => run.state)).toEqual(['finished', 'finished', 'finished', 'finished'])
    expect(verdicts).toHaveLength(1)
    expect(json((await skiplab.run('runs', '--json')).stdout, z.array(z.unknown()))).toHaveLength(4)
  })

  it('a sweep proposes no seeds to networks at chance, and refuses seeds that every network has', async () => {
    const { stdout } = await skiplab.run('sweep', 'show', 'tiny')
    expect(stdout).toContain('did not train')
    expect(stdout).not.toContain('More seeds')
    expect(await skiplab.run('sweep', 'more-seeds', '1', '--seeds', '1')).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('Every network of sweep 1 has 1 finished seed already') as string,
    })
  })

  it('a sweep from start to end says something of runs, finds them by it, and reports what happened', async () => {
    expect((await skiplab.run('label', '1', '2', '--add-tags', 'night one, kept', '--star', '--notes', 'as expected')).exitCode).toBe(0)
    expect((await skiplab.run('label', '2', '--remove-tags', 'kept', '--no-star', '--archive')).stdout).toContain('Labelled run 2.')
    const found = async (...filter: string[]) =>
      json((await skiplab.run('runs', ...filter, '--json')).stdout, z.array(runSummarySchema)).map((run) => run.id)
    expect([await found('--tag', 'night one'), await found('--tag', 'night one', '--archived'), await found('--starred')]).toEqual([
      [1],
      [1, 2],
      [1],
    ])
    expect((await skiplab.run('label', '2', '--no-archive')).exitCode).toBe(0)
    expect(await skiplab.run('label', '1')).toMatchObject({ exitCode: 2 })

    const report = json(
      (await skiplab.run('report', '--since', 'day', '--json')).stdout,
      z.looseObject({
        finished: z.array(runSummarySchema),
        use: z.looseObject({ runMs: z.number().positive() }),
        sweeps: z.array(z.looseObject({ name: z.string(), finished: z.int() })),
      }),
    )
    expect(report.finished.map((run) => run.id).sort()).toEqual([1, 2, 3, 4])
    expect(report.sweeps.every((sweep) => sweep.name === 'tiny' && sweep.finished === 4)).toBe(true)
    expect((await skiplab.run('report')).stdout).toContain('4 runs finished, none diverged and none failed.')
    expect(await skiplab.run('report', '--since', 'whenever')).toMatchObject({ exitCode: 2 })
  })

  it('shows a plan, runs, a run, sweeps and data sets as JSON of the contract', async () => {
    const plan = json(
      (await skiplab.run('sweep', 'plan', ...tinySweep, '--json')).stdout,
      sweepPlanSchema.extend({ deviations: z.array(z.string()) }),
    )
    expect(plan.runs.every((run) => run.reusesRunId !== null)).toBe(true)
    expect(plan.enlarged).toBeNull()
    expect(plan.deviations.join()).toContain('data shapes-10')
    expect((await skiplab.run('sweep', 'plan', ...tinySweep, '--set', 'imageSize=64')).stderr).toContain(
      'The images of shapes-10 are stored at 32×32 and are enlarged to 74 pixels',
    )
    const runs = json((await skiplab.run('runs', '--family', 'residual', '--json')).stdout, z.array(runSummarySchema))
    expect(runs.map((run) => run.settings.network.n)).toEqual([1, 2])
    const shown = json(
      (await skiplab.run('show', String(runs[0]!.id), '--json')).stdout,
      z.looseObject({ run: runSummarySchema, epochs: z.array(epochRecordSchema) }),
    )
    expect(shown.epochs.map((epoch) => epoch.epoch)).toEqual([1, 2])
    expect(json((await skiplab.run('sweep', 'list', '--json')).stdout, z.array(sweepSummarySchema)).map((sweep) => sweep.name)).toContain(
      'tiny',
    )
    expect(json((await skiplab.run('data', '--json')).stdout, z.array(datasetSummarySchema)).map((dataset) => dataset.name)).toEqual([
      'shapes-10',
    ])
  })

  it('a sweep from start to end exports every table as CSV with equally many cells in each row', async () => {
    for (const [table, rows] of [
      ['epochs', 8],
      ['runs', 4],
    ] as const) {
      const file = join(folder, `${table}.csv`)
      expect((await skiplab.run('export', 'csv', '--table', table, '--output', file)).exitCode).toBe(0)
      const lines = readFileSync(file, 'utf8').trimEnd().split('\r\n')
      expect(lines).toHaveLength(rows + 1)
    }
    for (const table of ['steps', 'layers']) {
      const { stdout } = await skiplab.run('export', 'csv', '--table', table, '--output', '-')
      expect(stdout.split('\r\n').length).toBeGreaterThan(8)
    }
  })

  it.each(['curves', 'layers', 'depth'])('a sweep from start to end draws the %s figure', async (kind) => {
    const file = join(folder, `${kind}.svg`)
    const { exitCode, stdout } = await skiplab.run('export', 'figure', '--kind', kind, '--output', file, '--json')
    expect(exitCode).toBe(0)
    expect(json(stdout, z.looseObject({ file: z.string(), runs: z.int() }))).toMatchObject({ file, runs: 4 })
    expect(readFileSync(file, 'utf8')).toMatch(/^<svg [\s\S]+<\/svg>\s*$/)
  })

  it('a sweep from start to end leaves title and subtitle of a figure out, and names its file by what is in it', async () => {
    const { exitCode, stdout } = await skiplab.run('export', 'figure', '--kind', 'depth', '--no-title', '--no-subtitle', '--json')
    expect(exitCode).toBe(0)
    const { file } = json(stdout, z.looseObject({ file: z.string() }))
    expect(basename(file)).toMatch(/^depth-.+-8-14-\d{4}-\d\d-\d\d-\d{6}\.svg$/)
    expect(readFileSync(file, 'utf8')).not.toMatch(/>Error against depth[^<]*<\/text>/)
    const own = await skiplab.run('export', 'figure', '--kind', 'depth', '--title', 'Глубина', '--subtitle', '', '--output', '-')
    expect(own.stdout).toContain('>Глубина</text>')
    expect(own.stderr).toBe('')
  })

  it('a sweep from start to end draws a title in letters that no bundled font has, and says so', async () => {
    const { exitCode, stdout, stderr } = await skiplab.run(
      'export',
      'figure',
      '--kind',
      'depth',
      '--title',
      '深度',
      '--output',
      join(folder, 'title.pdf'),
      '--json',
    )
    expect(exitCode).toBe(0)
    expect(stderr).toContain('The bundled font has no letters for 深 度: they are boxes in the PDF.')
    expect(json(stdout, z.looseObject({ warning: z.string() })).warning).toContain('深 度')
  })

  it('a sweep from start to end takes the ends of the error axis, and refuses one that ends before it starts', async () => {
    expect((await skiplab.run('export', 'figure', '--fit', '--min-error', '1', '--max-error', '99', '--output', '-')).exitCode).toBe(0)
    const wrong = await skiplab.run('export', 'figure', '--min-error', '50', '--max-error', '40', '--output', '-')
    expect([wrong.exitCode, wrong.stderr]).toEqual([
      2,
      'skiplab: The error axis must end above its start: --min-error is 50, --max-error 40.\n',
    ])
  })

  it.each([
    ['pause', '1'],
    ['move', '1', '--first'],
    ['priority', '1', '--to', '5'],
  ])('a sweep from start to end refuses a command that the state of a run does not allow: queue %s %s', async (...command) => {
    const { exitCode, stderr } = await skiplab.run('queue', ...command)
    expect(stderr).toContain('run 1 is finished')
    expect(exitCode).toBe(5)
  })

  it('a sweep from start to end writes a figure to stdout, refuses a folder, and says which epochs there are', async () => {
    expect((await skiplab.run('export', 'figure', '--kind', 'depth', '--output', '-')).stdout).toMatch(/^<svg [\s\S]+<\/svg>\s*$/)
    const nowhere = await skiplab.run('export', 'figure', '--output', folder)
    expect([nowhere.exitCode, nowhere.stderr]).toEqual([2, `skiplab: ${folder} cannot be written: it is a folder; name a file in it.\n`])
    const tooLate = await skiplab.run('export', 'figure', '--kind', 'layers', '--epoch', '9')
    expect(tooLate.stderr).toContain('of epoch 9; the longest has done 2.')
    expect(tooLate.exitCode).toBe(3)
  })

  it('a sweep from start to end refuses a sweep whose every run is left out', async () => {
    const file = join(folder, 'nothing.yaml')
    writeFileSync(file, 'dataset: shapes-10\nrecipe: demo\nfamilies: [plain]\nn: [1]\nexclude: [{ family: plain, n: 1 }]\n')
    const { exitCode, stderr } = await skiplab.run('sweep', 'queue', file)
    expect(stderr).toContain('This sweep has no run')
    expect(exitCode).toBe(2)
  })

  it.runIf(existsSync('/dev/full'))('a sweep from start to end says in one line that stdout cannot be written', async () => {
    const full = openSync('/dev/full', 'w')
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../../out/main/cli.cjs'), 'recipes'], {
      stdio: ['ignore', full, 'pipe'],
    })
    closeSync(full)
    let stderr = ''
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    const exitCode = await new Promise((done) => child.once('close', done))
    expect(stderr).toMatch(/^skiplab: stdout cannot be written: .*\n$/)
    expect(exitCode).toBe(2)
  })
})

describe('a stderr that nobody reads', () => {
  it('a stderr that nobody reads changes no exit code', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../../out/main/cli.cjs'), 'show', 'x'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr.destroy()
    expect(await new Promise((done) => child.once('close', done))).toBe(2)
  })
})

describe('the page for a browser', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('the page for a browser ends as it is meant to, with exit code 0, at %s', async (signal) => {
    const serving = skiplab.start('serve', '--port', '0', '--json')
    await serving.printed(/"url":/)
    serving.child.kill(signal)
    expect((await serving.ended).exitCode).toBe(0)
  })
})

describe('a run that diverges', () => {
  it('a run that diverges makes the sweep end with exit code 4 and its reason', async () => {
    const { exitCode, stdout } = await skiplab.run(
      'sweep',
      'run',
      ...tinySweep,
      '--n',
      '1',
      '--family',
      'plain',
      '--set',
      'maximumLoss=0.01',
      '--name',
      'hot',
    )
    expect(stdout).toMatch(/plain-8 2-4-8, seed 1: diverged: .*loss/)
    expect(exitCode).toBe(4)
  })
})

describe('watching', () => {
  it('watching a sweep ends with the outcome of the runs that it followed', async () => {
    const queued = json(
      (await skiplab.run('sweep', 'queue', ...tinySweep, '--n', '1', '--set', 'maximumLoss=0.02', '--family', 'plain', '--json')).stdout,
      z.looseObject({ runIds: z.array(z.int()) }),
    )
    const watched = await skiplab.run('watch', String(queued.runIds[0]), '--json')
    expect(jsonLines(watched.stdout).at(-1)?.type).toBe('end')
    expect(watched.exitCode).toBe(4)
    expect((await skiplab.run('watch', '1')).exitCode).toBe(0)
  })
})

describe('watching runs that do not exist', () => {
  it('watching runs that do not exist prints a last JSON line also when nothing waits', async () => {
    const { exitCode, stdout } = await skiplab.run('watch', '--json')
    expect(jsonLines(stdout)).toEqual([{ type: 'end', runs: [] }])
    expect(exitCode).toBe(0)
  })

  it.each([
    ['x', 2, 'Expected the number of a run'],
    ['9999', 3, 'There is no run 9999'],
  ])('watching runs that do not exist says so of %s and ends', async (run, exitCode, message) => {
    const ended = await skiplab.run('watch', run)
    expect(ended.exitCode).toBe(exitCode)
    expect(ended.stderr).toContain(message)
  })
})
