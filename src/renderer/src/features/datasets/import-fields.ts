import { parseClassList } from '../../../../common/data/class-list.ts'
import { type ImportOptions, importOptionsSchema, sideRange } from '../../../../common/data/import-options.ts'
import { issueInWords } from '../../../../common/issue-words.ts'

type Sizing = 'scale' | 'keep' | 'as-is'

/** Classes, and how many images of each; as they are typed. */
export interface ClassFieldTexts {
  classes: string
  perClass: string
  testPerClass: string
  seed: string
}

/** All that can be asked of an import, as it is typed. */
interface ImportFieldTexts extends ClassFieldTexts {
  sizing: Sizing
  side: string
  testShare: string
  title: string
}

export const unasked: ImportFieldTexts = {
  sizing: 'scale',
  side: '64',
  classes: '',
  perClass: '',
  testPerClass: '',
  testShare: '',
  seed: '',
  title: '',
}

/** Reads what was typed as an import takes it. @returns options null, and what is wrong in words, where something is */
export function readImportFields(texts: ImportFieldTexts): { options: ImportOptions | null; problem: string | null } {
  const parsed = importOptionsSchema.safeParse(optionsOf(texts))
  const issue = parsed.error?.issues[0]
  return { options: parsed.data ?? null, problem: issue ? `${words[String(issue.path[0])] ?? 'Options'}: ${issueInWords(issue)}.` : null }
}

const words: Readonly<Record<string, string>> = {
  size: `Pixels (${sideRange.least} to ${sideRange.most})`,
  classes: 'Classes',
  perClass: 'Training images of a class',
  testPerClass: 'Test images of a class',
  testShare: 'Share of test images',
  seed: 'Seed of the draws',
  title: 'Title',
}

/** Numbers that are none stay not-a-number, which the schema refuses. */
function optionsOf(texts: ImportFieldTexts): Partial<Record<keyof ImportOptions, unknown>> {
  const { sizing, side, classes, perClass, testPerClass, testShare, seed, title } = texts
  const names = parseClassList(classes)
  const number = (text: string) => Number(text.trim().replace(',', '.'))
  return {
    ...(sizing === 'as-is' ? {} : { size: sizing === 'keep' ? 'keep' : number(side || 'x') }),
    ...(names.length > 0 ? { classes: names } : {}),
    ...(perClass.trim() ? { perClass: number(perClass) } : {}),
    ...(testPerClass.trim() ? { testPerClass: number(testPerClass) } : {}),
    ...(testShare.trim() ? { testShare: number(testShare) / 100 } : {}),
    ...(seed.trim() ? { seed: number(seed) } : {}),
    ...(title.trim() ? { title: title.trim() } : {}),
  }
}
