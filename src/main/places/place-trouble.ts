import type { PlaceTroubleKind } from '../../common/places/place.ts'

/** Says why a place cannot do what it was asked to, in words that name a way on. */
export class PlaceTrouble extends Error {
  readonly kind: PlaceTroubleKind

  constructor(kind: PlaceTroubleKind, words: string) {
    super(words)
    this.name = 'PlaceTrouble'
    this.kind = kind
  }

  /** Whether it may pass by itself: nothing is given up then. */
  get passes(): boolean {
    return this.kind === 'unreachable'
  }
}
