import type { z } from 'zod'
import { issueInWords, pathInWords } from '../issue-words.ts'

/** "annotation, add tags, item 1: expected at most 40 characters" for the first thing that is wrong. */
export function explainIssue(error: z.ZodError): string {
  const issue = error.issues[0]
  if (!issue) return 'bad input'
  const place = pathInWords(issue.path)
  return place ? `${place}: ${issueInWords(issue)}` : issueInWords(issue)
}
