import { createInterface } from 'node:readline'
import { messageOf } from '../../../common/caught.ts'
import { PlaceTrouble } from '../place-trouble.ts'
import type { OpenCommand, Shell } from '../shell.ts'
import { type AgentAnswer, agentAnswers, agentLineSchema, type AgentRequest, agentSilenceMs } from './agent-protocol.ts'

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
}

interface AgentListener {
  /** A line of a job's file of events, with the offset behind it. */
  line(folder: string, offset: number, line: string): void
  /** The connection is over; what was asked and not answered has failed with the same words. */
  gone(trouble: Error): void
}

/** One connection to the agent at a place: requests with answers, and lines of jobs. Over after the first trouble. */
export class AgentClient {
  readonly #shell: Shell
  readonly #command: OpenCommand
  readonly #listener: AgentListener
  readonly #waiting = new Map<number, Waiting>()
  #nextId = 1
  #silence: NodeJS.Timeout | null = null
  #over = false

  constructor(shell: Shell, node: string, launcher: string, listener: AgentListener) {
    this.#shell = shell
    this.#listener = listener
    this.#command = shell.open([node, launcher, 'agent'])
    const lines = createInterface({ input: this.#command.stdout })
    lines.on('line', (line) => this.#read(line))
    this.#watchSilence()
    void this.#command.ended.then(({ code, stderr }) => {
      const said = stderr.trim().split('\n').at(-1) ?? ''
      const words = `Skiplab’s program on ${shell.where} ended with code ${code ?? 'none'}${said ? `: ${said}` : ''}.`
      this.#end(shell.troubleOf(code, stderr) ?? new PlaceTrouble('broken', words))
    })
  }

  get over(): boolean {
    return this.#over
  }

  async request<D extends AgentRequest['do']>(request: Extract<AgentRequest, { do: D }>): Promise<AgentAnswer<D>> {
    if (this.#over) throw new PlaceTrouble('unreachable', `The connection to ${this.#shell.where} was lost.`)
    const id = this.#nextId++
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
    this.#command.stdin.write(`${JSON.stringify({ id, request })}\n`)
    // Narrows by the name of the request, which its schema belongs to.
    return agentAnswers[request.do].parse(await answer) as AgentAnswer<D>
  }

  close(): void {
    this.#over = true
    if (this.#silence) clearTimeout(this.#silence)
    this.#fail(new PlaceTrouble('unreachable', `The connection to ${this.#shell.where} was closed.`))
    this.#command.stdin.end()
    setTimeout(() => this.#command.kill(), 2_000).unref()
  }

  #read(text: string): void {
    this.#watchSilence()
    let line
    try {
      line = agentLineSchema.parse(JSON.parse(text))
    } catch (error) {
      this.#end(
        new PlaceTrouble('broken', `${this.#shell.where} said something that is not in the protocol: ${messageOf(error).slice(0, 200)}`),
      )
      return
    }
    if ('line' in line) this.#listener.line(line.folder, line.offset, line.line)
    else if ('id' in line) {
      const waiting = this.#waiting.get(line.id)
      this.#waiting.delete(line.id)
      if ('failure' in line) waiting?.reject(failureOf(this.#shell.where, line.failure, line.code))
      else waiting?.resolve(line.answer)
    }
  }

  /** A connection may be dead without saying so: a cable, a laptop that slept. */
  #watchSilence(): void {
    if (this.#silence) clearTimeout(this.#silence)
    if (this.#over) return
    this.#silence = setTimeout(() => {
      // All that shares the dead connection would wait for it; what comes next makes a new one.
      void this.#shell.close()
      this.#end(new PlaceTrouble('unreachable', `${this.#shell.where} has not answered for ${agentSilenceMs / 1000} s.`))
    }, agentSilenceMs)
    this.#silence.unref()
  }

  #end(trouble: Error): void {
    if (this.#over) return
    this.#over = true
    if (this.#silence) clearTimeout(this.#silence)
    this.#fail(trouble)
    this.#command.kill()
    this.#listener.gone(trouble)
  }

  #fail(trouble: Error): void {
    for (const { reject } of this.#waiting.values()) reject(trouble)
    this.#waiting.clear()
  }
}

function failureOf(where: string, words: string, code: string | null): PlaceTrouble {
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new PlaceTrouble('disk-full', `The disk of ${where} is full, or your quota there. Make room, or choose another folder there.`)
  return new PlaceTrouble('broken', `${where}: ${words}`)
}
