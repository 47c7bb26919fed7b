/**
 * How well `query` fits `text`: its letters must occur in order; runs of letters and starts of words count more.
 * @returns null when it does not fit, else larger for better
 */
export function fuzzyScore(query: string, text: string): number | null {
  const wanted = query.toLowerCase().replace(/\s+/g, '')
  if (!wanted) return 0
  const letters = text.toLowerCase()
  const whole = letters.indexOf(query.trim().toLowerCase())
  let score = whole < 0 ? 0 : (startsWord(letters, whole) ? 40 : 20) + 10 * (whole === 0 ? 1 : 0)
  let at = -1
  let streak = 0
  for (const letter of wanted) {
    const found = nextPlace(letters, letter, at + 1)
    if (found < 0) return null
    streak = found === at + 1 ? streak + 1 : 0
    score += 1 + streak + (startsWord(letters, found) ? 4 : 0) - Math.min(3, (found - at - 1) / 8)
    at = found
  }
  return score - text.length / 100
}

/** The next start of a word with this letter if it is near, else the next one at all. */
function nextPlace(letters: string, letter: string, from: number): number {
  const first = letters.indexOf(letter, from)
  if (first < 0 || first === from || startsWord(letters, first)) return first
  for (let at = first; at >= 0 && at < first + 24; at = letters.indexOf(letter, at + 1)) if (startsWord(letters, at)) return at
  return first
}

function startsWord(letters: string, at: number): boolean {
  return at === 0 || !/[a-z0-9]/.test(letters[at - 1] ?? '')
}

/** What fits a name counts so much more than what fits the words around it. */
const nameBonus = 25

/**
 * The best `most` of the items, best first; with an empty query the first ones as they are.
 * @param nameOf what an item is called
 * @param wordsOf its name and all else that is searched
 */
export function bestMatches<T>(query: string, items: readonly T[], nameOf: (item: T) => string, wordsOf: (item: T) => string, most: number): T[] {
  if (!query.trim()) return items.slice(0, most)
  return items
    .map((item, place) => ({ item, place, score: score(query, nameOf(item), wordsOf(item)) }))
    .filter((one): one is typeof one & { score: number } => one.score !== null)
    .sort((a, b) => b.score - a.score || a.place - b.place)
    .slice(0, most)
    .map(({ item }) => item)
}

function score(query: string, name: string, words: string): number | null {
  const byName = fuzzyScore(query, name)
  const byWords = fuzzyScore(query, words)
  return byName === null ? byWords : Math.max(byName + nameBonus, byWords ?? 0)
}
