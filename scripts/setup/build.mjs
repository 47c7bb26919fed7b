// The built program in out/, made again when what it is made of has changed.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { isProvided, provide } from './cache.mjs'
import { SetupProblem } from './problem.mjs'
import { lastLines, runCommand, step } from './progress.mjs'
import { inProject, projectRoot } from './project.mjs'

const ingredients = [
  'src',
  'resources',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.node.json',
  'tsconfig.web.json',
]

/** Builds into a folder beside out/ and renames it, so that running programs and interrupted builds never meet half a build. */
export async function ensureBuild(node) {
  const key = hashOf(ingredients.map((name) => inProject(name)))
  const out = inProject('out')
  if (isProvided(out, key)) return
  await step('Building the program from src', () =>
    provide(out, key, async (work) => {
      const cli = inProject('node_modules', 'electron-vite', 'bin', 'electron-vite.js')
      const { code, output } = await runCommand(node, [cli, 'build', '--logLevel', 'warn'], {
        cwd: projectRoot,
        env: { ...process.env, SKIPLAB_OUT: work },
      })
      if (code !== 0) throw new SetupProblem(`The build failed:\n${lastLines(output, 40)}`)
    }),
  )
}

/** One hash over the names and contents of files and folders; what does not exist is left out. */
function hashOf(paths) {
  const hash = createHash('sha256')
  const add = (path) => hash.update(`${relative(projectRoot, path)}\0`).update(readFileSync(path))
  for (const path of paths.filter(existsSync)) {
    for (const file of filesBelow(path)) add(file)
  }
  return hash.digest('hex')
}

function filesBelow(path) {
  let entries
  try {
    entries = readdirSync(path, { withFileTypes: true })
  } catch {
    return [path]
  }
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(path, entry.name)) : entry.isFile() ? [join(path, entry.name)] : []))
}
