import type { z } from 'zod'
import { heldDatabase, isDatabaseHeld, isDiskFull, messageOf } from '../../../common/caught.ts'
import { calls, type CallName, type CallOutput } from '../../../common/rpc/contract.ts'
import { capitalized } from '../../../common/issue-words.ts'
import { explainIssue } from '../../../common/explain-issue.ts'
import { nearestName } from '../../../common/nearest-name.ts'
import { SkiplabError } from '../../../common/failure.ts'
import { fileTrouble, systemCode } from '../../../common/file-trouble.ts'
import { describeError } from '../journal/log.ts'

/** A function for each call of the contract; its input was checked. */
export type Handlers = { readonly [N in CallName]: (input: z.output<(typeof calls)[N]['input']>) => CallOutput<N> | Promise<CallOutput<N>> }

/** Handlers of the calls of one domain: `'runs'` has `runs.list`, `runs.get` and so on. */
export type HandlersOf<Domain extends string> = Pick<Handlers, Extract<CallName, `${Domain}.${string}`>>

/**
 * Checks a call's name and input, runs it, and checks its output.
 * @throws SkiplabError; whatever else goes wrong is logged and comes out as `internal`
 */
export function createDispatch(handlers: Handlers, log: (message: string) => void): (name: string, input: unknown) => Promise<unknown> {
  return async (name, input) => {
    if (!isCall(name)) {
      const near = nearestName(name.slice(0, 100), Object.keys(calls))
      throw new SkiplabError('not-found', `The engine knows no call "${name.slice(0, 100)}"${near ? `; did you mean "${near}"?` : '.'}`)
    }
    try {
      return await run(name, input, handlers)
    } catch (error) {
      if (error instanceof SkiplabError) throw error
      if (isDiskFull(error)) throw new SkiplabError('unavailable', 'The disk is full. Make room, then try again.')
      if (isDatabaseHeld(error)) throw new SkiplabError('unavailable', heldDatabase('skiplab.db'))
      log(`${name} failed: ${describeError(error)}`)
      if (systemCode(error) !== null) throw new SkiplabError('unavailable', `${capitalized(fileTrouble(error))}${pathOf(error)}.`)
      throw new SkiplabError('internal', `${name} failed: ${messageOf(error)}`)
    }
  }
}

/** Finds the path in an error of the system, as far as it names one. */
function pathOf(error: unknown): string {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' ? `: ${error.path}` : ''
}

async function run(name: CallName, input: unknown, handlers: Handlers): Promise<unknown> {
  const { input: inputSchema, output: outputSchema } = calls[name]
  const parsed = inputSchema.safeParse(input)
  if (!parsed.success) throw new SkiplabError('bad-input', explainIssue(parsed.error))
  // TypeScript cannot see that the schema, looked up by the same name, yields the handler's input.
  const handler = handlers[name] as (input: unknown) => unknown
  return outputSchema.parse(await handler(parsed.data))
}

function isCall(name: string): name is CallName {
  return Object.hasOwn(calls, name)
}
