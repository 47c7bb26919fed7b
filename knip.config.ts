import type { KnipConfig } from 'knip'

/** Finds files, exports and dependencies that nothing uses. Part of `npm test -- lint`. */
export default {
  entry: [
    'src/main/{app,engine,worker,cli}/index.ts',
    'src/main/worker/source/streamed/image-thread.ts',
    'src/main/places/launcher/index.ts',
    // What `npm run NAME` starts by path (scripts/run.mjs), and what those start as processes of their own.
    'bench/{analyses,bench,parity,places,trials,propagation,start,step-process,split,layer-times}.ts',
    'bench/page/index.ts',
    'scripts/{icons,schema-fixture,screenshots}.mjs',
    'scripts/package/{package,first-start}.mjs',
    // Tests start these as processes or name them to vitest.
    'test/fixtures/{moved-clock.mjs,scripted-worker.cjs}',
    'test/support/skip-reasons.ts',
  ],
  // A type that only its own file names is exported for what the editor shows; a value is not.
  ignoreExportsUsedInFile: { interface: true, type: true },
  ignoreDependencies: [
    '@julusian/jpeg-turbo', // loaded where its platform has it
    '@tensorflow/tfjs-node-gpu', // the worker loads it by the path that set-up found
    'node-api-headers', // C headers, read by set-up's compiler
    'vue-tsc', // run by scripts/test/phases.mjs
  ],
  // Programs of the operating system.
  ignoreBinaries: ['nvidia-smi', 'ldd', 'apt-cache', 'systemd-inhibit', 'caffeinate', 'mount', 'umount', 'mkfifo', 'ssh-keygen'],
} satisfies KnipConfig
