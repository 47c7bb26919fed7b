import type { Report } from './report.ts'

/** What happened, in one sentence: "18 runs finished, 4 diverged and none failed." */
export function reportSummary({
  finished,
  diverged,
  failed,
  held,
  cancelled,
}: Pick<Report, 'finished' | 'diverged' | 'failed' | 'held' | 'cancelled'>): string {
  if (finished.length + diverged.length + failed.length + held.length + cancelled.length === 0) return 'No run ended in this time.'
  const others = [
    `${number(diverged.length)} diverged`,
    `${number(failed.length)} failed`,
    ...(held.length > 0 ? [`${held.length} ${held.length === 1 ? 'is' : 'are'} held`] : []),
    ...(cancelled.length > 0 ? [`${cancelled.length} ${cancelled.length === 1 ? 'was' : 'were'} cancelled`] : []),
  ]
  return (
    `${capital(number(finished.length))} ${finished.length === 1 ? 'run' : 'runs'} finished, ` +
    `${others.slice(0, -1).join(', ')} and ${others.at(-1)}.`
  )
}

function number(count: number): string {
  return count === 0 ? 'none' : String(count)
}

function capital(word: string): string {
  return word === 'none' ? 'No' : word
}
