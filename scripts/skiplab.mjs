#!/usr/bin/env node
// `skiplab` in a clone: set-up if need be, then the command line proper under a Node that is new enough.
import { createRequire } from 'node:module'
import { handOver } from './hand-over.mjs'
import { inProject } from './setup/project.mjs'
import { ensureProgram, runScript } from './setup/setup.mjs'

await runScript(async () => {
  const node = await ensureProgram()
  const program = inProject('out', 'main', 'cli.cjs')
  const args = process.argv.slice(2)
  if (node === process.execPath) {
    process.argv = [node, program, ...args]
    createRequire(import.meta.url)(program)
  } else process.exitCode = await handOver(node, [program, ...args])
})
