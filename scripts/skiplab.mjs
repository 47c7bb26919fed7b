#!/usr/bin/env node
// `skiplab` in a clone: set-up if need be, then the command line proper under a Node that is new enough.
import { createRequire } from 'node:module'
import { handOver } from './hand-over.mjs'
import { inProject } from './setup/project.mjs'
import { ensureProgram, runScript } from './setup/setup.mjs'

await runScript(async () => {
  const args = process.argv.slice(2)
  // Who asks the doctor may be here because something noted as done is broken.
  const node = await ensureProgram({ thorough: args.includes('doctor') })
  const program = inProject('out', 'main', 'cli.cjs')
  if (node === process.execPath) {
    process.argv = [node, program, ...args]
    createRequire(import.meta.url)(program)
  } else process.exitCode = await handOver(node, [program, ...args])
})
