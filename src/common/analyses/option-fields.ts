import { z } from 'zod'
import { SkiplabError } from '../failure.ts'
import type { AnyAnalysis } from './kinds/define-analysis.ts'

/** What a field of an option takes. */
type Form =
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** Bounds are null where there are none. */
  | { readonly kind: 'number'; readonly least: number | null; readonly most: number | null; readonly whole: boolean }
  | { readonly kind: 'flag' }
  | { readonly kind: 'list'; readonly of: 'number' | 'text' }
  | { readonly kind: 'text' }

/** An option of a kind of analysis as a field of a form. */
export interface OptionField {
  readonly name: string
  readonly title: string
  /** A sentence without its full stop. */
  readonly words: string
  readonly form: Form
  /** Whether it can be left empty, which is null. */
  readonly optional: boolean
  readonly default: unknown
}

/** What of JSON Schema options come to. */
const propertySchema = z.object({
  title: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  items: z.object({ type: z.string().optional() }).optional(),
})
const nullableSchema = propertySchema.extend({ anyOf: z.array(propertySchema).optional() })

/** An option's value as a text that reads back as it: lists by commas, null as `none`. */
export function optionText(value: unknown): string {
  if (value === null || value === undefined) return 'none'
  if (Array.isArray(value)) return value.map(optionText).join(',')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Lists the fields of a kind's options in their order. */
export function optionFields({ options }: Pick<AnyAnalysis, 'options'>): OptionField[] {
  const { properties } = z.object({ properties: z.record(z.string(), nullableSchema) }).parse(z.toJSONSchema(options, { io: 'input' }))
  return Object.entries(properties).map(([name, property]) => {
    // A value that may be null has two types, or is either of two schemas.
    const { anyOf = [property] } = property
    const inner = anyOf.find(({ type }) => type !== 'null') ?? property
    return {
      name,
      title: property.title ?? name,
      words: property.description ?? '',
      form: formOf(inner),
      optional: anyOf.some(({ type }) => typesOf(type).includes('null')),
      default: property.default,
    }
  })
}

const typesOf = (type: string | string[] | undefined): readonly string[] => [type ?? []].flat()

function formOf({ type: given, enum: choices, minimum, maximum, items }: z.infer<typeof propertySchema>): Form {
  const type = typesOf(given).find((each) => each !== 'null')
  if (choices) return { kind: 'choice', choices }
  if (type === 'boolean') return { kind: 'flag' }
  if (type === 'array') return { kind: 'list', of: items?.type === 'string' ? 'text' : 'number' }
  if (type !== 'integer' && type !== 'number') return { kind: 'text' }
  return { kind: 'number', least: bound(minimum), most: bound(maximum), whole: type === 'integer' }
}

/** Whole numbers have the largest safe ones for bounds where a schema names none. */
function bound(value: number | undefined): number | null {
  return value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? null : value
}

/**
 * Reads `name=value` as people write it; lists are separated by commas, `none` is null. What a value may be the kind's schema says.
 * @throws SkiplabError bad-input for a text without `=` or an option that the kind does not have
 */
export function readOptionText(definition: AnyAnalysis, text: string): [name: string, value: unknown] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  const fields = optionFields(definition)
  const field = fields.find((each) => each.name === name)
  if (name === undefined || value === undefined || !field) {
    const known = fields.map((each) => each.name).join(', ')
    throw new SkiplabError('bad-input', `Expected an option of ${definition.kind} as NAME=VALUE, NAME one of ${known}; got "${text}".`)
  }
  return [name, field.optional && value === 'none' ? null : readValue(field.form, value)]
}

/** Leaves what is no such value as it is: the schema then says what was expected. */
function readValue(form: Form, text: string): unknown {
  switch (form.kind) {
    case 'choice':
    case 'text':
      return text
    case 'flag':
      return { true: true, yes: true, false: false, no: false }[text.toLowerCase()] ?? text
    case 'number':
      return numberOf(text)
    case 'list': {
      const parts = text.split(',').filter((part) => part.trim() !== '')
      return form.of === 'text' ? parts.map((part) => part.trim()) : parts.map(numberOf)
    }
  }
}

function numberOf(text: string): unknown {
  const value = Number(text)
  return text.trim() === '' || Number.isNaN(value) ? text : value
}
