import { nearestName } from '../../common/nearest-name.ts'
import { inputShapeSchema } from '../../common/network/architectures/architecture.ts'
import { largestWidthMultiple, readWidthMultiple } from '../../common/network/width-multiples.ts'
import { SkiplabError } from '../../common/failure.ts'

/** Read option values. Each throws bad-input with what was expected and what came. */

export function listOf<T>(read: (text: string) => T): (text: string) => T[] {
  return (text) => {
    const parts = text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
    if (parts.length === 0) throw badValue('a comma-separated list', text)
    return parts.map(read)
  }
}

export function oneOf<T extends string>(what: string, choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((choice) => choice.toLowerCase() === text.toLowerCase())
    if (found !== undefined) return found
    const near = nearestName(text, choices)
    throw new SkiplabError(
      'bad-input',
      `Unknown ${what} "${text}"; expected ${inWords(choices)}${near ? `; did you mean "${near}"?` : '.'}`,
    )
  }
}

export function integer(what: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^[+-]?\d+$/.test(text.trim()) || !Number.isSafeInteger(value) || value < least || value > most) {
      throw badValue(`${what} as a whole number from ${least} to ${most}`, text)
    }
    return value
  }
}

export function number(what: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text.trim()) || !Number.isFinite(value) || value < least || value > most)
      throw badValue(`${what} as a number from ${least} to ${most}`, text)
    return value
  }
}

/** "16,32,64", as many as the architecture has stages. */
export function widths(text: string): number[] {
  return text.split(/[,-]/).map((part) => integer('a width', 1, 4096)(part))
}

/** "2", "x2" or "0.5": a multiple of an architecture's usual widths, which it must leave whole. */
export function widthMultiple(text: string): number {
  const multiple = readWidthMultiple(text)
  if (multiple === null) throw badValue(`a width multiple above 0 and up to ${largestWidthMultiple}, such as 2, x2 or 0.5`, text)
  return multiple
}

/** "32x32x3": height, width, channels. */
export function imageShape(text: string): [number, number, number] {
  const match = /^(\d+)[x×](\d+)[x×](\d+)$/.exec(text.trim())
  const sizes: [number, number, number] = [Number(match?.[1]), Number(match?.[2]), Number(match?.[3])]
  if (!inputShapeSchema.safeParse(sizes).success) {
    throw badValue('an input size as HEIGHTxWIDTHxCHANNELS such as 32x32x3, from 8x8x1 to 512x512x16', text)
  }
  return sizes
}

function badValue(expected: string, got: string): SkiplabError {
  return new SkiplabError('bad-input', `Expected ${expected}; got "${got}".`)
}

function inWords(choices: readonly string[]): string {
  return choices.length < 2 ? choices.join() : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`
}
