/** Options of every kind of figure. */
export interface FigureOptions {
  /** px; panels that find no room beside each other are stacked. */
  readonly width: number
  /** Instead of words about the data; null for these. */
  readonly title: string | null
  readonly subtitle?: string | null
  /** What of the two is drawn, all without it: papers have captions instead. */
  readonly show?: { readonly title?: boolean; readonly subtitle?: boolean }
}
