export interface Passage {
  readonly kind: 'paragraph' | 'bullet'
  /** Of its first word, from 1. */
  readonly line: number
  readonly words: number
}

const bullet = /^\s*(?:[-*+]|\d+\.)\s+/

/**
 * Paragraphs and bullets of a Markdown text with their lengths. Code, tables, headings, pictures and HTML are left out. A bullet's
 * continued paragraphs count as paragraphs. Words are what stands between blanks and holds a letter or a digit; a link's address is no
 * word.
 */
export function passagesOf(text: string): Passage[] {
  const passages: Passage[] = []
  let open: { kind: Passage['kind']; line: number; text: string } | null = null
  let fence: string | null = null
  const close = (): void => {
    if (open) passages.push({ kind: open.kind, line: open.line, words: countWords(open.text) })
    open = null
  }
  for (const [index, line] of text.split('\n').entries()) {
    const mark = /^\s*(```|~~~)/.exec(line)?.[1]
    if (mark && (fence === null || fence === mark)) {
      close()
      fence = fence === null ? mark : null
    } else if (fence !== null) continue
    else if (line.trim() === '' || /^\s*(#{1,6}\s|\||<|!\[)/.test(line)) close()
    else if (bullet.test(line)) {
      close()
      open = { kind: 'bullet', line: index + 1, text: line.replace(bullet, '') }
    } else if (open) open.text += ` ${line}`
    else open = { kind: 'paragraph', line: index + 1, text: line }
  }
  close()
  return passages
}

function countWords(text: string): number {
  const shown = text.replaceAll(/\]\([^)]*\)/g, ']').replaceAll(/\[[^\]]*\]:\s*\S+/g, '')
  return shown.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length
}
