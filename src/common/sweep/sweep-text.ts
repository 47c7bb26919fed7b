import { Document, parseDocument, visit } from 'yaml'
import type { z } from 'zod'
import { issueInWords } from '../issue-words.ts'
import { nearestName } from '../nearest-name.ts'
import { SkiplabError } from '../failure.ts'
import { defaultArchitecture } from '../network/architectures/architectures.ts'
import { type Sweep, sweepFileSchema, sweepSchema } from './sweep.ts'

/**
 * The fields of a sweep file, YAML or JSON (which is YAML).
 * @param file its name, for messages
 * @throws SkiplabError bad-input with file and line
 */
export function sweepFields(text: string, file: string): Record<string, unknown> {
  // Merge keys and aliases stay; custom tags and executable ones do not exist in this parser.
  const document = parseDocument(text, { prettyErrors: true })
  const problem = document.errors[0]
  if (problem) throw new SkiplabError('bad-input', `${file}: ${(problem.message.split('\n')[0] ?? '').replace(/:$/, '.')}`)
  const value = plainValue(document, file)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new SkiplabError('bad-input', `${file}: expected a sweep with fields such as families, depths, dataset and recipe.`)
  const { $schema: _schema, ...fields } = recordOf(value)
  // A field without a value is as good as missing.
  return Object.fromEntries(Object.entries(fields).filter(([, each]) => each !== null))
}

function plainValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch {
    throw new SkiplabError('bad-input', `${file}: its aliases (*name) stand for too much. Write the values out.`)
  }
}

/**
 * A sweep from its fields.
 * @param source what they came from, for messages: a file's name, "The sweep"
 * @throws SkiplabError bad-input with the field, what was expected and what came
 */
export function sweepOf(fields: Readonly<Record<string, unknown>>, source: string): Sweep {
  const parsed = sweepSchema.safeParse(fields)
  if (parsed.success) return parsed.data
  // A mistyped field is the cause of a missing one, so it is named first.
  const { issues } = parsed.error
  const issue = issues.find((each) => each.code === 'unrecognized_keys') ?? issues[0]!
  throw new SkiplabError('bad-input', `${source}: ${explain(issue, fields)}`)
}

/** A sweep from a whole file; a missing name is the file's. */
export function parseSweepFile(text: string, file: string): Sweep {
  return sweepOf({ name: baseName(file), ...sweepFields(text, file) }, file)
}

/** A sweep as a file that {@link parseSweepFile} reads back; what is as it would be without a word is left out. */
export function sweepFileText(sweep: Sweep): string {
  const {
    name,
    dataset,
    recipe,
    set,
    architecture,
    families,
    depths,
    shortcuts,
    widths,
    network,
    seeds,
    exclude = [],
    priority,
    initialWeights,
    question,
    learningRates,
  } = sweep
  const usual = sweepSchema.parse({ name, dataset, recipe, architecture, families, depths })
  const more = Object.entries({
    set,
    network,
    shortcuts,
    widths,
    seeds,
    exclude,
    priority,
    initialWeights,
    question,
    learningRates,
  }).filter(
    ([field, value]) =>
      JSON.stringify(value) !== JSON.stringify(Object.entries({ ...usual, exclude: [] }).find(([known]) => known === field)?.[1]),
  )
  const head = '# A sweep for Skiplab: npx skiplab sweep run FILE, or drop it on the window. Fields: npx skiplab sweep schema\n'
  const document = new Document({
    name,
    dataset,
    recipe,
    ...(architecture === defaultArchitecture ? {} : { architecture }),
    families,
    depths,
    ...Object.fromEntries(more),
  })
  visit(document, {
    Seq(_key, list) {
      list.flow = true
    },
  })
  return head + document.toString({ lineWidth: 0 })
}

/** "Plain, residual A × 20, 56" -> "plain-residual-a-20-56.yaml". */
export function sweepFileName(name: string): string {
  return `${
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'sweep'
  }.yaml`
}

/** "runs/night.yaml" -> "night". */
export function baseName(file: string): string {
  return file.replace(/^.*[\\/]/, '').replace(/(.)\.[^.]*$/, '$1')
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {}
}

function explain(issue: z.core.$ZodIssue, fields: Readonly<Record<string, unknown>>): string {
  const known = Object.keys(sweepFileSchema.shape)
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? ''
    const near = nearestName(key, known)
    return `unknown field "${key}"${near ? `; did you mean "${near}"?` : `; expected ${known.join(', ')}.`}`
  }
  const [field] = issue.path
  const where = issue.path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('')
  if (issue.path.length === 1 && field !== undefined && fields[String(field)] === undefined)
    return `"${where}" is missing (${meaning(String(field))}).`
  const got = issue.path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === String(part))?.[1] : undefined,
    fields,
  )
  if (got === undefined) return `"${where}" is missing.`
  const expected = issue.code === 'invalid_union' ? unionsInWords[String(field)] : undefined
  if (expected !== undefined) return `"${where}": expected ${expected}; got ${JSON.stringify(got)}.`
  const choices = issue.code === 'invalid_value' ? issue.values.map(String) : []
  const near = typeof got === 'string' ? nearestName(got, choices) : null
  return `"${where}": ${issueInWords(issue)}; got ${JSON.stringify(got)}${near ? `; did you mean "${near}"?` : '.'}`
}

const unionsInWords: Readonly<Record<string, string>> = {
  seeds: 'how many seeds (3 takes 1, 2 and 3; at most 1,000), or which, as a list: [4, 7]',
  initialWeights:
    'a run, such as 12 or 12:best (files first: skiplab weights import FILE), or the SHA-256 of weights that the workspace keeps',
  set: 'a number, a text, true, false, null or a list of numbers',
}

function meaning(field: string): string {
  const descriptions: Readonly<Record<string, string>> = {
    name: 'a name for the sweep; --name',
    dataset: 'a data set such as cifar10 or shapes-10; --dataset',
    recipe: 'a built-in recipe, see skiplab recipes; --recipe',
    families: 'plain, residual and highway, or some of them; --family',
    depths: 'weighted layers such as 20 and 56; --depth, or --n for 6n+2',
  }
  return descriptions[field] ?? 'see skiplab sweep schema'
}
