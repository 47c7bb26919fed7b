import { families, type ShortcutOption } from '../network/families/families.ts'
import { type Question, type QuestionInput, type QuestionSide, sideKey } from './question.ts'

/** What a person may type. */
export const questionExpected = 'two networks of the sweep with <, > or != between, such as "residual-56 A < plain-56"'

/** Writes what `readQuestion` reads: "residual-56 A < plain-56". @param shortcuts of the sweep */
export function askText({ of, against, direction }: Question, shortcuts: readonly ShortcutOption[]): string {
  const relation = { lower: '<', higher: '>', different: '!=' }[direction]
  return `${sideKey(of, shortcuts)} ${relation} ${sideKey(against, shortcuts)}`
}

/** Reads "residual-56 A < plain-56"; null where it is none. */
export function readQuestion(text: string): Pick<QuestionInput, 'of' | 'against' | 'direction'> | null {
  const match = /^(.+?)\s*(<|>|!=|≠)\s*(.+)$/.exec(text.trim())
  const [of, against] = [readSide(match?.[1]), readSide(match?.[3])]
  if (!match || !of || !against) return null
  return { of, against, direction: match[2] === '<' ? 'lower' : match[2] === '>' ? 'higher' : 'different' }
}

function readSide(text: string | undefined): QuestionSide | null {
  const match = /^([a-z]+)-(\d+)(?:\s+([ABC]))?$/i.exec((text ?? '').trim())
  const family = families.find((each) => each === match?.[1]?.toLowerCase())
  if (!match || !family) return null
  const shortcut = (['A', 'B', 'C'] as const).find((option) => option === match[3]?.toUpperCase())
  return { family, depth: Number(match[2]), ...(shortcut && { shortcut }) }
}
