// What no set-up can change: machines on which TensorFlow's libraries cannot run.
import { readFileSync } from 'node:fs'
import { SetupProblem } from './problem.mjs'

/** Refuses, before anything is downloaded, a machine on which TensorFlow would only crash. */
export function requireMachine({ glibc = glibcVersion(), cpuinfo = '/proc/cpuinfo' } = {}) {
  if (process.platform !== 'linux') return
  if (!glibc) {
    throw new SetupProblem(
      'TensorFlow and the Node that trains are built for the C library glibc; this system has another (musl, as on Alpine).',
      'use a system with glibc, such as Debian, Ubuntu or Fedora, or a container of one.',
    )
  }
  const flags = process.arch === 'x64' && /^flags\s*:(.*)$/m.exec(readText(cpuinfo))
  if (flags && !/\bavx\b/.test(flags[1])) {
    throw new SetupProblem(
      'TensorFlow needs a processor with AVX instructions; the system reports none of this one.',
      "use another machine; a virtual one may have to be given the host's processor (QEMU: -cpu host).",
    )
  }
}

function glibcVersion() {
  // Without this, the report looks up a name for every open connection.
  process.report.excludeNetwork = true
  return process.report.getReport().header.glibcVersionRuntime
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
