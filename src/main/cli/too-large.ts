import type { CallInput, EngineClient } from '../../common/rpc/contract.ts'
import type { SweepPlan } from '../../common/records/records.ts'
import { tooLargeWords } from '../../common/sweep/too-large.ts'
import type { Context } from './command.ts'

/** Says on the terminal which run of a plan needs more memory than is free, and with which options it would fit. */
export function noteTooLarge(context: Context, { tooLarge }: Pick<SweepPlan, 'tooLarge'>): void {
  if (tooLarge) context.output.note(tooLargeWords(tooLarge, (name, value) => `--set ${name}=${value}`))
}

/** Queues a sweep; before, says which run needs more memory than is free. It is queued nevertheless: other programs may end before. */
export async function queueWithNote(context: Context, client: EngineClient, input: CallInput<'sweeps.queue'>) {
  noteTooLarge(context, await client.call('sweeps.plan', input))
  return client.call('sweeps.queue', input)
}
