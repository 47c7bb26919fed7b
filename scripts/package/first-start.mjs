// In the packaged app, before its engine starts: TensorFlow in the per-user cache, as in a clone; only the binding is brought along.
// Words for people go to stderr, a line each; the binding's path to stdout.
import { join } from 'node:path'
import { installPortableBinding } from '../setup/binding.mjs'
import { asProblem } from '../setup/filesystem-problem.mjs'
import { askedTensorflow, chooseVariant, ensureLibtensorflow, hasWheel } from '../setup/libtensorflow.mjs'
import { requireMachine } from '../setup/machine.mjs'
import { SetupProblem } from '../setup/problem.mjs'

try {
  if (!hasWheel())
    throw new SetupProblem(
      `There is no TensorFlow 2.21 library for ${process.platform} ${process.arch} yet.`,
      'use Skiplab from a clone, or on Linux or an Apple-silicon Mac.',
    )
  requireMachine()
  const variant = chooseVariant(askedTensorflow())
  await ensureLibtensorflow(variant)
  process.stdout.write(await installPortableBinding(join(import.meta.dirname, '..', '..', 'binding'), variant))
} catch (raw) {
  const error = asProblem(raw)
  process.stderr.write(`${error instanceof SetupProblem ? error : error.stack}\n`)
  process.exitCode = 1
}
