import type { Plugin } from 'chart.js'
import { canvasFont } from './axis-style.ts'
import type { ScatterMark } from './scatter-mark.ts'

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Draws vertical whiskers with short ends, behind the points. */
export function whiskers(marks: () => readonly ScatterMark[]): Plugin {
  return {
    id: 'whiskers',
    beforeDatasetsDraw(chart) {
      const { ctx, scales, chartArea } = chart
      ctx.save()
      ctx.beginPath()
      ctx.rect(chartArea.left, chartArea.top, chartArea.width, chartArea.height)
      ctx.clip()
      ctx.lineWidth = 1.25
      for (const { x, y, spread, color } of marks()) {
        if (!spread) continue
        const at = scales.x!.getPixelForValue(x)
        const [low, high] = [scales.y!.getPixelForValue(y - spread), scales.y!.getPixelForValue(y + spread)]
        ctx.strokeStyle = color
        ctx.beginPath()
        ctx.moveTo(at, low)
        ctx.lineTo(at, high)
        for (const end of [low, high]) {
          ctx.moveTo(at - 4, end)
          ctx.lineTo(at + 4, end)
        }
        ctx.stroke()
      }
      ctx.restore()
    },
  }
}

/** Draws names beside their points, at the first side where they overlap no other name or point; left out where there is no room. */
export function pointLabels(marks: () => readonly ScatterMark[], textColor: () => string): Plugin {
  return {
    id: 'point-labels',
    afterDatasetsDraw(chart) {
      const { ctx, scales, chartArea } = chart
      const positions = marks().map((mark) => ({ mark, x: scales.x!.getPixelForValue(mark.x), y: scales.y!.getPixelForValue(mark.y) }))
      const taken: Box[] = positions.map(({ x, y }) => around(x, y, 6, 6))
      ctx.save()
      ctx.font = canvasFont(400, 11)
      ctx.textBaseline = 'middle'
      ctx.fillStyle = textColor()
      for (const { mark, x, y } of positions) {
        if (!mark.label) continue
        const half = ctx.measureText(mark.label).width / 2 + 2
        const spot = [
          { x: x + 8 + half, y },
          { x: x - 8 - half, y },
          { x, y: y - 13 },
          { x, y: y + 13 },
        ].find((one) => fits(around(one.x, one.y, half, 7), taken, chartArea))
        if (!spot) continue
        taken.push(around(spot.x, spot.y, half, 7))
        ctx.fillText(mark.label, spot.x - half + 2, spot.y)
      }
      ctx.restore()
    },
  }
}

function around(x: number, y: number, halfWidth: number, halfHeight: number): Box {
  return { left: x - halfWidth, right: x + halfWidth, top: y - halfHeight, bottom: y + halfHeight }
}

function fits(box: Box, taken: readonly Box[], area: Box): boolean {
  if (box.left < area.left || box.right > area.right || box.top < area.top || box.bottom > area.bottom) return false
  return !taken.some((other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom)
}
