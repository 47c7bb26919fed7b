// Makes resources/icons anew from the page's icon: node scripts/icons.mjs
// PNG for Linux and the tray, ICO for Windows, ICNS for macOS; both are containers of PNG pictures.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { inProject } from './setup/project.mjs'

const folder = inProject('resources', 'icons')
const icon = readFileSync(inProject('src', 'renderer', 'public', 'icon.svg'), 'utf8')
/** macOS colours tray icons itself, from their opacity: the strokes without the ground. */
const strokes = icon
  .replace(/<rect width="64"[^>]*\/>/, '')
  .replaceAll(/#[0-9a-f]{3,6}/g, '#000')
  .replace('viewBox="0 0 64 64"', 'viewBox="8 14 48 44"')

const linuxSizes = [16, 24, 32, 48, 64, 128, 256, 512]
const icoSizes = [16, 24, 32, 48, 64, 128, 256]
const icnsTypes = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic08', 256],
  ['ic13', 256],
  ['ic09', 512],
  ['ic14', 512],
  ['ic10', 1024],
]

const png = (svg, size) =>
  sharp(Buffer.from(svg), { density: Math.max(72, (72 * size) / 64) })
    .resize(size, size)
    .png({ compressionLevel: 9 })
    .toBuffer()

mkdirSync(join(folder, 'linux'), { recursive: true })
for (const size of linuxSizes) writeFileSync(join(folder, 'linux', `${size}x${size}.png`), await png(icon, size))
writeFileSync(join(folder, 'tray.png'), await png(icon, 44))
writeFileSync(join(folder, 'tray-template.png'), await png(strokes, 36))
writeFileSync(join(folder, 'icon.ico'), ico(await Promise.all(icoSizes.map(async (size) => ({ size, data: await png(icon, size) })))))
writeFileSync(
  join(folder, 'icon.icns'),
  icns(await Promise.all(icnsTypes.map(async ([type, size]) => ({ type, data: await png(icon, size) })))),
)

/** Header of 6 bytes, a directory of 16 bytes a picture, the pictures. */
function ico(pictures) {
  const header = Buffer.alloc(6 + 16 * pictures.length)
  header.writeUInt16LE(1, 2)
  header.writeUInt16LE(pictures.length, 4)
  let offset = header.length
  for (const [index, { size, data }] of pictures.entries()) {
    const at = 6 + 16 * index
    header.writeUInt8(size % 256, at)
    header.writeUInt8(size % 256, at + 1)
    header.writeUInt16LE(1, at + 4)
    header.writeUInt16LE(32, at + 6)
    header.writeUInt32LE(data.length, at + 8)
    header.writeUInt32LE(offset, at + 12)
    offset += data.length
  }
  return Buffer.concat([header, ...pictures.map(({ data }) => data)])
}

/** "icns", total length, then a type and length before each picture. */
function icns(pictures) {
  const parts = pictures.map(({ type, data }) => Buffer.concat([Buffer.from(type, 'latin1'), uint32(data.length + 8), data]))
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from('icns', 'latin1'), uint32(body.length + 8), body])
}

function uint32(value) {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
