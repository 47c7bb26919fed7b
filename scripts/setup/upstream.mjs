// The last resort: tfjs's own installer, which brings TensorFlow 2.9.1 (2.7 on ARM) from its own server.
import { copyFileSync, existsSync, lstatSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bindingLink } from './binding.mjs'
import { fixAfter, requireFreeSpace } from './cache.mjs'
import { SetupProblem } from './problem.mjs'
import { lastLines, runCommand, step } from './progress.mjs'
import { inProject } from './project.mjs'

const folder = () => inProject('node_modules', '@tensorflow', 'tfjs-node-gpu')

/** Whether tfjs's installer has come to its end here: a failed one leaves no `deps`. */
function isInstalled() {
  const isLink = lstatSync(bindingLink(), { throwIfNoEntry: false })?.isSymbolicLink()
  return !isLink && existsSync(join(bindingLink(), 'tfjs_binding.node')) && existsSync(join(folder(), 'deps'))
}

/** Runs tfjs's installer in its package folder unless it has been, or all the same if `anew`. */
export async function ensureUpstream(anew = false) {
  if (isInstalled() && !anew) return
  requireFreeSpace(folder(), 1_000_000_000, "tfjs's own TensorFlow")
  await step("TensorFlow 2.9.1 by tfjs's own installer: about 100 MB to download into node_modules", async () => {
    // A link into the cache must not be written through.
    if (lstatSync(bindingLink(), { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(bindingLink())
    const env = {
      ...process.env,
      PATH: `${inProject('node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
    }
    const { code, output } = await runCommand(process.execPath, [join('scripts', 'install.js'), 'cpu', 'download'], { cwd: folder(), env })
    const complete = process.platform === 'win32' ? placeWindowsLibrary(folder(), bindingLink()) : code === 0
    if (!complete) {
      rmSync(join(folder(), 'deps'), { recursive: true, force: true })
      throw new SetupProblem(
        `tfjs's own installer failed:\n${lastLines(output)}`,
        fixAfter(output, folder(), "check the connection to tfjs's server, which those lines name, and run the command again."),
      )
    }
  })
}

/**
 * On Windows the installer ends by copying the library to a folder named after the running Node, where the binding is not, and fails.
 * @returns whether binding and library now lie side by side
 */
export function placeWindowsLibrary(packageFolder, binding) {
  const library = join(packageFolder, 'deps', 'lib', 'tensorflow.dll')
  if (!existsSync(library) || !existsSync(join(binding, 'tfjs_binding.node'))) return false
  copyFileSync(library, join(binding, 'tensorflow.dll'))
  return true
}
