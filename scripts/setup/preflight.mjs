// What set-up will need of this machine, asked for at once and before the first download.
import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { bindingFolder, bindingSources, sourceHash } from './binding.mjs'
import { isProvided } from './cache.mjs'
import { lookForCompiler } from './compiler.mjs'
import { chooseVariant, hasWheel, isLibtensorflowProvided } from './libtensorflow.mjs'
import { requireMachine } from './machine.mjs'
import { SetupProblem } from './problem.mjs'
import { lookForPython } from './python.mjs'
import { installCommand } from './remedy.mjs'

/** @param {string} asked which TensorFlow: auto, cpu, cuda or upstream */
export function preflight(asked) {
  requireMachine()
  if (asked === 'upstream' || !hasWheel()) return
  const variant = chooseVariant(asked)
  const missingPython = isLibtensorflowProvided(variant) ? null : lookForPython().missing
  const missingCompiler = mayHaveBinding(variant) || lookForCompiler() ? null : 'no C++ compiler that runs was found (c++, g++, clang++)'
  const missing = [missingPython, missingCompiler].filter(Boolean)
  if (missing.length === 0) return
  const tools = [...(missingPython ? ['python'] : []), ...(missingCompiler ? ['compiler'] : [])]
  throw new SetupProblem(
    `Python 3.8 or newer with pip (to fetch TensorFlow) and a C++ compiler (to build its binding) are needed once: ${missing.join('; ')}.`,
    `${installCommand(...tools)}   (SKIPLAB_PYTHON and CXX may name others)`,
  )
}

/** Before the npm packages are there it cannot be told which binding it will be: any of this kind gives hope. */
function mayHaveBinding(variant) {
  if (existsSync(bindingSources())) return isProvided(bindingFolder(variant), sourceHash(variant))
  const folder = bindingFolder(variant, '')
  return (
    existsSync(dirname(folder)) &&
    readdirSync(dirname(folder)).some((name) => name.startsWith(basename(folder)) && !name.includes('.part-'))
  )
}
