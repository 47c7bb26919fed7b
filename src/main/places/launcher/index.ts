import { dirname } from 'node:path'
import { messageOf } from '../../../common/caught.ts'
import { serveAgent } from './agent.ts'
import { launch } from './launch.ts'

/**
 * `place-launcher.cjs launch FOLDER` trains the job of a folder to its end; `place-launcher.cjs agent` serves a connection;
 * `place-launcher.cjs try BINDING` loads TensorFlow. Runs at a place, under the Node that was sent there.
 */
async function main([what, argument = '']: readonly string[]): Promise<number> {
  if (what === 'agent') {
    await serveAgent()
    return 0
  }
  if (what === 'launch') return launch(argument)
  if (what === 'try') {
    process.dlopen({ exports: {} }, argument)
    process.stdout.write(`${dirname(argument)} works\n`)
    return 0
  }
  process.stderr.write('The engine starts this program at a place; there is nothing to do by hand.\n')
  return 2
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`)
    process.exit(1)
  },
)
