import { z } from 'zod'
import { otherNumberSchema } from '../paper/other-numbers.ts'
import { publishedResultSchema } from '../paper/published.ts'
import { publishedFilterSchema } from '../paper/published-filter.ts'
import { call } from './call.ts'

/** Calls on published numbers. */
export const publishedCalls = {
  /** Errors that the paper, its review and public ports report, and the other numbers of these; what a filter leaves out is not asked. */
  'published.list': call(
    z.strictObject({ filter: publishedFilterSchema.default({}) }),
    z.strictObject({ errors: z.array(publishedResultSchema), others: z.array(otherNumberSchema) }),
  ),
} as const
