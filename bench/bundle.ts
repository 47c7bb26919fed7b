import { join } from 'node:path'
import { build } from 'vite'

/**
 * Bundles step-process.ts as the product's worker is bundled: Node's own type stripping would add 50 MB to its memory.
 * @returns the script's path, in the clone's out folder
 */
export async function bundleStepProcess(): Promise<string> {
  const outDir = join(import.meta.dirname, '..', 'out', 'bench')
  await build({
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['@tensorflow/tfjs-node-gpu'] },
    build: {
      ssr: join(import.meta.dirname, 'step-process.ts'),
      outDir,
      target: 'node22',
      minify: false,
      rolldownOptions: { output: { format: 'es', entryFileNames: 'step-process.mjs' } },
    },
  })
  return join(outDir, 'step-process.mjs')
}
