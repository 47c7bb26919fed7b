import { readdirSync, readFileSync } from 'node:fs'

/** Numbers of processes whose command line holds all these texts. */
export function processesNaming(...texts: readonly string[]): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const line = `${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')} `
        return pid !== process.pid && texts.every((text) => line.includes(text))
      } catch {
        return false
      }
    })
}
