/** Matches Slurm's forms of a time: minutes, m:s, h:m:s, d-h, d-h:m, d-h:m:s. */
const form = /^(?:(\d+)-)?(\d+)(?::(\d+))?(?::(\d+))?$/
const endless = /^(?:unlimited|infinite|not_set|n\/a|partition_limit)$/i

/**
 * Reads a time as Slurm writes and takes it.
 * @returns minutes, parts of one rounded up; Infinity for no limit; null for what is no time
 */
export function slurmMinutes(text: string): number | null {
  if (endless.test(text.trim())) return Infinity
  const found = form.exec(text.trim())
  if (!found) return null
  const [, days, first, second, third] = found
  const numbers = [first, second, third].filter((part) => part !== undefined).map(Number)
  if (days !== undefined) {
    const [hours = 0, minutes = 0, seconds = 0] = numbers
    return Number(days) * 1440 + hours * 60 + minutes + Math.ceil(seconds / 60)
  }
  const [a = 0, b = 0, c = 0] = numbers
  return numbers.length === 3 ? a * 60 + b + Math.ceil(c / 60) : a + Math.ceil(b / 60)
}

/** Writes minutes as Slurm writes a limit: `08:00:00`, `2-00:00:00`. */
export function slurmTime(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, '0')
  const days = Math.floor(minutes / 1440)
  const clock = `${two(Math.floor((minutes % 1440) / 60))}:${two(minutes % 60)}:00`
  return days > 0 ? `${days}-${clock}` : clock
}
