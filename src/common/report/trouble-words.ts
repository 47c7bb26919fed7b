/** What happened to a run, in words behind its name; null for what needs no telling. @param kind of an event */
export function troubleWords(kind: string): string | null {
  const words: Partial<Record<string, string>> = {
    held: 'is held and waits for you',
    failed: 'failed',
    crashed: 'crashed and is tried again',
    'disk-full': 'waits for room on the disk',
  }
  return words[kind] ?? null
}
