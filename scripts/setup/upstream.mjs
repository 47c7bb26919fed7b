// The last resort: tfjs's own installer, which brings TensorFlow 2.9.1 (2.7 on ARM) from its own server.
import { lstatSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bindingLink } from './binding.mjs'
import { requireFreeSpace } from './cache.mjs'
import { SetupProblem } from './problem.mjs'
import { lastLines, runCommand, step } from './progress.mjs'
import { inProject } from './project.mjs'

/** Runs tfjs's installer in its package folder. */
export async function ensureUpstream() {
  const folder = inProject('node_modules', '@tensorflow', 'tfjs-node-gpu')
  requireFreeSpace(folder, 1_000_000_000, "tfjs's own TensorFlow")
  await step("TensorFlow 2.9.1 by tfjs's own installer: about 100 MB to download into node_modules", async () => {
    // A link into the cache must not be written through.
    if (lstatSync(bindingLink(), { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(bindingLink())
    const env = { ...process.env, PATH: `${inProject('node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}` }
    const { code, output } = await runCommand(process.execPath, [join('scripts', 'install.js'), 'cpu', 'download'], { cwd: folder, env })
    if (code !== 0) {
      rmSync(join(folder, 'deps'), { recursive: true, force: true })
      throw new SetupProblem(`tfjs's own installer failed:\n${lastLines(output)}`, 'check the connection to storage.googleapis.com and run the command again.')
    }
  })
}
