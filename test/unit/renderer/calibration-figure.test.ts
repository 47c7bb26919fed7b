import { expect, it } from 'vitest'
import { figureSchema } from '../../../src/common/export/figure.ts'
import { calibrationCsv, calibrationFigure, reliabilityPoints } from '../../../src/renderer/src/features/evaluations/calibration-figure.ts'

const calibration = {
  bins: [
    { from: 0, to: 0.5, images: 0, confidence: null, accuracy: null },
    { from: 0.5, to: 1, images: 10, confidence: 0.9, accuracy: 0.7 },
  ],
  expectedError: 0.2,
}

it('a reliability diagram has a point for each bin with images', () => {
  expect(reliabilityPoints(calibration)).toEqual([{ x: 0.9, y: 0.7, images: 10 }])
})

it('a reliability diagram is a figure that the exporter takes, with the calibration error under its title', () => {
  const figure = figureSchema.parse(calibrationFigure('Calibration', [{ name: 'plain-20, seed 1', calibration }]))
  expect(figure.subtitle).toBe('plain-20, seed 1: ECE 20.00 %')
  expect(figure.panels[0]!.lines.map(({ label }) => label)).toEqual(['perfect calibration', 'plain-20, seed 1', 'plain-20, seed 1, bins'])
})

it('bins of a calibration are a table of which empty ones are cells without numbers', () => {
  expect(calibrationCsv([{ name: 'a', calibration }]).split('\r\n')).toEqual([
    'evaluation,from,to,images,confidence,accuracy',
    'a,0,0.5,0,,',
    'a,0.5,1,10,0.9,0.7',
    '',
  ])
})
