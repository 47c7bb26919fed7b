import { ref } from 'vue'
import { messageOf } from '../../../common/caught.ts'

export interface Message {
  readonly id: number
  readonly tone: 'info' | 'problem'
  readonly text: string
}

/** Short messages over the page; problems stay until they are closed. */
export const messages = ref<Message[]>([])
let nextId = 1

export function say(text: string, tone: Message['tone'] = 'info'): void {
  const id = nextId++
  messages.value = [...messages.value.slice(-3), { id, tone, text }]
  if (tone === 'info') setTimeout(() => dismiss(id), 5_000)
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
