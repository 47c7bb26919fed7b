/** One line of a chart. Points ascend in x; a y that is not finite breaks the line. */
export interface ChartSeries {
  readonly key: string
  /** Read out by the crosshair: "residual-56 A, seed 1, test". */
  readonly label: string
  /** Written at the line's end; none for lines that another of the same colour names. */
  readonly endLabel?: string
  readonly color: string
  readonly dashed?: boolean
  readonly width?: number
  readonly stepped?: boolean
  /** Marks instead of a line. */
  readonly dots?: boolean
  readonly points: readonly { x: number; y: number }[]
}

export interface AxisRange {
  readonly min: number
  readonly max: number
}
