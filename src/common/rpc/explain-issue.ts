import type { z } from 'zod'

/** "annotation.addTags.0: expected at most 40 characters" for the first thing that is wrong. */
export function explainIssue(error: z.ZodError): string {
  const issue = error.issues[0]
  if (!issue) return 'bad input'
  const place = issue.path.map(String).join('.')
  const message = inWords(issue)
  return place ? `${place}: ${message}` : message
}

function inWords(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_big' && issue.origin === 'string') return `expected at most ${issue.maximum} characters`
  if (issue.code === 'too_big' && issue.origin === 'array') return `expected at most ${issue.maximum} of them`
  return issue.message.replace(/^Invalid input: /, '')
}
