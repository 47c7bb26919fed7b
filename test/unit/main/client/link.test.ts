import { describe, expect, it, vi } from 'vitest'
import type { EngineClient } from '../../../../src/common/rpc/contract.ts'
import type { Connection } from '../../../../src/common/rpc/page-bridge.ts'
import { EngineLink } from '../../../../src/main/client/link.ts'
import { FakeEngine } from '../../../fixtures/fake-engine.ts'

/** A client whose connection the test can end. */
function endable(): { client: EngineClient; end: (reason: string) => void } {
  let end: (reason: string) => void = () => undefined
  const client = {
    ...new FakeEngine().client(),
    onClose: (listener: (reason: string) => void) => {
      end = listener
      return () => undefined
    },
  }
  return { client, end: (reason) => end(reason) }
}

describe('the link to the engine', () => {
  it('the link to the engine says which workspace it reached', async () => {
    const link = new EngineLink(async () => new FakeEngine().client())
    await link.open()
    expect(link.connection).toEqual({ state: 'connected', workspace: '/home/somebody/lab' })
    link.close()
  })

  it('the link to the engine connects again by itself after the engine crashed', async () => {
    const first = endable()
    const clients = [first.client, new FakeEngine().client()]
    const link = new EngineLink(async () => clients.shift()!)
    await link.open()
    const seen: Connection['state'][] = []
    const back = new Promise<void>((done) =>
      link.onConnection(({ state }) => {
        seen.push(state)
        if (state === 'connected') done()
      }),
    )
    first.end('killed')
    await back
    expect(seen).toEqual(['lost', 'connecting', 'connected'])
    link.close()
  })

  it('the link to the engine tells why it cannot connect, and tries again', async () => {
    vi.useFakeTimers()
    const connect = vi.fn(async () => Promise.reject(new Error('no disk')))
    const link = new EngineLink(connect)
    await link.open()
    expect(link.connection).toEqual({ state: 'lost', reason: 'no disk' })
    await vi.advanceTimersByTimeAsync(2_000)
    expect(connect).toHaveBeenCalledTimes(3)
    link.close()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(connect).toHaveBeenCalledTimes(3)
    vi.useRealTimers()
  })

  it('the link to the engine gives up after five failures in five minutes, until a person asks again', async () => {
    vi.useFakeTimers()
    const connect = vi.fn(async () => Promise.reject(new Error('broken')))
    const link = new EngineLink(connect)
    await link.open()
    await vi.advanceTimersByTimeAsync(240_000)
    expect(connect).toHaveBeenCalledTimes(5)
    expect(link.connection).toEqual({ state: 'ended', reason: 'The engine failed 5 times in five minutes: broken' })
    await link.open()
    expect(connect).toHaveBeenCalledTimes(6)
    link.close()
    vi.useRealTimers()
  })

  it('the link to the engine refuses unknown calls and invalid input without asking the engine', async () => {
    const { client } = endable()
    const call = vi.spyOn(client, 'call')
    const link = new EngineLink(async () => client)
    await link.open()
    call.mockClear()
    for (const [name, input] of [
      ['runs.drop', {}],
      ['__proto__', {}],
      ['constructor', {}],
      ['runs.get', { runId: 'x' }],
      ['runs.get', { runId: 1, more: 1 }],
      ['queue.move', null],
    ] as const) {
      expect(await link.call(name, input)).toMatchObject({ ok: false, failure: { code: 'bad-input' } })
    }
    expect(call).not.toHaveBeenCalled()
    link.close()
  })

  it("the link to the engine passes the engine's own refusals on with their code", async () => {
    const link = new EngineLink(async () => new FakeEngine().client())
    await link.open()
    expect(await link.call('runs.get', { runId: 99 })).toEqual({
      ok: false,
      failure: { code: 'not-found', message: 'There is no run 99.' },
    })
    link.close()
  })
})
