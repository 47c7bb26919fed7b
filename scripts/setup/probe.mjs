// Whether what was installed works, tried in a process of its own.
import { lastLines, runCommand } from './progress.mjs'
import { inProject } from './project.mjs'

/** The error's words are wanted, and not the lines of code around them. */
const tellsWhy = "process.on('uncaughtException', (error) => { console.error(error.message); process.exit(1) });"

const product = `${tellsWhy}
  const util = require('node:util')
  util.isNullOrUndefined ??= (value) => value === null || value === undefined
  util.isArray ??= Array.isArray
  const tf = require('@tensorflow/tfjs-node-gpu')
  const a = tf.tensor2d([[1, 2], [3, 4]])
  const product = Array.from(a.matMul(a).dataSync()).join()
  if (product !== '7,10,15,22') throw new Error('a 2x2 product came out as ' + product)
  console.log('tensorflow=' + tf.backend().binding.TF_Version)`

/** Multiplies two matrices through tfjs as it is installed. Returns TensorFlow's version, or null and why not. */
export async function probeBinding(node) {
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' }
  const { code, output } = await runCommand(node, ['-e', product], { cwd: inProject(), env })
  const version = /^tensorflow=(.+)$/m.exec(output)
  return code === 0 && version ? { version: version[1] } : { version: null, reason: lastLines(output) || `exit code ${code}` }
}

/** Opens a database in memory. Returns why that fails, or null. */
export async function probeDatabase(node) {
  const { code, output } = await runCommand(node, ['-e', `${tellsWhy} new (require('better-sqlite3'))(':memory:').close()`], {
    cwd: inProject(),
  })
  return code === 0 ? null : lastLines(output) || `exit code ${code}`
}
