import type { z } from 'zod'
import { capitalized, issueInWords, pathInWords } from './issue-words.ts'

/** "Annotation, add tags, item 1: expected at most 40 characters." for the first thing that is wrong. */
export function explainIssue(error: z.ZodError): string {
  const issue = error.issues[0]
  if (!issue) return 'Expected another kind of value.'
  const path = pathInWords(issue.path)
  return `${capitalized(path ? `${path}: ${issueInWords(issue)}` : issueInWords(issue))}.`
}
