import type { Reporter, TestModule } from 'vitest/node'

/** Prints every skipped test with the reason it gave (`context.skip('reason')`), so that none disappears from a log. */
export default class SkipReasons implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const result = test.result()
        const reason = result.state === 'skipped' && result.note ? result.note : 'no reason given'
        console.log(`skipped: ${test.fullName}: ${reason}`)
      }
    }
  }
}
