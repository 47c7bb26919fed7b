/** Training speed measured on this machine, evaluation and logging included. */
export interface MeasuredSpeed {
  readonly threads: number
  readonly precision: 'fp32' | 'bf16'
  /** Of the network that was measured, for one image. */
  readonly multiplyAdds: number
  readonly imagesPerSecond: number
}

export interface Work {
  readonly multiplyAdds: number
  /** Training images that are left to go through the network, repeats counted. */
  readonly images: number
}

/**
 * Images a second to expect of a network: from the measured network nearest in size (in ratio), at equal multiply-adds a
 * second. Speeds of another thread count stand in, in proportion, when there is none of this one.
 * @returns null when nothing comparable was measured
 */
export function expectedImagesPerSecond(multiplyAdds: number, speeds: readonly MeasuredSpeed[], threads: number, precision: 'fp32' | 'bf16'): number | null {
  const comparable = speeds.filter((speed) => speed.precision === precision)
  const same = comparable.filter((speed) => speed.threads === threads)
  const distance = (speed: MeasuredSpeed) => Math.abs(Math.log(speed.multiplyAdds / multiplyAdds))
  const [nearest] = [...(same.length > 0 ? same : comparable)].sort((a, b) => distance(a) - distance(b))
  if (!nearest) return null
  return (nearest.imagesPerSecond * nearest.multiplyAdds * threads) / (nearest.threads * multiplyAdds)
}

/** Milliseconds that the work takes, or null when no speed is known. */
export function forecastMs(work: Work, speeds: readonly MeasuredSpeed[], threads: number, precision: 'fp32' | 'bf16'): number | null {
  const speed = expectedImagesPerSecond(work.multiplyAdds, speeds, threads, precision)
  return speed === null || speed <= 0 ? null : (work.images / speed) * 1000
}

/**
 * Wall time until all durations are done when each slot takes the next one as it becomes free.
 * @param durations milliseconds, in the order in which they start; a null makes the forecast null
 * @param busyUntil milliseconds until each slot is free; one entry for each slot
 */
export function packedMs(durations: readonly (number | null)[], busyUntil: readonly number[]): number | null {
  const slots = busyUntil.length > 0 ? [...busyUntil] : [0]
  for (const duration of durations) {
    if (duration === null) return null
    let first = 0
    slots.forEach((until, index) => {
      if (until < slots[first]!) first = index
    })
    slots[first] = slots[first]! + duration
  }
  return Math.max(...slots)
}
