import { shallowRef } from 'vue'
import type { RouteLocationRaw } from 'vue-router'
import { messageOf } from '../../../common/caught.ts'

export interface Message {
  readonly id: number
  readonly tone: 'info' | 'problem'
  readonly text: string
  /** Milliseconds, of `performance.now()`. */
  readonly since: number
  /** Where to see more. */
  readonly link?: { readonly label: string; readonly to: RouteLocationRaw }
  /** What can be done about it, once. */
  readonly action?: { readonly label: string; readonly run: () => unknown }
}

/** Short messages over the page; problems stay until they are closed, or were read and another view is opened. */
export const messages = shallowRef<readonly Message[]>([])
let nextId = 1
/** Time after which a long message counts as read. */
const readMs = 8_000

const infoMs = 5_000
/** Time that a message with an action stays, so that it can be read and undone. */
const actionMs = 15_000

export function say(text: string, tone: Message['tone'] = 'info', more: Pick<Message, 'link' | 'action'> = {}): void {
  const id = nextId++
  // Said again, it is one message.
  messages.value = [
    ...messages.value.filter((message) => message.text !== text).slice(-3),
    { id, tone, text, since: performance.now(), ...more },
  ]
  if (tone === 'info') setTimeout(() => dismiss(id), more.action || more.link ? actionMs : infoMs)
}

export function dismiss(id: number): void {
  messages.value = messages.value.filter((message) => message.id !== id)
}

/** Dismisses messages that stood long enough to be read, because another view is open now; those with a link or an action stay. */
export function dismissOld(): void {
  messages.value = messages.value.filter(({ since, link, action }) => link || action || performance.now() - since < readMs)
}

/** Runs an action of a person; a failure becomes a message that stays. */
export async function attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action()
  } catch (error) {
    say(messageOf(error), 'problem')
    return undefined
  }
}
