/**
 * `npm run bench`: Skiplab against PyTorch on this machine's CPU, in one run, taking turns.
 *
 * Claim: the bars in report.ts. How: every setting is a process of its own that stays alive; in each round each of them runs a
 * few steps while the others sleep, so that all see the same machine in the same minutes. Warm-up steps are not counted.
 * PyTorch gets its best of NCHW and channels_last in fp32, and bfloat16 autocast on channels_last (peer/steps.py); for ImageNet nets
 * (`--only imagenet`) also torch.compile. `--only roofline` tells where their time goes, beside what the processor gives at best;
 * `--only memory` measures what training takes, beside its forecast (memory.ts).
 * Close other programs first; about a quarter of an hour on two cores, and as much for `imagenet`.
 */
import { compareDataLoading, type DataLoading, dataLoadingText } from './data-loading.ts'
import { integer } from '../src/main/cli/values.ts'
import { cpuDevice, workerEnvironment } from '../src/main/worker/machine/environment.ts'
import { bundleStepProcess } from './bundle.ts'
import { readCommandLine, severalOption, threadsOption, titlesOption } from './command-line.ts'
import { compare, spreadOf, type Comparison, type Series } from './comparison.ts'
import { describeMachine } from './machine.ts'
import { compareMemory, memoryCases } from './memory.ts'
import { roofline, type Roofline } from './roofline.ts'
import { reportText, type Report, type WholeEpoch } from './report.ts'
import { describe, interleave, Stepper, type StepperOptions } from './stepper.ts'
import { epochSizes, measureWholeEpochs } from './whole-epoch.ts'
import { cifarWorkloads, imagenetWorkloads, type CifarWorkload, type Workload } from './workloads.ts'

const packedProcesses = 2
const measuredEpochs = 4

/** What a run without `--only` measures; memory is measured alone. */
const parts = ['single', 'scoring', 'imagenet', 'roofline', 'avx2', 'packed', 'epoch', 'recording', 'data']

interface BenchOptions {
  readonly rounds: number
  readonly threads: number
  readonly batchSize: number
  readonly epochImages: number
  readonly images?: string
  readonly only: readonly string[]
  readonly workload: readonly string[]
  readonly layout: readonly string[]
  readonly precision: readonly string[]
  readonly json: boolean
}

