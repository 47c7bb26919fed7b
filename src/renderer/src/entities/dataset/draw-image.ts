/** Draws an image of a data set pixel by pixel. @param base64 its bytes [height, width, channels] @returns an address for an `img` */
export function drawImage(base64: string, [height, width, channels]: readonly [number, number, number]): string {
  const bytes = atob(base64)
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  if (!context) return ''
  const image = context.createImageData(width, height)
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++)
      image.data[pixel * 4 + channel] = bytes.charCodeAt(pixel * channels + (channels === 1 ? 0 : channel))
    image.data[pixel * 4 + 3] = 255
  }
  context.putImageData(image, 0, 0)
  return canvas.toDataURL()
}
