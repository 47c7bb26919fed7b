// `npm run package -- [--dir] [--output DIR] [--electron-dist DIR --electron-version X.Y.Z]`: installers for this system, or with --dir
// the unpacked app alone.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readArguments } from '../read-arguments.mjs'
import { step } from '../setup/progress.mjs'
import { inProject } from '../setup/project.mjs'
import { builderConfig } from './builder-config.mjs'
import { stage } from './stage.mjs'

const { values } = readArguments('npm run package -- [--dir] [--output DIR] [--electron-dist DIR --electron-version X.Y.Z]', {
  options: {
    dir: { type: 'boolean', default: false },
    output: { type: 'string', default: inProject('dist') },
    'electron-dist': { type: 'string' },
    'electron-version': { type: 'string' },
  },
})
const output = resolve(values.output)
const folder = join(output, 'stage')
const electronVersion =
  values['electron-version'] ?? JSON.parse(readFileSync(inProject('node_modules', 'electron', 'package.json'), 'utf8')).version

await step('Laying the app out: programs, native packages, a Node, the TensorFlow binding', () => stage(folder))
const { build, Platform } = await import('electron-builder')
const platform = Platform.current()
const config = builderConfig({ folder, output, electronVersion, electronDist: values['electron-dist'] ?? null })
for (const path of await build({
  projectDir: join(folder, 'app'),
  config,
  targets: values.dir ? platform.createTarget('dir') : platform.createTarget(),
}))
  console.log(path)
