import { z } from 'zod'
import { familySchema } from '../network/families/families.ts'
import { type OtherNumber, otherNumbers } from './other-numbers.ts'
import { publishedData, type PublishedResult, publishedResults } from './published.ts'
import { sourceWords } from './published-words.ts'

/** Which published numbers are asked for: those that have all of it. Data, family and depth are of errors alone. */
export const publishedFilterSchema = z.strictObject({
  data: z.enum(publishedData).optional(),
  families: z.array(familySchema).optional(),
  depths: z.array(z.int()).max(1000).optional(),
  /** Part of the source's words. */
  source: z.string().max(200).optional(),
})
type PublishedFilter = z.infer<typeof publishedFilterSchema>

export function findPublished({ data, families, depths, source }: PublishedFilter): { errors: PublishedResult[]; others: OtherNumber[] } {
  const isFrom = (number: Pick<PublishedResult, 'source'>): boolean =>
    source === undefined || sourceWords(number).toLowerCase().includes(source.toLowerCase())
  const isOfErrors = data !== undefined || families !== undefined || depths !== undefined
  return {
    errors: publishedResults.filter(
      (result) =>
        (data === undefined || result.data === data) &&
        (!families || (result.net !== null && families.includes(result.net.family))) &&
        (!depths || (result.layers !== null && depths.includes(result.layers))) &&
        isFrom(result),
    ),
    others: isOfErrors ? [] : otherNumbers.filter(isFrom),
  }
}
