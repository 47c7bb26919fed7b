import type { CureAnswer, DepthAnswer, Findings, ShortcutEffect } from './degradation.ts'

/** How good the news is, for a mark beside it: never told by colour alone. */
export type Mark = 'yes' | 'partly' | 'no' | 'open'

export interface Headline {
  /** "Depth hurts the plain net". */
  readonly plain: string
  readonly shortcuts: readonly { readonly variant: string; readonly mark: Mark; readonly text: string }[]
}

export const markSigns: Readonly<Record<Mark, string>> = { yes: '✓', partly: '◐', no: '✗', open: '?' }

const depthWords: Readonly<Record<DepthAnswer, string>> = {
  yes: 'Depth hurts the plain net',
  no: 'No clear effect of depth on the plain net',
  reversed: 'Depth helps the plain net',
  mixed: 'Depth has a mixed effect on the plain net',
  inconclusive: 'Whether depth hurts the plain net is open',
  untested: 'Whether depth hurts the plain net is untested',
}

const cures: Readonly<Record<CureAnswer, { readonly mark: Mark; readonly words: string }>> = {
  yes: { mark: 'yes', words: 'cures it' },
  partly: { mark: 'partly', words: 'cures it in part' },
  no: { mark: 'no', words: 'does not cure it' },
  'nothing-to-cure': { mark: 'open', words: 'has nothing to cure' },
  inconclusive: { mark: 'open', words: 'is inconclusive' },
  untested: { mark: 'open', words: 'is untested' },
}

/** Writes the answers in as few words as possible. */
export function headlineOf({ depthHurtsPlain, shortcuts }: Pick<Findings, 'depthHurtsPlain' | 'shortcuts'>): Headline {
  return {
    plain: depthWords[depthHurtsPlain.answer],
    shortcuts: shortcuts.map(({ variant, shortcut, answer }) => ({
      variant,
      mark: cures[answer].mark,
      text: `${shortcutWords({ variant, shortcut })} ${cures[answer].words}`,
    })),
  }
}

/** "Depth hurts the plain net: ✓ shortcut A cures it, ✗ shortcut B does not cure it." */
export function headlineText({ plain, shortcuts }: Headline): string {
  return shortcuts.length === 0 ? `${plain}.` : `${plain}: ${shortcuts.map(({ mark, text }) => `${markSigns[mark]} ${text}`).join(', ')}.`
}

/** "shortcut A" for the paper's own residual nets, else the variant: "highway A". */
export function shortcutWords({ variant, shortcut }: Pick<ShortcutEffect, 'variant' | 'shortcut'>): string {
  return variant === `residual ${shortcut}` ? `shortcut ${shortcut}` : variant
}