const workloadNames = new Set([...cifarWorkloads(1), ...imagenetWorkloads, ...memoryCases].map(({ name }) => name))
const { options } = readCommandLine<BenchOptions>('npm run bench --', 'Skiplab beside PyTorch on this machine, taking turns.', (command) =>
  command
    .option('--rounds <count>', 'rounds in which all programs take turns', integer('a number of rounds', 1, 1000), 7)
    .addOption(threadsOption())
    .option('--batch-size <images>', "for CIFAR's networks", integer('a batch size', 1, 65536), 128)
    .option('--epoch-images <images>', "training images of a whole epoch, CIFAR-10's unless told", integer('images', 128, 1e7), 45_000)
    .option('--images <folder>', 'for data: a folder of classes with JPEG files; drawn ones unless given')
    .addOption(severalOption('--only <part...>', 'what to measure', [...parts, 'memory'], parts))
    .addOption(titlesOption('--workload <name...>', 'parts of names of networks', [...workloadNames]))
    .addOption(severalOption('--layout <layout...>', "PyTorch's; compiling takes minutes", ['nchw', 'channels_last', 'compiled']))
    .addOption(severalOption('--precision <precision...>', 'arithmetic', ['fp32', 'bf16']))
    .option('--json', 'print JSON', false),
)
const { rounds, threads, batchSize } = options
const wanted = new Set(options.only)
const precisions = (['fp32', 'bf16'] as const).filter((precision) => options.precision.includes(precision))
const workloads = cifarWorkloads(batchSize)
const isNamed = ({ name }: Pick<Workload, 'name'>) => options.workload.some((part) => name.includes(part))
const measurable = [
  ...(wanted.has('memory') ? memoryCases : []),
  ...(['imagenet', 'roofline'].some((part) => wanted.has(part)) ? imagenetWorkloads : []),
  ...(['single', 'scoring', 'recording'].some((part) => wanted.has(part)) ? workloads : []),
]
// Other parts have a network of their own.
if (measurable.length > 0 && !measurable.some(isNamed)) {
  process.stderr.write(`error: Expected --workload with a part of ${measurable.map(({ name }) => name).join('; ')} for these parts.\n`)
  process.exit(1)
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** Skiplab's setting and PyTorch's, for one precision. */
function settings(
  workload: Workload,
  precision: 'fp32' | 'bf16',
  threads: number,
  { heldToAvx2 = false, work = 'training' }: Partial<Pick<StepperOptions, 'heldToAvx2' | 'work'>> = {},
): StepperOptions[] {
  const { design, batchSize } = workload
  const shared = { design, precision, threads, batchSize, heldToAvx2, work }
  const eager = precision === 'fp32' ? (['nchw', 'channels_last'] as const) : (['channels_last'] as const)
  const all = design.architecture === 'cifar' ? eager : [...eager, 'compiled' as const]
  const layouts = all.filter((layout) => options.layout.includes(layout))
  return [
    { ...shared, program: 'skiplab', layout: 'channels_last' },
    ...layouts.map((layout) => ({ ...shared, program: 'pytorch' as const, layout })),
  ]
}

/** Told by the processes; null when none was started. */
const versions: { skiplab: string | null; pytorch: string | null } = { skiplab: null, pytorch: null }

async function withSteppers<T>(
  script: string,
  groups: readonly (readonly StepperOptions[])[],
  use: (steppers: Stepper[][]) => Promise<T>,
): Promise<T> {
  // All at once: what goes wrong in one must still end the others.
  const starts = await Promise.allSettled(groups.flat().map((options) => Stepper.start(options, script)))
  const started = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
  try {
    const failed = starts.find((start) => start.status === 'rejected')
    if (failed) throw failed.reason
    for (const { options, version } of started) versions[options.program] = version
    const rest = [...started]
    return await use(groups.map((group) => rest.splice(0, group.length)))
  } finally {
    started.forEach((stepper) => stepper.stop())
  }
}

interface ComparisonOptions {
  readonly copies?: number
  readonly threads: number
  readonly heldToAvx2?: boolean
  readonly work?: StepperOptions['work']
  readonly among?: readonly ('fp32' | 'bf16')[]
}

/** All settings of one network, `copies` processes each, in interleaved rounds. */
async function compareAll(
  script: string,
  workload: Workload,
  { copies = 1, threads, heldToAvx2 = false, work = 'training', among = precisions }: ComparisonOptions,
): Promise<Comparison[]> {
  // Without AVX-512 no processor multiplies bf16.
  const compared = heldToAvx2 ? (['fp32'] as const) : among
  const all = compared.flatMap((precision) => settings(workload, precision, threads, { heldToAvx2, work }))
  const rows = await withSteppers(
    script,
    all.map((options) => Array<StepperOptions>(copies).fill(options)),
    (groups) => interleave(groups, rounds, workload.steps),
  )
  const series = all.map((options, index) => ({ options, label: describe(options), rounds: rows[index]! }))
  return compared.map((precision) => {
    const [ours, ...peers]: Series[] = series.filter(({ options }) => options.precision === precision)
    return compare(workload.name, precision, ours!, peers) // settings() puts Skiplab first
  })
}

/** Says what was found as soon as it is known: an hour's figures are not lost with a later part. @returns it */
function told(found: Comparison[]): Comparison[] {
  for (const { workload, precision, speedRatio, memoryRatio, peerLabel } of found) {
    const { median, minimum, maximum } = speedRatio
    const speed = `${median.toFixed(2)} times ${peerLabel} [${minimum.toFixed(2)}-${maximum.toFixed(2)}]`
    say(`  ${workload} ${precision}: ${speed}, memory ${memoryRatio.toFixed(2)}`)
  }
  return found
}

/** Whole epochs, and bare steps in between. */
async function compareEpoch(script: string, workload: CifarWorkload, precision: 'fp32' | 'bf16'): Promise<WholeEpoch> {
  const ours = settings(workload, precision, threads).slice(0, 1)
  const rounds = await withSteppers(script, [ours], async ([steppers]) => {
    const bareSteps = async () => (await steppers![0]!.run(workload.steps)).imagesPerSecond
    return measureWholeEpochs(workload, precision, batchSize, epochSizes(options.epochImages), measuredEpochs, bareSteps)
  })
  return {
    workload: workload.name,
    precision,
    epoch: spreadOf(rounds.map((round) => round.imagesPerSecond)),
    bareStep: spreadOf(rounds.map((round) => round.bareImagesPerSecond)),
    ratio: spreadOf(rounds.map((round) => round.imagesPerSecond / round.bareImagesPerSecond)),
  }
}

function dataPart(): Promise<DataLoading> {
  say(`Data alone, ${threads} readers ...`)
  return compareDataLoading({ images: options.images ?? null, threads, rounds, batchSize })
}

async function recordingPart(): Promise<string> {
  say(`Recording the layers of every epoch, ${threads} threads ...`)
  // TensorFlow reads these when it is loaded, so not before.
  Object.assign(process.env, workerEnvironment(cpuDevice(threads, 'fp32')))
  const { recordingText } = await import('./recording.ts')
  return `\n${recordingText(workloads.filter(isNamed), precisions, threads, rounds)}`
}

async function main(): Promise<void> {
  const machine = describeMachine()
  const script = await bundleStepProcess()
  const single: Comparison[] = []
  const heldToAvx2: Comparison[] = []
  const scoring: Comparison[] = []
  const imagenet: Comparison[] = []
  const rooflines: Roofline[] = []
  const packed: Comparison[] = []
  const wholeEpochs: WholeEpoch[] = []
  if (wanted.has('single')) {
    for (const workload of workloads.filter(isNamed)) {
      say(`${workload.name}, ${threads} threads ...`)
      single.push(...told(await compareAll(script, workload, { threads })))
    }
  }
  for (const workload of wanted.has('scoring') ? workloads.filter(isNamed) : []) {
    say(`${workload.name}, ${threads} threads, scoring ...`)
    // Several times as quick as a step of training.
    const longer = { ...workload, steps: 4 * workload.steps }
    scoring.push(...told(await compareAll(script, longer, { threads, work: 'scoring', among: ['fp32'] })))
  }
  for (const workload of imagenetWorkloads.filter(isNamed)) {
    // One precision after the other: there would not be memory for all processes.
    for (const precision of wanted.has('imagenet') ? precisions : []) {
      say(`${workload.name} ${precision}, ${threads} threads ...`)
      imagenet.push(...told(await compareAll(script, workload, { threads, among: [precision] })))
    }
    for (const precision of wanted.has('roofline') ? precisions : []) {
      say(`${workload.name} ${precision}, layer by layer ...`)
      rooflines.push(roofline(workload, precision))
    }
  }
  const first = workloads[0]!
  if (wanted.has('avx2') && machine.instructionSets.includes('avx2')) {
    say(`${first.name}, held to AVX2 ...`)
    heldToAvx2.push(...told(await compareAll(script, first, { threads, heldToAvx2: true })))
  }
  if (wanted.has('packed')) {
    say(`${first.name}, ${packedProcesses} processes of one thread ...`)
    packed.push(...told(await compareAll(script, first, { copies: packedProcesses, threads: 1 })))
  }
  if (wanted.has('epoch')) {
    for (const precision of precisions) {
      say(`${first.name} ${precision}, whole epochs of ${options.epochImages} images ...`)
      wholeEpochs.push(await compareEpoch(script, first, precision))
    }
  }
  const recording = wanted.has('recording') ? await recordingPart() : ''
  const dataLoading = wanted.has('data') ? await dataPart() : null
  const report: Report = {
    machine,
    threads,
    batchSize,
    rounds,
    versions,
    single,
    scoring,
    imagenet,
    rooflines,
    heldToAvx2,
    packed,
    wholeEpochs,
  }
  const data = dataLoading ? `\n${dataLoadingText(dataLoading)}` : ''
  process.stdout.write(
    options.json ? `${JSON.stringify({ ...report, dataLoading }, null, 2)}\n` : `${reportText(report)}${recording}${data}\n`,
  )
}

if (wanted.has('memory')) {
  const { text, missed } = await compareMemory(await bundleStepProcess(), options.workload, threads, say)
  process.stdout.write(text)
  if (missed > 0) process.exitCode = 1
} else await main()
