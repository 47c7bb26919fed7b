/** The known name closest to a mistyped one (Levenshtein, ignoring case), or null when none is close. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const wanted = name.toLowerCase()
  let best: { name: string; distance: number } | null = null
  for (const candidate of known) {
    const distance = editDistance(wanted, candidate.toLowerCase())
    if (!best || distance < best.distance) best = { name: candidate, distance }
  }
  if (!best || best.distance > allowedDistance(best.name)) return null
  // Of short names nothing may be left that is alike: "x" is no slip for "n".
  return best.distance < Math.max(wanted.length, best.name.length) ? best.name : null
}

/** Two slips in a word of four letters or more; two in three letters make any word of any other. */
function allowedDistance({ length }: string): number {
  return length <= 3 ? 1 : Math.max(2, Math.floor(length / 3))
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min(substitution, previous[j]! + 1, current[j - 1]! + 1))
    }
    previous = current
  }
  return previous[b.length]!
}
