import type { Hdf5Object } from '../hdf5/hdf5-object.ts'

/** The texts of an attribute; long lists are cut up into `layer_names0`, `layer_names1` and so on. None where there is none. */
export function numberedTexts(group: Hdf5Object, name: string): string[] {
  const whole = group.texts(name)
  if (whole !== null) return whole
  const all: string[] = []
  for (let part = 0; ; part++) {
    const texts = group.texts(`${name}${part}`)
    if (texts === null) return all
    all.push(...texts)
  }
}
