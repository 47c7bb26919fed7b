/** How a label is stored: whole numbers from 0, little-endian where they take several bytes. */
export const labelTypes = ['uint8', 'uint16', 'uint32'] as const
export type LabelType = (typeof labelTypes)[number]

/** Class indices of a split, [count]. */
export type Labels = Uint8Array | Uint16Array | Uint32Array

const arrays = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array } as const

export const bytesPerLabel = (type: LabelType): number => arrays[type].BYTES_PER_ELEMENT

/** Computes how many classes labels of a type can tell apart. */
export const classesOfLabelType = (type: LabelType): number => 2 ** (8 * bytesPerLabel(type))

/** Finds the narrowest type that can tell this many classes apart. */
export function labelTypeFor(classCount: number): LabelType {
  return labelTypes.find((type) => classCount <= classesOfLabelType(type)) ?? 'uint32'
}

/** Makes labels of zeros, [count]. */
export const newLabels = (type: LabelType, count: number): Labels => new arrays[type](count)

/** Finds the first label that names none of `classCount` classes; -1 when all do. */
export function indexOfWrongLabel(labels: Labels, classCount: number): number {
  for (let index = 0; index < labels.length; index++) if (labels[index]! >= classCount) return index
  return -1
}
