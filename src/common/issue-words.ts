import type { z } from 'zod'

/** "expected a whole number", "expected at most 40 characters": what a schema misses, in words; never its own or a field's. */
export function issueInWords(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${types[String(issue.expected)] ?? `a ${String(issue.expected)}`}`
    case 'too_small':
      return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${amount(issue.minimum, issue.origin)}`
    case 'too_big':
      return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${amount(issue.maximum, issue.origin)}`
    case 'invalid_value':
      return `expected ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`
    case 'unrecognized_keys':
      return `there is no ${issue.keys.map((key) => `"${key}"`).join(', ')}`
    default:
      return issue.message.replace(/^Invalid input: /, '').replace(/^Invalid input$/, 'expected another kind of value')
  }
}

/** "addTags", 0 -> "add tags, item 1". */
export function pathInWords(path: readonly PropertyKey[]): string {
  return path.map((part) => (typeof part === 'number' ? `item ${part + 1}` : nameInWords(String(part)))).join(', ')
}

/** Begins a sentence. */
export function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

/** "statisticsSize" -> "statistics size". */
export function nameInWords(name: string): string {
  return name.replace(/([a-z\d])([A-Z])/g, (_, before: string, letter: string) => `${before} ${letter.toLowerCase()}`)
}

const types: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'fields',
  record: 'fields',
  null: 'nothing',
}

function amount(limit: number | bigint, origin: string): string {
  const number = limit.toLocaleString('en')
  if (origin === 'string') return `${number} ${limit === 1 ? 'character' : 'characters'}`
  return origin === 'array' || origin === 'set' ? `${number} of them` : number
}
