// The C++ compiler of this machine.
import { execFileSync } from 'node:child_process'
import { cacheRoot, fixAfter } from './cache.mjs'
import { SetupProblem } from './problem.mjs'
import { lastLines, runCommand } from './progress.mjs'
import { installCommand } from './remedy.mjs'

/** Name of a C++ compiler that runs, or null. Being on the PATH is not enough: macOS has a c++ that only asks for the real one. */
export function lookForCompiler() {
  return [process.env.CXX, 'c++', 'g++', 'clang++'].find((name) => name && runs(name)) ?? null
}

function runs(name) {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A C++ compiler; throws the message that says how to get one. */
export function findCompiler() {
  const compiler = lookForCompiler()
  if (compiler) return compiler
  throw new SetupProblem(
    'A C++ compiler is needed once, to build the TensorFlow binding: none was found (c++, g++, clang++).',
    installCommand('compiler'),
  )
}

export async function build(compiler, args, options = {}) {
  const { code, output } = await runCommand(compiler, args, options)
  const fix = fixAfter(output, cacheRoot(), `install a C++17 compiler (${installCommand('compiler')}) or name another in CXX.`)
  if (code !== 0) throw new SetupProblem(`${compiler} could not build the TensorFlow binding:\n${lastLines(output, 20)}`, fix)
}
