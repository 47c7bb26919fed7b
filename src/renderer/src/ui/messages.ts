import { shallowRef } from 'vue'
import type { RouteLocationRaw } from 'vue-router'
import { messageOf } from '../../../common/caught.ts'

export interface Message {
  readonly id: number
  readonly tone: 'info' | 'problem'
  readonly text: string
  /** Where to see more. */
  readonly link?: { readonly label: string; readonly to: RouteLocationRaw }
  /** What can be done about it, once. */
  readonly action?: { readonly label: string; readonly run: () => unknown }
}

/** Short messages over the page; problems stay until they are closed. */
export const messages = shallowRef<readonly Message[]>([])
let nextId = 1

const infoMs = 5_000
/** Whoever may still undo something gets the time to read what was done. */
const actionMs = 15_000

export function say(text: string, tone: Message['tone'] = 'info', more: Pick<Message, 'link' | 'action'> = {}): void {
  const id = nextId++
  messages.value = [...messages.value.slice(-3), { id, tone, text, ...more }]
  if (tone === 'info') setTimeout(() => dismiss(id), more.action || more.link ? actionMs : infoMs)
}

export function dismiss(id: number): void {
  messages.value = messages.value.filter((message) => message.id !== id)
}

/** Runs an action of the person's; a failure becomes a message that stays. */
export async function attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action()
  } catch (error) {
    say(messageOf(error), 'problem')
    return undefined
  }
}
