// Pictures of every view, light and dark, wide and small, of a page that `skiplab serve` offers:
//   node scripts/screenshots.mjs URL [FOLDER]
// SKIPLAB_TEST_CHROMIUM names a browser that Playwright did not install itself.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const [url, folder = 'test-results/screenshots'] = process.argv.slice(2)
if (!url) {
  console.error('Expected the address that "skiplab serve" printed: node scripts/screenshots.mjs URL [FOLDER]')
  process.exit(2)
}
const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
]
const views = ['design', 'recipe', 'queue', 'live', 'layers', 'runs', 'compare', 'run', 'data', 'settings']

/** What a person would do in a view before looking at it. */
const gestures = {
  recipe: async (page) => {
    await page.getByRole('button', { name: /hyperparameters/ }).click()
  },
  layers: async (page) => {
    const chart = page.locator('canvas').first()
    const box = await chart.boundingBox({ timeout: 3000 }).catch(() => null)
    if (box) await page.mouse.click(box.x + box.width * 0.3, box.y + box.height * 0.5)
    await page.mouse.move(0, 0)
  },
  compare: async (page) => {
    await page.getByRole('checkbox', { name: 'Select all' }).click()
  },
  run: async (page) => {
    await page.locator('td a').last().click()
  },
}
const address = { recipe: 'design', compare: 'runs', run: 'runs' }

await mkdir(folder, { recursive: true })
const browser = await chromium.launch({ executablePath: process.env.SKIPLAB_TEST_CHROMIUM, args: ['--no-sandbox'] })
const problems = []
for (const theme of ['light', 'dark']) {
  for (const size of sizes) {
    const context = await browser.newContext({ viewport: size, colorScheme: theme, reducedMotion: 'reduce' })
    const page = await context.newPage()
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    page.on('pageerror', (error) => problems.push(String(error)))
    await page.goto(url)
    await page.locator('[data-testid=view]:not([inert])').waitFor()
    for (const view of views) {
      await page.evaluate((hash) => (location.hash = hash), `#/${address[view] ?? view}`)
      await page.waitForTimeout(400)
      await gestures[view]?.(page).catch((error) => problems.push(`${view}: ${error.message.split('\n')[0]}`))
      await page.waitForTimeout(400)
      await page.screenshot({ path: join(folder, `${view}-${theme}-${size.width}.png`) })
    }
    await context.close()
  }
}
await browser.close()
console.log(`${views.length * sizes.length * 2} pictures in ${folder}`)
if (problems.length) {
  console.error([...new Set(problems)].join('\n'))
  process.exit(1)
}
