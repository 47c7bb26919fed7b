import { minuteOf } from '../../../../common/sweep/hours.ts'

const grades = [
  [0.95, 'almost certainly', 'good'],
  [0.8, 'very likely', 'good'],
  [0.6, 'likely', ''],
  [0.4, 'as likely as not', ''],
  [0.2, 'unlikely', 'problem'],
  [0, 'hardly', 'problem'],
] as const

/** Describes a probability: 0.93 -> "very likely (93 %)"; certainty is never claimed. */
export function chanceWords(chance: number): { words: string; tone: string } {
  const [, grade, tone] = grades.find(([least]) => chance >= least) ?? grades[5]
  const percent = Math.round(chance * 100)
  return { words: `${grade} (${percent > 99 ? 'over 99' : percent < 1 ? 'under 1' : percent} %)`, tone }
}

/** Finds the next moment at which the clock shows a time such as "08:00"; eight o'clock when the text is no time. */
export function nextTime(text: string, now: number): number {
  const minute = minuteOf(text) ?? 480
  const day = new Date(now)
  const today = new Date(day.getFullYear(), day.getMonth(), day.getDate(), Math.floor(minute / 60), minute % 60).getTime()
  return today > now
    ? today
    : new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1, Math.floor(minute / 60), minute % 60).getTime()
}
