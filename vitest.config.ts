import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take minutes, longest first; begun last, they would run alone at the end. */
const long = ['engine/kills', 'places/harmed-sweeps', 'engine/full-disk', 'cli/interrupted-sweeps', 'places/', 'worker/own-kernels']

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const found = long.findIndex((part) => moduleId.includes(`/integration/${part}`))
      return found < 0 ? long.length : found
    }
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        plugins: [vue()],
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/architecture/**/*.test.ts'],
          environment: 'node',
          // Modules are loaded once for all files: a third of the time. No unit test leaves a module changed.
          isolate: false,
          // Tables are coloured where CI is set, a terminal or not.
          env: { NO_COLOR: '1' },
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.integration.test.ts'],
          environment: 'node',
          globalSetup: ['test/support/require-built-program.ts'],
          // These start processes and train: four files at a time, as much of a file is waiting.
          maxWorkers: 4,
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
