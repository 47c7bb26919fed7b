import { z } from 'zod'
import { depthOfN, maximumN } from '../network/architectures/cifar.ts'
import { architectureNamed, architectureNames, defaultArchitecture } from '../network/architectures/architectures.ts'
import { familySchema, shortcutOptionSchema } from '../network/families/families.ts'
import { largestWidthMultiple, multipliedWidths, widthMultipleProblem } from '../network/width-multiples.ts'
import { questionProblem, questionSchema } from './question.ts'
import { settingProblem } from '../network/settings/read-settings.ts'

/** More than this is no sweep file. */
export const maximumSweepFileBytes = 1_000_000

const depth = z.int().min(1).max(100_000)
const n = z.int().min(1).max(maximumN)
const widths = z.array(z.int().min(1).max(4096)).min(1).max(16)

/** A run, "12", "12:last" or "12:best", or the SHA-256 of a checkpoint that the workspace keeps because a run starts from it. */
export const initialWeightsPattern = /^(?:[1-9]\d{0,14}(?::(?:last|best))?|[0-9a-f]{64})$/

/** A grid of runs as a person writes it, in YAML, JSON or flags; see {@link sweepSchema}. */
export const sweepFileSchema = z.strictObject({
  name: z.string().trim().min(1).max(120),
  dataset: z.string().min(1).describe('name of a data set in the workspace, such as cifar10 or shapes-10'),
  recipe: z.string().min(1).describe('name of a built-in recipe'),
  /** Overrides of recipe fields, checked against the recipe's schema on expansion. */
  set: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null(), z.array(z.number())])).default({}),
  architecture: z
    .string()
    .default(defaultArchitecture)
    .refine((name) => architectureNames().includes(name), { error: () => `expected ${architectureNames().join(' or ')}` })
    .describe('layout of the networks: cifar for the nets of section 4.2'),
  families: z.array(familySchema).min(1),
  depths: z.array(depth).min(1).optional().describe('weighted layers, such as 20 and 56'),
  n: z.array(n).min(1).optional().describe('in place of depths, for cifar: n gives 6n+2 layers'),
  shortcuts: z.array(shortcutOptionSchema).min(1).optional().describe('none: the architecture’s usual, A for cifar, B for imagenet'),
  widths: z.array(widths).default([]).describe('channels of the stages; none: those of the paper'),
  widthMultiples: z
    .array(z.number().positive().max(largestWidthMultiple))
    .min(1)
    .optional()
    .describe('in place of widths: multiples of those of the paper, such as 2 or 0.5'),
  network: z.record(z.string(), z.unknown()).optional().describe('settings of the architecture, such as blockKind: bottleneck'),
  learningRates: z
    .array(z.number().positive().max(100))
    .min(1)
    .max(50)
    .optional()
    .describe('learning rates that every network is trained at, in place of the recipe’s: a map of learning rate and depth'),
  /** A count k stands for the seeds 1 to k. */
  seeds: z.union([z.int().min(1).max(1000), z.array(z.int().min(0).max(0x7fffffff)).min(1)]).default(1),
  /** Cells of the grid that are left out: every run that agrees with all fields given. */
  exclude: z
    .array(
      z
        .strictObject({
          family: familySchema,
          depth: depth.optional(),
          n: n.optional(),
          shortcut: shortcutOptionSchema.optional(),
          widths: widths.optional(),
        })
        .refine((cell) => cell.depth !== undefined || cell.n !== undefined, { path: ['depth'], error: 'is missing' }),
    )
    .optional()
    .describe('cells of the grid that are left out'),
  /** What all runs start from; the engine finds the checkpoint when the sweep is planned or queued. */
  initialWeights: z
    .union([z.int().min(1), z.string().regex(initialWeightsPattern)])
    .optional()
    .describe('start from the weights of this run, such as 12 or 12:best; none: weights are drawn'),
  /** What the sweep is to answer, written down before its first run; it changes none. */
  question: questionSchema.optional().describe('what the sweep is to answer: two of its networks and what is expected'),
  /** Higher runs first. */
  priority: z.int().min(-100).max(100).default(0),
})

