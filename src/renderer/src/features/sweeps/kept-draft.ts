import { z } from 'zod'
import { architectureNames, defaultArchitecture } from '../../../../common/network/architectures/architectures.ts'
import { readDepths } from '../../../../common/network/depths.ts'
import { familySchema, shortcutOptionSchema } from '../../../../common/network/families/families.ts'
import { depthsByN, sweepFileSchema } from '../../../../common/sweep/sweep.ts'
import type { Draft } from './draft.ts'

const key = 'skiplab-draft-3'
/** 0.2 kept depths as n of 6n+2 under this. */
const keyByN = 'skiplab-draft-2'

const { set, network, seeds, priority, initialWeights, question, learningRates } = sweepFileSchema.shape
const numbers = z.array(z.int().min(1))

/** In the order of a draft's fields, so that one that was kept equals it as text. */
const draftSchema = z.object({
  name: z.string(),
  dataset: z.string(),
  recipe: z.string(),
  set,
  architecture: z.string().refine((name) => architectureNames().includes(name)),
  network,
  families: z.array(familySchema),
  depths: numbers,
  shortcuts: z.array(shortcutOptionSchema),
  widths: z.array(numbers),
  seeds,
  initialWeights,
  learningRates,
  question,
  priority,
  struck: z.array(z.string()),
})

export function keepDraft(storage: Pick<Storage, 'setItem'>, draft: Draft): void {
  storage.setItem(key, JSON.stringify(draft))
}

/** Reads the draft that was kept when the page was left; null when there is none, or it cannot be read. */
export function keptDraft(storage: Pick<Storage, 'getItem'>): Draft | null {
  const kept = parsed(storage.getItem(key)) ?? fromN(parsed(storage.getItem(keyByN)))
  return draftSchema.safeParse(kept).data ?? null
}

/** Converts a draft of 0.2 to depths, its struck cells too, which end with n. */
function fromN(kept: unknown): unknown {
  const depths = depthsByN(kept)
  if (depths === null || typeof kept !== 'object') return null
  const { struck } = z
    .object({ struck: z.array(z.string()).default([]) })
    .catch({ struck: [] })
    .parse(kept)
  return {
    priority: 0,
    ...kept,
    architecture: defaultArchitecture,
    depths,
    struck: struck.map((cell) => cell.replace(/\d+$/, (last) => String(readDepths(defaultArchitecture, `n${last}`)))),
  }
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return null
  }
}
