import { join } from 'node:path'

const peerFolder = join(import.meta.dirname, 'peer')

/**
 * A Python that has PyTorch: `npm run` sets it up and names it.
 * @throws Error telling how to start instead, when the variable is not set
 */
function peerPython(): string {
  const python = process.env.SKIPLAB_PEER_PYTHON
  if (!python) throw new Error('SKIPLAB_PEER_PYTHON must name a Python with PyTorch; "npm run parity" and "npm run bench" set it up.')
  return python
}

/** Command line of a script in bench/peer, to be run in the foreground of its own process. */
export function peerCommand(script: string, args: readonly string[]): [string, string[]] {
  // -B: no __pycache__ in the clone.
  return [peerPython(), ['-B', join(peerFolder, script), ...args]]
}
