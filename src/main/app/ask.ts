import { type CallInput, type CallName, type CallOutput, calls } from '../../common/rpc/contract.ts'
import type { EngineLink } from '../client/link.ts'

/** Calls the engine for the shell itself and checks the answer; null when there is none. */
export async function ask<N extends CallName>(link: EngineLink, name: N, input: CallInput<N>): Promise<CallOutput<N> | null> {
  const reply = await link.call(name, input)
  const answer = reply.ok ? calls[name].output.safeParse(reply.output) : null
  return answer?.success ? (answer.data as CallOutput<N>) : null // of this very name, which the compiler loses in the union
}
