import type { PlaceStatus } from './place.ts'

/** Says how a place does, in one word or two. */
export function placeStateWords(state: PlaceStatus['state']): string {
  return { unknown: 'not looked at yet', ready: 'ready', paused: 'paused', away: 'away' }[state]
}
