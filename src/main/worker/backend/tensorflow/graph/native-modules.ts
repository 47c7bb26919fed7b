import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

/** Finds where set-up put a native module: the packaged app names the binding's path, a clone has tfjs-node's package. */
export function nativeModulePath(name: string, env: NodeJS.ProcessEnv = process.env): string {
  const binding = env.SKIPLAB_BINDING
  const folder = binding
    ? dirname(binding)
    : join(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json')), 'lib', 'napi-v8')
  return join(folder, `${name}.node`)
}

/**
 * Tells by its folder's name in the cache whether the TensorFlow that set-up linked is one without CUDA. Nothing is loaded; nothing is
 * known of a binding from elsewhere.
 */
export function isCpuBuild(env: NodeJS.ProcessEnv = process.env): boolean {
  try {
    return basename(dirname(realpathSync(nativeModulePath('tfjs_binding', env)))).includes('-cpu-')
  } catch {
    return false
  }
}
