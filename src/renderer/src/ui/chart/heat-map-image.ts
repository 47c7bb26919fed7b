import { valueColour, type ValueScale } from '../../../../common/analysis/value-ramp.ts'
import { channelsOf } from '../../../../common/analysis/hex-colour.ts'

/** Draws values as a picture of one pixel a cell, the lowest row at the bottom, which is then stretched without smoothing. */
export function heatMapImage(values: readonly (readonly (number | null)[])[], scale: ValueScale): string {
  const canvas = document.createElement('canvas')
  canvas.width = values[0]?.length ?? 1
  canvas.height = values.length
  const context = canvas.getContext('2d')
  if (!context) return ''
  const image = context.createImageData(canvas.width, canvas.height)
  values.forEach((row, index) => {
    const start = (values.length - 1 - index) * canvas.width
    row.forEach((value, column) => image.data.set([...channelsOf(valueColour(scale, value)), 255], 4 * (start + column)))
  })
  context.putImageData(image, 0, 0)
  return canvas.toDataURL()
}
