import { token } from '../theme.ts'

export interface Panel {
  readonly title: string
  readonly canvas: HTMLCanvasElement
}

const gap = 24
const titleRoom = 26

/** Charts side by side with their titles on one opaque picture, at the resolution of the screen: what is seen is what is saved. */
export function panelsPicture(panels: readonly Panel[]): Promise<Blob | null> {
  const scale = window.devicePixelRatio
  const room = { gap: gap * scale, title: titleRoom * scale }
  const picture = document.createElement('canvas')
  picture.width = panels.reduce((sum, { canvas }) => sum + canvas.width + room.gap, room.gap)
  picture.height = Math.max(...panels.map(({ canvas }) => canvas.height)) + room.title + room.gap
  const context = picture.getContext('2d')
  if (!context) return Promise.resolve(null)
  context.fillStyle = token('--ground')
  context.fillRect(0, 0, picture.width, picture.height)
  context.fillStyle = token('--text')
  context.font = `600 ${13 * scale}px "Inter Variable", sans-serif`
  let x = room.gap
  for (const { title, canvas } of panels) {
    context.fillText(title, x, room.title * 0.75)
    context.drawImage(canvas, x, room.title)
    x += canvas.width + room.gap
  }
  return new Promise((done) => picture.toBlob(done, 'image/png'))
}
