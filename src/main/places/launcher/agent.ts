import { createInterface } from 'node:readline'
import { messageOf } from '../../../common/caught.ts'
import { agentBeatMs, agentCallSchema, type AgentLine } from '../job/agent-protocol.ts'
import { answerRequest } from './agent-requests.ts'
import { EventReader } from './event-reader.ts'

const readEveryMs = 300

/** Serves one connection: answers requests on standard input, and sends the events of followed jobs as they are written. Ends with it. */
export function serveAgent(): Promise<void> {
  const write = (line: AgentLine): void => void process.stdout.write(`${JSON.stringify(line)}\n`)
  const reader = new EventReader((folder, offset, line) => write({ folder, offset, line }))
  const timers = [setInterval(() => reader.read(), readEveryMs), setInterval(() => write({ beat: Date.now() }), agentBeatMs)]
  process.stdout.on('error', () => process.exit(0))
  process.on('SIGHUP', () => process.exit(0))
  write({ beat: Date.now() })
  const lines = createInterface({ input: process.stdin })
  lines.on('line', (text) => {
    const call = agentCallSchema.safeParse(JSON.parse(text))
    if (!call.success) {
      process.stderr.write(`not a request: ${call.error.message}\n`)
      return
    }
    const { id, request } = call.data
    try {
      write({ id, answer: answerRequest(request, reader) })
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : null
      write({ id, failure: messageOf(error), code })
    }
  })
  return new Promise((resolve) =>
    lines.once('close', () => {
      timers.forEach((timer) => clearInterval(timer))
      resolve()
    }),
  )
}
