const units: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 }
const binaryUnits: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 }

/** Reads "20G", "500 MB", "1.5T" or "16GiB" in bytes: decimal units, unless they say that they are binary; null for anything else. */
export function parseBytes(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)(b?)$/i.exec(text.trim())
  if (!match) return null
  const [, number, unit = '', binary] = match
  const size = (binary ? binaryUnits : units)[unit.toLowerCase()]
  return size === undefined ? null : Math.round(Number(number) * size)
}