/** A sweep: `expand.ts` turns it into run settings. Sweeps of 0.1 and 0.2 write depths as n of 6n+2. */
export const sweepSchema = sweepFileSchema.transform((file, context) => {
  const problems = problemsOf(file)
  if (problems.length > 0) {
    context.issues.push(...problems.map((problem) => ({ code: 'custom' as const, ...problem })))
    return z.NEVER
  }
  const { n: byN = [], depths, exclude, shortcuts, widths: given, widthMultiples, network, ...sweep } = file
  const { usualShortcut, usualWidths } = architectureNamed(sweep.architecture)
  const depthOf = (n: number) => depthOfN(n, network)
  const multiples = (widthMultiples ?? [1]).map((multiple) => multipliedWidths(usualWidths, multiple)!)
  const grid = { depths: depths ?? byN.map(depthOf), shortcuts: shortcuts ?? [usualShortcut] }
  const problem = sweep.question && questionProblem(sweep.question, { ...sweep, ...grid })
  if (problem) {
    const { path, message } = problem
    context.issues.push({ code: 'custom', path: ['question', ...path], input: sweep.question, message })
    return z.NEVER
  }
  return {
    ...sweep,
    ...grid,
    widths: given.length > 0 ? given : multiples,
    ...(network && Object.keys(network).length > 0 && { network }),
    ...(exclude && {
      exclude: exclude.map(({ n: cellN, depth: cellDepth, ...cell }) => ({ ...cell, depth: cellDepth ?? depthOf(cellN ?? 0) })),
    }),
  }
})

interface Problem {
  readonly path: string[]
  readonly input: unknown
  readonly message: string
}

/** What does not go together in a sweep whose fields are fine one by one. */
function problemsOf({
  n: byN,
  depths,
  widths: given,
  widthMultiples,
  architecture,
  network = {},
  set,
  learningRates,
  question,
}: z.output<typeof sweepFileSchema>): Problem[] {
  const problems: Problem[] = []
  if ((byN === undefined) === (depths === undefined))
    problems.push({ path: ['depths'], input: depths, message: byN ? 'expected depths or n, not both' : 'is missing' })
  else if (byN !== undefined && architecture !== 'cifar')
    problems.push({ path: ['n'], input: byN, message: `n is the cifar way to write depths; expected depths for ${architecture}` })
  if (given.length > 0 && widthMultiples !== undefined)
    problems.push({ path: ['widthMultiples'], input: widthMultiples, message: 'expected widths or their multiples, not both' })
  if (learningRates && 'learningRate' in set)
    problems.push({ path: ['learningRates'], input: learningRates, message: 'expected no learningRate in set beside them' })
  if (question && new Set(learningRates).size > 1)
    problems.push({
      path: ['question'],
      input: question,
      message: 'a sweep of several learning rates is several experiments, which no question compares',
    })
  const { settings, usualWidths } = architectureNamed(architecture)
  for (const multiple of widthMultiples ?? []) {
    const message = widthMultipleProblem(usualWidths, multiple)
    if (message !== null) problems.push({ path: ['widthMultiples'], input: widthMultiples, message })
  }
  for (const [name, value] of Object.entries(network)) {
    const message = settingProblem(settings, name, value)
    if (message !== null) problems.push({ path: ['network', name], input: value, message })
  }
  return problems
}

/** Depths of what 0.2 kept with n of 6n+2 outside of sweep files, such as the design of its page; null where it names none. */
export function depthsByN(kept: unknown): number[] | null {
  const parsed = z.object({ n: z.array(n) }).safeParse(kept)
  return parsed.success ? parsed.data.n.map((each) => depthOfN(each)) : null
}
export type Sweep = z.output<typeof sweepSchema>
export type SweepInput = z.input<typeof sweepSchema>
