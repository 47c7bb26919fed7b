import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { hasCode } from '../../common/caught.ts'
import { SkiplabError } from '../../common/failure.ts'
import { connectEngine } from '../client/client.ts'
import { EngineLink } from '../client/link.ts'
import { serve } from '../serve/server.ts'
import { readOrMakeToken } from '../serve/token-file.ts'
import { defineCommand } from './command.ts'
import { integer } from './values.ts'

interface ServeCommandOptions {
  readonly port: number
}

/** Beside the programs in `out/main`. */
const pageFolder = join(import.meta.dirname, '..', 'renderer')

export function registerServe(program: Command): void {
  const options = (command: Command) =>
    command.option('--port <port>', 'port on 127.0.0.1; 0 takes any free one', integer('a port', 0, 65_535), 7317)
  defineCommand<ServeCommandOptions>(
    program,
    'serve',
    'the workbench in a browser of this machine, until Ctrl-C',
    options,
    async (context, { port }) => {
      if (!existsSync(join(pageFolder, 'index.html')))
        throw new SkiplabError('unavailable', 'The page is not built yet. Build it first: npm run build')
      const link = new EngineLink(() => connectEngine({ workspace: context.workspace }))
      await link.open()
      if (link.connection.state === 'lost') {
        link.close()
        throw new SkiplabError('unavailable', link.connection.reason)
      }
      // Before the address is told: whoever reads it may end the page at once. The way in which it is meant to end, so with exit code 0.
      const ended = new Promise<void>((resolve) => {
        process.once('SIGINT', resolve)
        process.once('SIGTERM', resolve)
      })
      const exportsFolder = join(context.workspace, 'exports')
      const served = await listen({ link, pageFolder, exportsFolder, port, token: readOrMakeToken(context.workspace) })
      context.output.value({ url: served.url, port: served.port, workspace: context.workspace })
      context.output.text(served.url)
      context.output.note(
        'Open this address in a browser of this machine; it carries a secret token. Ctrl-C ends the page, not the training.',
      )
      await ended
      link.close()
      await served.close()
    },
  )
}

async function listen(options: Parameters<typeof serve>[0]): ReturnType<typeof serve> {
  try {
    return await serve(options)
  } catch (error) {
    options.link.close()
    if (hasCode(error, 'EADDRINUSE')) {
      throw new SkiplabError(
        'conflict',
        `Port ${options.port} is in use, perhaps by another "skiplab serve". Choose another with --port, or any free one with --port 0.`,
      )
    }
    throw error
  }
}
