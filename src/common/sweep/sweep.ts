import { z } from 'zod'
import { familySchema, maximumN, shortcutOptionSchema, networkDesignSchema } from '../network/design.ts'

/** More than this is no sweep file. */
export const maximumSweepFileBytes = 1_000_000

/** A grid of runs as a person writes it, in YAML, JSON or flags; `expand.ts` turns it into run settings. */
export const sweepSchema = z.strictObject({
  name: z.string().trim().min(1).max(120),
  dataset: z.string().min(1).describe('name of a data set in the workspace, such as cifar10 or shapes-10'),
  recipe: z.string().min(1).describe('name of a built-in recipe'),
  /** Overrides of recipe fields, checked against the recipe's schema on expansion. */
  set: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null(), z.array(z.number())])).default({}),
  families: z.array(familySchema).min(1),
  n: z.array(z.int().min(1).max(maximumN)).min(1).describe('depths: n gives 6n+2 layers'),
  shortcuts: z.array(shortcutOptionSchema).min(1).default(['A']),
  widths: z.array(networkDesignSchema.shape.widths.unwrap()).min(1).default([[16, 32, 64]]),
  /** A count k stands for the seeds 1 to k. */
  seeds: z.union([z.int().min(1).max(1000), z.array(z.int().min(0).max(0x7fffffff)).min(1)]).default(1),
  /** Cells of the grid that are left out: every run that agrees with all fields given. */
  exclude: z
    .array(z.strictObject({ family: familySchema, n: z.int(), shortcut: shortcutOptionSchema.optional(), widths: networkDesignSchema.shape.widths.unwrap().optional() }))
    .optional()
    .describe('cells of the grid that are left out'),
  /** Higher runs first. */
  priority: z.int().min(-100).max(100).default(0),
})
export type Sweep = z.infer<typeof sweepSchema>
export type SweepInput = z.input<typeof sweepSchema>
