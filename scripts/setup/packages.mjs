// npm packages, exactly as the lock file names them.
import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cacheRoot, requireFreeSpace } from './cache.mjs'
import { withLock } from './lock.mjs'
import { SetupProblem } from './problem.mjs'
import { lastLines, runCommand, step } from './progress.mjs'
import { inProject, npmCommand, projectRoot } from './project.mjs'

const lockFile = () => inProject('package-lock.json')
const modules = () => inProject('node_modules')
const stamp = () => join(modules(), '.skiplab', 'packages')

/** Runs `npm ci` when node_modules is not what the lock file says. */
export async function ensurePackages(node) {
  // Linked by whoever shares one installation between working trees; theirs to keep up to date.
  if (lstatSync(modules(), { throwIfNoEntry: false })?.isSymbolicLink()) return
  const wanted = createHash('sha256').update(readFileSync(lockFile())).digest('hex')
  if (readText(stamp()) === wanted) return
  const clone = createHash('sha256').update(projectRoot).digest('hex').slice(0, 16)
  await withLock(join(cacheRoot(), 'locks', clone), async () => {
    if (readText(stamp()) === wanted) return
    if (!isInstalled(readText(lockFile()), readText(join(modules(), '.package-lock.json')))) await install(node)
    mkdirSync(dirname(stamp()), { recursive: true })
    writeFileSync(stamp(), wanted)
  })
}

/**
 * Whether what npm noted at the end of its last install covers the lock file, so that a plain `npm install` counts.
 * @param {string | null} lock text of package-lock.json
 * @param {string | null} installed text of node_modules/.package-lock.json
 */
export function isInstalled(lock, installed) {
  if (!lock || !installed) return false
  const present = JSON.parse(installed).packages
  return Object.entries(JSON.parse(lock).packages).every(([path, entry]) => path === '' || entry.optional || entry.devOptional || present[path]?.version === entry.version)
}

async function install(node) {
  requireFreeSpace(projectRoot, 1_500_000_000, 'Installing the npm packages')
  await step('npm packages from package-lock.json: about 200 MB to download, 700 MB on disk', async () => {
    const [command, ...start] = npmCommand()
    const args = [...start, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    const program = start.length > 0 ? node : command
    const { code, output } = await runCommand(program, args, { cwd: projectRoot, watch: modules(), expectedBytes: 710_000_000, shell: start.length === 0 && process.platform === 'win32' })
    if (code !== 0) throw new SetupProblem(`npm ci failed:\n${lastLines(output, 20)}`, 'check the connection to the npm registry (npm ping) and run the command again.')
  })
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
