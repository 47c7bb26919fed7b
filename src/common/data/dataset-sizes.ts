/** Data sets that are one in several sizes, the smallest download first. */
const sizes = [
  ['imagenette-160', 'imagenette-320', 'imagenette'],
  ['imagewoof-160', 'imagewoof-320', 'imagewoof'],
] as const

/** The data set that is wanted, or where it is not among those present another size of it that is; itself where none is. */
export function presentSize(wanted: string, present: readonly string[]): string {
  if (present.includes(wanted)) return wanted
  return sizes.find((names) => names.some((name) => name === wanted))?.find((name) => present.includes(name)) ?? wanted
}
