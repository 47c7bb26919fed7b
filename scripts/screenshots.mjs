// Pictures of every view, light and dark, wide and small, of a page that `skiplab serve` offers:
//   node scripts/screenshots.mjs URL [--folder DIR] [--views design,live] [--themes light] [--sizes 1440x900]
// The README's are made with: --folder docs/images --views design,live,layers,compare --themes light --sizes 1440x900
// SKIPLAB_TEST_CHROMIUM names a browser that Playwright did not install itself.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readArguments } from './read-arguments.mjs'
import { chromium } from 'playwright-core'
import sharp from 'sharp'

/**
 * Every picture by name: a view of the same name unless `view` says another, and what a person would do there before looking. To add
 * one, add a line.
 */
const pictures = {
  design: {},
  recipe: { view: 'design', gesture: (page) => page.getByRole('button', { name: /hyperparameters/ }).click() },
  palette: {
    view: 'design',
    gesture: async (page) => {
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: /^Find a view/ }).fill('res')
    },
    leave: (page) => page.keyboard.press('Escape'),
  },
  shortcuts: { view: 'design', gesture: (page) => page.keyboard.press('?'), leave: (page) => page.keyboard.press('Escape') },
  queue: {},
  live: {},
  layers: {
    gesture: async (page) => {
      const chart = page.locator('canvas').first()
      const box = await chart.boundingBox({ timeout: 3000 }).catch(() => null)
      if (box) await page.mouse.click(box.x + box.width * 0.3, box.y + box.height * 0.5)
      await page.mouse.move(0, 0)
    },
  },
  runs: {},
  groups: {
    view: 'runs',
    gesture: async (page) => {
      await page.getByLabel('Group seeds').check()
      await page.waitForTimeout(300)
    },
  },
  compare: { view: 'runs', gesture: (page) => page.getByRole('checkbox', { name: 'Select all', exact: true }).click() },
  scatter: { view: 'runs', gesture: (page) => compared(page, 'Scatter') },
  verdict: { view: 'runs', gesture: (page) => compared(page, 'Verdict') },
  run: { view: 'runs', gesture: (page) => page.locator('td a').last().click() },
  report: {},
  data: {},
  settings: {},
}

const usage = 'node scripts/screenshots.mjs URL [--folder DIR] [--views LIST] [--themes light,dark] [--sizes 1440x900]'
const { values, positionals } = readArguments(usage, {
  allowPositionals: true,
  options: {
    folder: { type: 'string', default: 'test-results/screenshots' },
    views: { type: 'string', default: Object.keys(pictures).join() },
    themes: { type: 'string', default: 'light,dark' },
    sizes: { type: 'string', default: '1440x900,1024x700' },
  },
})
const [url] = positionals
if (!url) {
  console.error(`Expected the address that "skiplab serve" printed.\nUsage: ${usage}`)
  process.exit(2)
}
const { folder } = values
const views = values.views.split(',')
const sizes = values.sizes.split(',').map((size) => {
  const [width, height] = size.split('x').map(Number)
  return { width, height }
})

async function compared(page, tab) {
  const all = page.getByRole('checkbox', { name: 'Select all', exact: true })
  if (!(await all.isChecked())) await all.click()
  await page.getByText(tab, { exact: true }).click()
}

await mkdir(folder, { recursive: true })
const browser = await chromium.launch({ executablePath: process.env.SKIPLAB_TEST_CHROMIUM, args: ['--no-sandbox'] })
const problems = []
let taken = 0
for (const theme of values.themes.split(',')) {
  for (const size of sizes) {
    const context = await browser.newContext({ viewport: size, colorScheme: theme, reducedMotion: 'reduce' })
    const page = await context.newPage()
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    page.on('pageerror', (error) => problems.push(String(error)))
    await page.goto(url)
    await page.locator('[data-testid=view]:not([inert])').waitFor()
    for (const view of views) {
      await page.evaluate((hash) => (location.hash = hash), `#/${pictures[view]?.view ?? view}`)
      await page.waitForTimeout(400)
      await pictures[view]?.gesture?.(page).catch((error) => problems.push(`${view}: ${error.message.split('\n')[0]}`))
      await page.waitForTimeout(400)
      const picture = await page.screenshot()
      await pictures[view]?.leave?.(page)
      await sharp(picture)
        .png({ palette: true, colours: 128, compressionLevel: 9 })
        .toFile(join(folder, `${view}-${theme}-${size.width}.png`))
      taken++
    }
    await context.close()
  }
}
await browser.close()
console.log(`${taken} pictures in ${folder}`)
if (problems.length) {
  console.error([...new Set(problems)].join('\n'))
  process.exit(1)
}
