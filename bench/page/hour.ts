import type { ServeMessage } from '../../src/common/rpc/page-bridge.ts'
import type { EventName, EventPayload } from '../../src/common/rpc/contract.ts'
import { openBrowser, pageMemory, ready } from './browser.ts'
import type { Figure } from './figures.ts'
import { fillLab } from './large-lab.ts'
import { serveLab } from './lab-server.ts'
import { settled } from './step-curves.ts'

const updates = 3_600

/**
 * Passes the engine's messages through and adds those of a running run: each second its progress and two logged steps, each minute an
 * epoch.
 */
export async function measureHour(workspace: string): Promise<readonly Figure[]> {
  fillLab(workspace, { runs: 10, epochs: 60, steps: 2_000, runsPerSweep: 10 })
  const served = await serveLab(workspace)
  const open = await openBrowser()
  const { page } = open
  let say: (message: ServeMessage) => void = () => undefined
  await page.routeWebSocket(/\/engine$/, (socket) => {
    socket.connectToServer()
    say = (message) => socket.send(JSON.stringify(message))
  })
  const announce = <N extends EventName>(name: N, payload: EventPayload<N>): void =>
    say({ type: 'event', event: { name, payload } } as ServeMessage)
  const hour = async (from: number, count: number): Promise<void> => {
    for (let second = from; second < from + count; second++) {
      const step = 2_000 + 2 * second
      announce('run.steps', {
        runId: 1,
        samples: [1, 2].map((offset) => ({ step: step + offset, loss: 0.1 + Math.random() * 0.1, gradientNorm: 0.5, learningRate: 0.1 })),
      })
      announce('run.progress', {
        runId: 1,
        epoch: 61,
        step,
        totalSteps: 100_000,
        loss: 0.1,
        trainError: 0.1,
        learningRate: 0.1,
        imagesPerSecond: 800,
        phase: 'training',
        remainingMs: 60_000,
        memoryBytes: 5e8,
      })
      if (second % 20 === 19) await page.waitForTimeout(20)
    }
  }
  try {
    await page.goto(served.url)
    await ready(page)
    await page.evaluate("location.hash = '#/live?sweep=1'")
    await page.getByText('Batch loss').click()
    await settled(page)
    await hour(0, 600)
    await settled(page)
    const before = await pageMemory(open)
    await hour(600, updates)
    await settled(page)
    const after = await pageMemory(open)
    return [
      { what: 'growth of the heap over an hour of updates', value: after.heapMegabytes - before.heapMegabytes, unit: 'MB', bar: 20 },
      {
        what: 'growth of the page’s process over an hour of updates',
        value: after.processMegabytes - before.processMegabytes,
        unit: 'MB',
        bar: 20,
      },
    ]
  } finally {
    await open.browser.close()
    await served.end()
  }
}
