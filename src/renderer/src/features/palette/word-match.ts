/** Points of one word of a query. */
const points = { whole: 12, start: 8, starts: 5, inside: 2 } as const
/** Points added where the name fits and not only the words around it. */
const nameBonus = 10
/** Points added where the name begins as the query does. */
const firstBonus = 4

/** Splits a text into words and the numbers within them: "residual-56 A" is residual, 56, a. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/\p{L}+|\p{N}+/gu) ?? []
}

/**
 * How well one word fits: it is a word, starts one, is made of the starts of words that follow one another ("res56", "stoep"), or lies
 * within one. Letters strewn about do not fit: with them any text holds any word.
 */
function wordScore(wanted: string, words: readonly string[]): number {
  if (words.includes(wanted)) return points.whole
  if (words.some((word) => word.startsWith(wanted))) return points.start
  if (words.some((_, at) => madeOfStarts(wanted, words, at))) return points.starts
  return wanted.length > 2 && words.some((word) => word.includes(wanted)) ? points.inside : 0
}

/** Tells whether a text is made of starts of words: two letters at least of each word, or all digits of a number. */
function madeOfStarts(rest: string, words: readonly string[], at: number): boolean {
  const word = words[at]
  if (word === undefined) return false
  if (word.startsWith(rest)) return rest.length > 1 || /\d/.test(rest)
  const longest = sharedStart(rest, word)
  for (let taken = longest; taken > 0; taken--) {
    if ((taken > 1 || word.length === 1) && madeOfStarts(rest.slice(taken), words, at + 1)) return true
  }
  return false
}

function sharedStart(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return at
}

/**
 * How well `query` fits what is called `name` and said to be `hint`: every word of the query must fit one of theirs.
 * @returns null when it does not fit, else larger for better; 0 for an empty query
 */
export function matchScore(query: string, name: string, hint = ''): number | null {
  const asked = query.toLowerCase().split(/\s+/).filter(Boolean)
  const inName = wordsOf(name)
  const around = wordsOf(hint)
  let score = 0
  for (const one of asked) {
    // "residual-56" and "0.01" are several words here as there.
    for (const wanted of wordsOf(one).length > 1 && /[^\p{L}\p{N}]/u.test(one) ? wordsOf(one) : [one]) {
      const byName = wordScore(wanted, inName)
      const found = byName ? byName + nameBonus : wordScore(wanted, around)
      if (!found) return null
      score += found
    }
  }
  if (asked.length && name.toLowerCase().startsWith(asked[0]!)) score += firstBonus
  return score ? score - inName.length / 100 : 0
}

/** Chooses the best `most` of the items, best first and else in their order; with an empty query the first ones as they are. */
export function bestMatches<T>(
  query: string,
  items: readonly T[],
  nameOf: (item: T) => string,
  hintOf: (item: T) => string,
  most: number,
): T[] {
  if (!query.trim()) return items.slice(0, most)
  return items
    .map((item, index) => ({ item, index, score: matchScore(query, nameOf(item), hintOf(item)) }))
    .filter((one): one is typeof one & { score: number } => one.score !== null)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, most)
    .map(({ item }) => item)
}
