import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

// Only what cannot be bundled stays outside: Electron itself and packages with binaries beside them.
const external = ['electron', 'better-sqlite3', '@tensorflow/tfjs-node-gpu', 'sharp', '@julusian/jpeg-turbo', 'node-liblzma/wasm']
const out = process.env.SKIPLAB_OUT ?? 'out'

/** One program per process; flat output, so that `import.meta.dirname` is out/main in every chunk. */
const programs = Object.fromEntries(
  ['app', 'engine', 'worker', 'cli']
    .map((name): [string, string] => [name, resolve(`src/main/${name}/index.ts`)])
    .filter(([, file]) => existsSync(file)),
)
/** A thread of the worker, which finds it beside itself. */
const imageThread = resolve('src/main/worker/source/streamed/image-thread.ts')
/** Runs at places, under the Node that the engine sends there. */
const placeLauncher = resolve('src/main/places/launcher/index.ts')
const preload = resolve('src/preload/index.ts')
const page = resolve('src/renderer/index.html')

export default defineConfig({
  ...(Object.keys(programs).length > 0 && {
    main: {
      build: {
        target: 'node16',
        outDir: `${out}/main`,
        externalizeDeps: false,
        minify: false,
        reportCompressedSize: false,
        rolldownOptions: {
          input: { ...programs, ...(programs.worker && { 'image-thread': imageThread, 'place-launcher': placeLauncher }) },
          external,
          output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunk-[name]-[hash].cjs' },
        },
      },
    },
  }),
  ...(existsSync(preload) && {
    preload: {
      build: {
        target: 'node16',
        outDir: `${out}/preload`,
        externalizeDeps: false,
        minify: false,
        reportCompressedSize: false,
        rolldownOptions: { input: { index: preload }, external: ['electron'], output: { format: 'cjs', entryFileNames: '[name].cjs' } },
      },
    },
  }),
  ...(existsSync(page) && {
    renderer: {
      root: 'src/renderer',
      base: './',
      plugins: [vue()],
      build: {
        target: 'chrome108',
        outDir: resolve(out, 'renderer'),
        emptyOutDir: true,
        // Half the size, read a good deal sooner.
        minify: true,
        reportCompressedSize: false,
        rolldownOptions: { input: { index: page } },
      },
    },
  }),
})
