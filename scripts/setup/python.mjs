// Python is needed for three things: its package index (libtensorflow's wheel), unzipping, and PyTorch as a peer.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fixAfter } from './cache.mjs'
import { SetupProblem } from './problem.mjs'
import { lastLines, runCommand } from './progress.mjs'
import { withHome } from './home.mjs'
import { installCommand } from './remedy.mjs'

/**
 * A Python 3 with pip, or what is missing in words.
 * @param {[number, number]} minimum
 * @returns {{python: string, missing: null} | {python: null, missing: string}}
 */
export function lookForPython(minimum = [3, 8]) {
  const candidates = process.env.SKIPLAB_PYTHON ? [withHome(process.env.SKIPLAB_PYTHON)] : ['python3', 'python']
  const found = []
  for (const candidate of candidates) {
    const version = answer(candidate, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'])
    if (!version) continue
    const [major, minor] = version.split('.').map(Number)
    if (major < minimum[0] || (major === minimum[0] && minor < minimum[1])) found.push(`${candidate} is Python ${version}`)
    else if (answer(candidate, ['-m', 'pip', '--version'])) return { python: candidate, missing: null }
    else found.push(`${candidate} has no pip`)
  }
  return { python: null, missing: found.join(', ') || `no Python was found (looked for ${candidates.join(', ')})` }
}

/** What a command prints, or null when it cannot be run or fails. */
function answer(command, args) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return null
  }
}

/** A Python 3 with pip; throws the message that says how to get one. */
export function findPython(minimum = [3, 8], purpose = 'once, to fetch libtensorflow') {
  const { python, missing } = lookForPython(minimum)
  if (python) return python
  throw new SetupProblem(
    `Python ${minimum.join('.')} or newer with pip is needed ${purpose}: ${missing}.`,
    `${installCommand('python')}   (or name one in SKIPLAB_PYTHON)`,
  )
}

const outOfReach = [
  /No matching distribution found|Could not fetch URL|Max retries exceeded|timed out/i,
  /Connection (aborted|refused|broken|reset)|NewConnectionError|ProxyError|SSLError|HTTP error/i,
  /NameResolutionError|Temporary failure in name resolution/i,
]

/** Whether pip's output says that the index or the file was out of reach, and not that pip itself could not work. */
export function isOutOfReach(output) {
  return outOfReach.some((pattern) => pattern.test(output))
}

/** pip with its temporary files in a folder, whatever this user's settings say about environments. */
function pipEnvironment(temporary) {
  return { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary, PIP_REQUIRE_VIRTUALENV: '0', PIP_USER: '0' }
}

function pipProblem(what, output, folder) {
  const outOfReach = isOutOfReach(output)
  const fix = outOfReach
    ? 'check the connection to the Python package index (pip config list shows which one is used) and run the command again.'
    : 'mend pip, or name another Python with pip in SKIPLAB_PYTHON, and run the command again.'
  const problem = new SetupProblem(`${what}:\n${lastLines(output)}`, fixAfter(output, folder, fix))
  problem.outOfReach = outOfReach
  return problem
}

/**
 * Downloads one wheel for a named platform, whatever this Python's own version is.
 * @param {{requirement: string, platform: string, sha256?: string, bytes?: number}} wheel `platform` is a wheel tag
 * @param {string} folder an existing folder; the download's temporary files stay in it as well
 * @returns {Promise<string>} path of the verified wheel
 */
export async function downloadWheel(wheel, folder) {
  const target = join(folder, 'wheel')
  const temporary = join(folder, 'tmp')
  mkdirSync(target)
  mkdirSync(temporary)
  // Any CPython's wheel holds the same libraries: 3.11 is named, so that a Python too new or too old for the wheel does no harm.
  const args = [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--no-cache-dir',
    '--disable-pip-version-check',
    '--only-binary',
    ':all:',
    '--dest',
    target,
  ]
  args.push('--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311', '--platform', wheel.platform, wheel.requirement)
  const { code, output } = await runCommand(findPython(), args, {
    env: pipEnvironment(temporary),
    watch: folder,
    expectedBytes: wheel.bytes,
  })
  if (code !== 0) {
    throw pipProblem(`pip could not download ${wheel.requirement} (${wheel.platform})`, output, dirname(folder))
  }
  const file = readdirSync(target).find((name) => name.endsWith('.whl'))
  if (!file) throw new SetupProblem(`pip said it downloaded ${wheel.requirement} but left no wheel behind:\n${lastLines(output)}`)
  const path = join(target, file)
  if (wheel.sha256) {
    const actual = await sha256(path)
    if (actual !== wheel.sha256) {
      throw new SetupProblem(
        `${file} is not the published file: expected sha256 ${wheel.sha256}, got ${actual}.`,
        'run the command again; if it happens again, something between this machine and the package index changes files.',
      )
    }
  }
  return path
}

/**
 * Installs packages below `target` with the machine's pip. Its temporary files lie in `folder`, on the same disk and counted as progress.
 * @param {{python: string, requirements: string[], target: string, folder: string, expectedBytes: number, alone?: boolean}} request
 *   `alone`: without what they depend on
 */
export async function installPackages({ python, requirements, target, folder, expectedBytes, alone = false }) {
  const temporary = join(folder, 'tmp')
  mkdirSync(temporary)
  const args = [
    '-m',
    'pip',
    'install',
    '--no-cache-dir',
    '--disable-pip-version-check',
    '--only-binary',
    ':all:',
    '--target',
    target,
    ...(alone ? ['--no-deps'] : []),
    ...requirements,
  ]
  const { code, output } = await runCommand(python, args, { env: pipEnvironment(temporary), watch: folder, expectedBytes })
  if (code !== 0) throw pipProblem(`pip could not install ${requirements.join(' ')}`, output, dirname(folder))
  rmSync(temporary, { recursive: true })
}

/** Unzips the named files, and everything below the names that end in a slash; a damaged entry fails on its CRC. */
export async function unzip(archive, folder, wanted) {
  const program = [
    'import sys, zipfile',
    'archive, folder, *wanted = sys.argv[1:]',
    'with zipfile.ZipFile(archive) as z:',
    '    z.extractall(folder, [n for n in z.namelist() if any(n == w or w.endswith("/") and n.startswith(w) for w in wanted)])',
  ].join('\n')
  const { code, output } = await runCommand(findPython(), ['-c', program, archive, folder, ...wanted])
  if (code !== 0)
    throw new SetupProblem(
      `Unzipping ${archive} failed:\n${lastLines(output)}`,
      fixAfter(output, dirname(folder), 'run the command again.'),
    )
}

async function sha256(path) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
