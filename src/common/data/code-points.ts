/** Orders texts by their code points, as Python sorts them; JavaScript alone takes UTF-16 units, which puts emoji before U+E000. */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)]
    if (x === y) continue
    // The first half of a pair stands for a code point above all single units.
    const surrogates = Number(isSurrogate(x)) - Number(isSurrogate(y))
    return surrogates === 0 ? x - y : surrogates
  }
  return a.length - b.length
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff
