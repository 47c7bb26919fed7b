import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

/** Where set-up puts native modules: the packaged app names the binding's place, a clone has tfjs-node's package. */
export function nativeModulePath(name: string, env: NodeJS.ProcessEnv = process.env): string {
  const binding = env.SKIPLAB_BINDING
  const folder = binding
    ? dirname(binding)
    : join(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json')), 'lib', 'napi-v8')
  return join(folder, `${name}.node`)
}

/**
 * Whether the TensorFlow that set-up linked is one without CUDA, told by the name of its folder in the cache.
 * Nothing is loaded; of a binding from elsewhere nothing is known.
 */
export function isCpuBuild(env: NodeJS.ProcessEnv = process.env): boolean {
  try {
    return basename(dirname(realpathSync(nativeModulePath('tfjs_binding', env)))).includes('-cpu-')
  } catch {
    return false
  }
}
