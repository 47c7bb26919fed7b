// What Electron needs of a Linux desktop, looked at before it starts: it would crash without a word that helps.
import { closeSync, existsSync, openSync, readFileSync, readSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SetupProblem } from './problem.mjs'
import { libraryCommand, missingLibraries } from './system-packages.mjs'

const instead = '"npx skiplab serve" offers the same workbench in a browser'

/** Refuses where no window can open whichever Electron it is. @param {string[]} args what Electron will be told */
export function requireScreen(args, env = process.env, uid = process.getuid?.()) {
  if (process.platform !== 'linux') return
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) {
    throw new SetupProblem(
      'A window needs a screen, and neither DISPLAY nor WAYLAND_DISPLAY names one.',
      `run it in a desktop session; without one, ${instead}.`,
    )
  }
  if (uid === 0 && !isUnconfined(args)) {
    throw new SetupProblem(
      'Electron does not run as root: it would have to do without its sandbox, which Skiplab never tells it to.',
      `run it as a plain user; as root, ${instead}.`,
    )
  }
}

/** Refuses where this Electron cannot start: libraries that it lacks, a sandbox that the system does not allow. */
export function requireStartable(electron, args, system = {}) {
  // Named by a person, it may be a script, which starts Electron in its own way.
  if (process.platform !== 'linux' || !isBinary(electron)) return
  const missing = missingLibraries(electron)
  if (missing.length > 0)
    throw new SetupProblem(
      `Electron needs libraries that this system lacks: ${missing.join(', ')}.`,
      `${libraryCommand()}; meanwhile, ${instead}.`,
    )
  const helper = join(dirname(electron), 'chrome-sandbox')
  if (isUnconfined(args) || !isNamespaceRefused(electron, system) || isSetuidRoot(helper)) return
  throw new SetupProblem(
    `This system lets no program of a plain user make a sandbox (AppArmor), and ${helper} is not root's with mode 4755.`,
    `sudo chown root:root "${helper}" && sudo chmod 4755 "${helper}"; meanwhile, ${instead}.`,
  )
}

/** Only the tests do that, and who types it. */
const isUnconfined = (args) => args.includes('--no-sandbox')

/** Ubuntu 23.10 and newer; a profile that names the executable lifts it. */
function isNamespaceRefused(
  electron,
  { restriction = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns', profiles = '/etc/apparmor.d' },
) {
  if (readText(restriction).trim() !== '1') return false
  const names = existsSync(profiles) ? readdirSync(profiles) : []
  return !names.some((name) => readText(join(profiles, name)).includes(electron))
}

function isSetuidRoot(path) {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat?.uid === 0 && (stat.mode & 0o4001) === 0o4001
}

function isBinary(path) {
  try {
    const start = Buffer.alloc(4)
    const file = openSync(path)
    readSync(file, start)
    closeSync(file)
    return start.toString('latin1') === '\x7fELF'
  } catch {
    return false // Starting it will tell.
  }
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
