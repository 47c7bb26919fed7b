/** Mixes two colours #rrggbb channel by channel. @param share of `to`, 0 to 1 */
export function mixColours(from: string, to: string, share: number): string {
  const ends = channelsOf(to)
  return `#${channelsOf(from)
    .map((value, index) =>
      Math.round(value + (ends[index]! - value) * share)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`
}

/** Reads red, green and blue of #rrggbb, 0 to 255. */
export function channelsOf(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
}
