/** A name, which may be in double quotes (a quote in it is doubled), and the comma behind it or the end. */
const entry = /\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(?:,|$)/gy

/**
 * Reads names of classes: one a line where there are several lines, else with commas between, where a name in double quotes may hold a
 * comma.
 */
export function parseClassList(text: string): string[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .trim()
    .split(/\r?\n/)
  const names =
    lines.length > 1 ? lines : [...lines[0]!.matchAll(entry)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '')
  return names.map((name) => name.trim()).filter((name) => name !== '')
}

/** Writes names in one line, as {@link parseClassList} reads them. */
export function writeClassList(names: readonly string[]): string {
  return names.map((name) => (/[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)).join(',')
}
