import { endianness } from 'node:os'
import { bytesPerLabel, type Labels, type LabelType, newLabels } from '../../../common/data/labels.ts'

/** Writes labels as a file holds them: little-endian, no header. */
export function bytesOfLabels(labels: Labels): Uint8Array {
  return littleEndian(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength), labels.BYTES_PER_ELEMENT)
}

/** @param bytes a whole number of labels */
export function labelsOfBytes(type: LabelType, bytes: Uint8Array): Labels {
  if (type === 'uint8') return bytes
  const labels = newLabels(type, bytes.length / bytesPerLabel(type))
  new Uint8Array(labels.buffer).set(littleEndian(bytes, bytesPerLabel(type)))
  return labels
}

/** Turns numbers of this machine into little-endian ones and back; a copy only where the two differ. */
function littleEndian(bytes: Uint8Array, width: number): Uint8Array {
  if (endianness() === 'LE' || width === 1) return bytes
  const copy = Buffer.from(bytes)
  return width === 2 ? copy.swap16() : copy.swap32()
}
