import { z } from 'zod'
import { type Family, familySchema, type ShortcutOption, shortcutOptionSchema } from '../network/families/families.ts'
import { smallestEffect } from '../results/smallest-effect.ts'

/** A network of a sweep, as a question names it. */
const sideSchema = z.strictObject({
  family: familySchema,
  /** Of nets with shortcuts; none: the first of the sweep. */
  shortcut: shortcutOptionSchema.optional(),
  /** Weighted layers. */
  depth: z.int().min(1).max(100_000),
})
export type QuestionSide = z.infer<typeof sideSchema>

/** What is expected of the error of `of` against that of `against`. */
export const questionDirections = ['lower', 'higher', 'different'] as const

/** Most times that a question is looked at: each look has its share of the 5 % of false findings, which soon becomes too small. */
const mostLooks = 5

/**
 * A question as it is written down before a sweep: two networks of it, what is expected, which difference counts, and when it is looked
 * at. It changes no run.
 */
export const questionSchema = z.strictObject({
  of: sideSchema,
  against: sideSchema,
  direction: z.enum(questionDirections).describe('what is expected of the error: lower, higher or different'),
  error: z.enum(['test', 'train']).default('test').describe('whose top-1 error at the last epoch'),
  smallest: z.number().positive().max(1).default(smallestEffect).describe('smallest difference that counts, a fraction'),
  seeds: z.int().min(2).max(1000).optional().describe('the first seeds of the sweep that answer it; none: all'),
  looks: z
    .int()
    .min(1)
    .max(mostLooks)
    .default(1)
    .describe('times that it is looked at, after equal parts of the seeds; it stops at the first that finds it'),
})
export type Question = z.infer<typeof questionSchema>
export type QuestionInput = z.input<typeof questionSchema>

/** What a sweep trains, as far as a question is about it. */
interface Asked {
  readonly families: readonly Family[]
  readonly depths: readonly number[]
  readonly shortcuts: readonly ShortcutOption[]
  readonly seeds: number | readonly number[]
}

/** The seeds of a sweep, one by one. */
function seedList(seeds: number | readonly number[]): number[] {
  return typeof seeds === 'number' ? Array.from({ length: seeds }, (_, index) => index + 1) : [...seeds]
}

/** Seeds behind each look: equal parts, the last look takes all; two at least. */
export function lookSeeds({ looks }: Pick<Question, 'looks'>, seeds: number): number[] {
  const all = Array.from({ length: looks }, (_, index) => Math.max(2, Math.round(((index + 1) * seeds) / looks)))
  return [...new Set(all)]
}

/** Says what of a question its sweep cannot answer: the field, and why; null where it can. */
export function questionProblem(question: Question, sweep: Asked): { readonly path: string[]; readonly message: string } | null {
  for (const side of ['of', 'against'] as const) {
    const { family, depth, shortcut } = question[side]
    if (!sweep.families.includes(family))
      return { path: [side, 'family'], message: `expected a family of the sweep: ${sweep.families.join(', ')}` }
    if (!sweep.depths.includes(depth))
      return { path: [side, 'depth'], message: `expected a depth of the sweep: ${sweep.depths.join(', ')}` }
    if (shortcut !== undefined && family !== 'plain' && !sweep.shortcuts.includes(shortcut))
      return { path: [side, 'shortcut'], message: `expected a shortcut option of the sweep: ${sweep.shortcuts.join(', ')}` }
  }
  const [of, against] = [question.of, question.against].map((side) => sideKey(side, sweep.shortcuts))
  if (of === against) return { path: ['against'], message: 'expected another network than the one that is asked about' }
  const count = seedList(sweep.seeds).length
  if (count < 2) return { path: ['seeds'], message: 'a question takes two seeds of each network or more; give the sweep more' }
  if ((question.seeds ?? 0) > count) return { path: ['seeds'], message: `expected at most the ${count} seeds of the sweep` }
  const planned = question.seeds ?? count
  if (lookSeeds(question, planned).length < question.looks)
    return { path: ['looks'], message: `expected fewer looks: ${planned} seeds cannot be divided among ${question.looks}` }
  return null
}

/** A text that is equal for equal networks. */
export function sideKey({ family, depth, shortcut }: QuestionSide, shortcuts: readonly ShortcutOption[]): string {
  return family === 'plain' ? `plain-${depth}` : `${family}-${depth} ${shortcut ?? shortcuts[0] ?? 'A'}`
}

/** A question with what its sweep says of it. */
export const askedQuestionSchema = questionSchema.extend({
  /** The seeds that answer it, in the order in which they count. */
  seeds: z.array(z.int()).min(2),
  of: sideSchema.required(),
  against: sideSchema.required(),
})
export type AskedQuestion = z.infer<typeof askedQuestionSchema>

/** A question whose seeds and shortcut options are those of its sweep; null for a sweep without one. */
export function askedQuestion(sweep: Asked & { readonly question?: Question | undefined }): AskedQuestion | null {
  const { question, shortcuts, seeds } = sweep
  if (!question) return null
  const whole = (side: QuestionSide) => ({
    ...side,
    shortcut: side.family === 'plain' ? ('A' as const) : (side.shortcut ?? shortcuts[0] ?? 'A'),
  })
  return {
    ...question,
    of: whole(question.of),
    against: whole(question.against),
    seeds: seedList(seeds).slice(0, question.seeds ?? undefined),
  }
}
