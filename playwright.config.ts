import { defineConfig } from '@playwright/test'

/**
 * `*.electron.e2e.ts` drive the built app in Electron (SKIPLAB_TEST_ELECTRON names its executable, see scripts/setup/electron.mjs);
 * all other `*.e2e.ts` drive `skiplab serve` in Chromium (SKIPLAB_TEST_CHROMIUM names one that Playwright did not install itself).
 */
const chromium = process.env.SKIPLAB_TEST_CHROMIUM

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results/e2e',
  // Each file has a workspace and an engine of its own, and mostly waits for a page. Windows share a screen and its focus: see phases.mjs.
  workers: 3,
  timeout: 120_000,
  // Generous: a machine that trains beside its tests is slow, and no test measures time.
  expect: { timeout: 30_000 },
  forbidOnly: process.env.CI !== undefined,
  reporter: [['list']],
  // No trace: writing one takes a quarter of the time. `npx playwright test --trace on` makes it for a test that is looked into.
  use: { screenshot: 'only-on-failure' },
  projects: [
    { name: 'electron', testMatch: '**/*.electron.e2e.ts' },
    {
      name: 'chromium',
      testMatch: '**/*.e2e.ts',
      testIgnore: '**/*.electron.e2e.ts',
      use: { browserName: 'chromium', launchOptions: chromium ? { executablePath: chromium } : {} },
    },
  ],
})
