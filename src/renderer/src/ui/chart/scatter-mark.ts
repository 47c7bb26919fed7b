export type PointShape = 'circle' | 'triangle' | 'rect' | 'rectRot' | 'cross' | 'crossRot' | 'star' | 'line'

const strokes: readonly PointShape[] = ['cross', 'crossRot', 'star', 'line']

/** Whether a mark is made of lines and has no area. */
export function isStroked(shape: PointShape): boolean {
  return strokes.includes(shape)
}

/** One point of a scatter. */
export interface ScatterMark {
  readonly key: string
  /** Read out where the pointer is. */
  readonly name: string
  /** Written beside the point. */
  readonly label?: string
  readonly x: number
  /** What is read at the point where it is not drawn at its own position. */
  readonly readX?: number
  readonly y: number
  /** Half the height of its whisker; none for null. */
  readonly spread: number | null
  readonly shape: PointShape
  readonly color: string
}
