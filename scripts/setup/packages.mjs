// npm packages, exactly as the lock file names them.
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fixAfter, platformName, requireFreeSpace } from './cache.mjs'
import { withCloneLock } from './clone-lock.mjs'
import { probeDatabase } from './probe.mjs'
import { SetupProblem } from './problem.mjs'
import { lastLines, runCommand, say, step } from './progress.mjs'
import { inProject, npmCommand, projectRoot } from './project.mjs'

const lockFile = () => inProject('package-lock.json')
const modules = () => inProject('node_modules')
const stamp = () => join(modules(), '.skiplab', 'packages')
const runtimeStamp = () => join(modules(), '.skiplab', 'runtime.json')

/** Linked by whoever shares one installation between working trees; theirs to keep up to date. */
const isShared = () => lstatSync(modules(), { throwIfNoEntry: false })?.isSymbolicLink() === true

/** What the stamp must say: the same lock file means other packages on another platform. */
const wanted = () => `${platformName()} ${createHash('sha256').update(readFileSync(lockFile())).digest('hex')}`

/** Whether node_modules was found to be what the lock file says. */
export function arePackagesReady() {
  return isShared() || readText(stamp()) === wanted()
}

/**
 * Runs `npm ci` when node_modules is not what the lock file says.
 * @param {boolean} thorough also when they turn out to be damaged, whatever was noted
 */
export async function ensurePackages(node, thorough) {
  if (arePackagesReady() && !thorough) return
  await withCloneLock(async () => {
    if (!arePackagesReady()) {
      if (missingPackages(readText(lockFile()), noted()).length > 0) await install(node)
      noteReady()
    }
    if (thorough) await repair(node)
  })
}

async function repair(node) {
  const reason = await damage(node)
  if (!reason) return
  if (isShared())
    throw new SetupProblem(`The npm packages are damaged: ${reason}`, 'run "npm run setup" in the clone that node_modules is a link to.')
  say(`[set-up] The npm packages are damaged, so all are installed anew: ${reason}`)
  await install(node)
  noteReady()
  const still = await damage(node)
  if (still)
    throw new SetupProblem(
      `The npm packages do not work here, freshly installed: ${still}`,
      'name another Node of this machine in SKIPLAB_NODE.',
    )
}

/** What is wrong with the installed files, or null. */
async function damage(node) {
  const gone = Object.keys(JSON.parse(noted() ?? '{}').packages ?? {}).find((path) => !existsSync(inProject(path, 'package.json')))
  if (gone) return `${gone} is gone.`
  const reason = await probeDatabase(node)
  return reason && `better-sqlite3 does not load.\n${reason}`
}

/**
 * Paths of packages that this machine should have by the lock file and that npm did not note at the end of its last install; a plain
 * `npm install` counts. Optional ones are wanted where the lock file says which machines they are for.
 * @param {string | null} lock text of package-lock.json
 * @param {string | null} installed text of node_modules/.package-lock.json
 * @param {{os: string, cpu: string, libc: string | null}} [machine]
 */
export function missingPackages(
  lock,
  installed,
  machine = { os: process.platform, cpu: process.arch, libc: process.platform === 'linux' ? 'glibc' : null },
) {
  const present = JSON.parse(installed || '{}').packages ?? {}
  const isWanted = (entry) => {
    if (!entry.optional && !entry.devOptional) return true
    const limits = ['os', 'cpu', 'libc'].filter((kind) => entry[kind])
    return limits.length > 0 && limits.every((kind) => entry[kind].includes(machine[kind]))
  }
  return Object.entries(JSON.parse(lock).packages).flatMap(([path, entry]) =>
    path !== '' && isWanted(entry) && present[path]?.version !== entry.version ? [path] : [],
  )
}

async function install(node) {
  requireFreeSpace(projectRoot, 1_500_000_000, 'Installing the npm packages')
  // npm empties the folder; which TensorFlow was asked for is not its to forget.
  const kept = readText(runtimeStamp())
  try {
    await step('npm packages from package-lock.json: about 200 MB to download, 700 MB on disk', () => runNpm(node))
  } finally {
    if (kept !== null && readText(runtimeStamp()) === null) writeNote(runtimeStamp(), kept)
  }
}

async function runNpm(node) {
  const [command, ...start] = npmCommand()
  // Whatever NODE_ENV or npm's settings leave out elsewhere: building and packaging need all of it.
  const args = [
    ...start,
    'ci',
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--include=peer',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]
  const program = start.length > 0 ? node : command
  const { code, output } = await runCommand(program, args, {
    cwd: projectRoot,
    watch: modules(),
    expectedBytes: 710_000_000,
    shell: start.length === 0 && process.platform === 'win32',
  })
  const fix = fixAfter(output, projectRoot, 'check the connection to the npm registry (npm ping) and run the command again.')
  if (code !== 0) throw new SetupProblem(`npm ci failed:\n${lastLines(output, 20)}`, fix)
  const missing = missingPackages(readText(lockFile()), noted())
  if (missing.length > 0)
    throw new SetupProblem(
      `npm ci ended well but left out ${missing.length} of the packages, ${missing[0]} first.`,
      'look for settings that leave packages out (npm config list) and run the command again.',
    )
}

const noted = () => readText(join(modules(), '.package-lock.json'))
const noteReady = () => writeNote(stamp(), wanted())

function writeNote(path, text) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
