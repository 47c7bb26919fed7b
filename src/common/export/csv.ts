/** A cell: text is guarded and quoted, numbers stay numbers, null is an empty cell. */
export type CsvValue = string | number | boolean | null

/**
 * Writes a line of RFC 4180 text: CRLF at its end, quotes where needed. A text cell that a spreadsheet would take for a formula
 * (it starts with = + - @, tab, CR or NUL) gets a leading apostrophe; numbers never do.
 */
export function csvLine(cells: readonly CsvValue[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(value: CsvValue): string {
  if (value === null) return ''
  if (typeof value === 'number')
    return Number.isNaN(value) ? 'NaN' : value === Infinity ? 'inf' : value === -Infinity ? '-inf' : String(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  const guarded = /^[=+\-@\t\r\0]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}
