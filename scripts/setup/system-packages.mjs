// What Electron and the tests need from the system: the libraries that it links, a screen nobody sees, a Chromium.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { lastLines, runCommand, say, step } from './progress.mjs'
import { SetupProblem } from './problem.mjs'
import { onPath, packageManager } from './remedy.mjs'

const debianPackages = {
  screen: ['xvfb', 'xauth'],
  libraries: ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1'],
  chromium: ['chromium'],
}
/** Programs that tests of other machines start for themselves, and the packages that hold them. */
const serverPackages = { slurmctld: ['slurmctld', 'slurmd', 'slurm-client', 'munge'], sshd: ['openssh-server'] }
const chromiumNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const macChromium = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium']

/** Path of a Chromium or Chrome for the browser tests, or null. */
export function findChromium() {
  const named = process.env.SKIPLAB_TEST_CHROMIUM
  if (named) return existsSync(named) ? named : null
  if (process.platform === 'darwin') return macChromium.find(existsSync) ?? null
  const folders = (process.env.PATH ?? '').split(delimiter)
  return chromiumNames.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync) ?? null
}

/** Names of shared libraries an executable wants and this system lacks. */
export function missingLibraries(executable) {
  if (process.platform !== 'linux') return []
  try {
    const listing = execFileSync('ldd', [executable], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return [...listing.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1])
  } catch {
    return [] // ldd cannot read it; starting it will tell.
  }
}

/** How to install the libraries that Electron links. */
export function libraryCommand() {
  if (packageManager() !== 'apt') return 'install GTK 3, NSS, ALSA and GBM with your package manager'
  const command = `apt-get install -y ${debianPackages.libraries.map(currentName).join(' ')}`
  return process.getuid?.() === 0 ? command : `sudo ${command}`
}

const needsScreen = () => process.platform === 'linux'
const hasScreen = () => !needsScreen() || (onPath('Xvfb') && onPath('xvfb-run'))

/**
 * Which of the tests' system packages are missing after trying to install them (as root on Debian and Ubuntu only).
 * @param {string | null} electron the executable whose libraries are wanted
 * @returns {Promise<{electron: string | null, chromium: string | null}>} per kind of test: why it cannot run, or null
 */
export async function ensureTestPackages(electron) {
  const lacking = () => [
    ...(hasScreen() ? [] : debianPackages.screen),
    ...(electron && missingLibraries(electron).length > 0 ? debianPackages.libraries : []),
    ...(findChromium() ? [] : debianPackages.chromium),
  ]
  let note = ''
  if (lacking().length > 0 && packageManager() === 'apt' && process.platform === 'linux') {
    const names = lacking().map(currentName)
    const command = `apt-get update && apt-get install -y --no-install-recommends ${names.join(' ')}`
    if (process.getuid?.() === 0) note = await installAsRoot(command, names)
    else note = `install with: sudo sh -c '${command}'`
  }
  const fix = note || 'install Xvfb, GTK 3, NSS, ALSA and Chromium with your package manager'
  const libraries = electron ? missingLibraries(electron) : []
  const electronLacks = [...(hasScreen() ? [] : ['Xvfb']), ...libraries]
  return {
    electron: electronLacks.length > 0 ? `missing ${electronLacks.join(', ')}; ${fix}` : null,
    chromium: findChromium() ? null : `no Chromium or Chrome found; ${fix}, or name one in SKIPLAB_TEST_CHROMIUM`,
  }
}

/**
 * Installs Slurm and an SSH server, of which tests start their own (as root on Debian and Ubuntu only); else they are skipped.
 * @throws SetupProblem on CI, where a missing one is a failure
 */
export async function ensureTestServers(ci) {
  const inSbin = (name) => existsSync(`/usr/sbin/${name}`)
  const lacking = Object.entries(serverPackages).flatMap(([name, packages]) => (onPath(name) || inSbin(name) ? [] : packages))
  if (lacking.length === 0) return
  if (process.platform !== 'linux' || packageManager() !== 'apt') return missing('no Debian or Ubuntu', lacking, ci)
  const install = `apt-get update && apt-get install -y --no-install-recommends ${lacking.join(' ')}`
  // Installed, not started: no test needs a service of the system.
  const policy = '/usr/sbin/policy-rc.d'
  const deny = `[ -e ${policy} ] || { trap 'rm -f ${policy}' EXIT; printf '#!/bin/sh\\nexit 101\\n' > ${policy}; chmod 755 ${policy}; }`
  const note = process.getuid?.() === 0 ? await installAsRoot(`${deny}; ${install}`, lacking) : `install with: sudo sh -c '${install}'`
  if (note) missing(note, lacking, ci)
}

function missing(reason, packages, ci) {
  if (ci) throw new SetupProblem(`Tests of other machines lack ${packages.join(', ')}: ${reason}`, 'install them; CI skips no test.')
  say(`[set-up] tests of other machines are skipped: ${reason}`)
}

/** Ubuntu 24.04 and Debian 13 renamed some libraries with the 64-bit time transition. */
function currentName(name) {
  if (!debianPackages.libraries.includes(name)) return name
  try {
    const listing = execFileSync('apt-cache', ['policy', name, `${name}t64`], { encoding: 'utf8' })
    return /t64:\n[^\n]*\n\s+Candidate: \d/.test(listing) ? `${name}t64` : name
  } catch {
    return name
  }
}

async function installAsRoot(command, names) {
  return step(`System packages that only the tests need, as root: ${command}`, async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const { code, output } = await runCommand('sh', ['-c', command], { env })
    return code === 0 ? '' : `apt-get could not install ${names.join(' ')}:\n${lastLines(output, 6)}`
  })
}
