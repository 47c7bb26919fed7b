import type { Calibration } from '../../../../common/evaluation/calibration.ts'
import { csvLine } from '../../../../common/export/csv.ts'
import type { FigureInput } from '../../../../common/export/figure.ts'

/** A bin with images in it, as a point of the reliability diagram. */
export interface ReliabilityPoint {
  /** Mean score of the predicted class, 0 to 1. */
  readonly x: number
  /** Share of the images whose predicted class is the label, 0 to 1. */
  readonly y: number
  readonly images: number
}

export function reliabilityPoints({ bins }: Calibration): ReliabilityPoint[] {
  return bins.flatMap(({ confidence, accuracy, images }) =>
    confidence === null || accuracy === null ? [] : [{ x: confidence, y: accuracy, images }],
  )
}

export interface NamedCalibration {
  readonly name: string
  readonly calibration: Calibration
}

/** The reliability diagram of one evaluation, or of two, in the colours of paper. */
export function calibrationFigure(title: string, all: readonly NamedCalibration[]): FigureInput {
  const colours = ['#1b1c1f', '#2350b8']
  return {
    title,
    subtitle: all.map(({ name, calibration }) => `${name}: ECE ${(100 * calibration.expectedError).toFixed(2)} %`).join('; '),
    width: 336,
    x: { title: 'score of the predicted class', min: 0, max: 1 },
    y: { title: 'accuracy', min: 0, max: 1 },
    panels: [
      {
        title: '',
        lines: [
          { label: 'perfect calibration', endLabel: null, colour: '#6b6f76', dashed: true, strokeWidth: 1, x: [0, 1], y: [0, 1] },
          ...all.flatMap(({ name, calibration }, index) => {
            const points = reliabilityPoints(calibration)
            const line = { colour: colours[index % 2]!, x: points.map(({ x }) => x), y: points.map(({ y }) => y) }
            return [
              { ...line, label: name, endLabel: null },
              { ...line, label: `${name}, bins`, endLabel: null, dots: true },
            ]
          }),
        ],
      },
    ],
    key: [
      ...all.map(({ name }, index) => ({ label: name, strokeWidth: 1.75, colour: colours[index % 2]! })),
      { label: 'perfect calibration', dashed: true, strokeWidth: 1, tone: 'grey' as const },
    ],
  }
}

/** Bins of all evaluations as RFC 4180 text. */
export function calibrationCsv(all: readonly NamedCalibration[]): string {
  const rows = all.flatMap(({ name, calibration }) =>
    calibration.bins.map(({ from, to, images, confidence, accuracy }) => [name, from, to, images, confidence, accuracy]),
  )
  return [['evaluation', 'from', 'to', 'images', 'confidence', 'accuracy'], ...rows].map(csvLine).join('')
}
