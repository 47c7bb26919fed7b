// Which room may import which: `common <- store, data <- worker, export, places <- engine`, `client <- app, cli, serve`; renderer and
// preload see common only. Inside the engine and the page rooms point one way too. The tests in this folder and the linter read this table.

const engineBase = ['common', 'main/store', 'main/workspace', 'main/engine/journal']
/** Work on checkpoints beside training. */
const ofJobs = [...engineBase, 'main/data', 'main/places', 'main/engine/library', 'main/engine/machine', 'main/engine/runs']
const shells = ['common', 'main/client', 'main/workspace', 'main/export', 'main/data']

/** Room (a folder below src; the longest that fits a path counts) -> the other rooms it may import. */
export const allowedRooms: Readonly<Record<string, readonly string[]>> = {
  common: [],
  'main/workspace': ['common'], // the folder, the address of its engine: what engine and clients agree on
  'main/client': ['common', 'main/workspace'], // must load in old Nodes: it is all that the Electron shell loads of the engine
  'main/store': ['common'],
  'main/data': ['common'],
  'main/export': ['common'],
  'main/weights': ['common', 'main/data'], // weights of other programs, and for them; the pickle machine is the data's
  'main/worker/machine': ['common'],
  'main/worker/checkpoint': ['common', 'main/data'],
  'main/worker/backend': ['common'], // what a backend is; passes over the graph for any of them
  'main/worker/backend/tensorflow': ['common', 'main/worker/backend', 'main/worker/machine'],
  'main/worker/source': ['common', 'main/data', 'main/worker/backend'], // reads a stored data set with the code that wrote it
  // Names no library that computes.
  'main/worker/jobs': ['common', 'main/data', 'main/weights', 'main/worker/backend', 'main/worker/source', 'main/worker/checkpoint'],
  'main/worker': ['common', 'main/worker/jobs', 'main/worker/backend', 'main/worker/backend/tensorflow', 'main/worker/checkpoint'],
  // Where workers run: this machine, SSH, Slurm; moves programs and data there.
  'main/places': ['common', 'main/data', 'main/workspace', 'main/worker/machine'],
  'main/engine/journal': ['common', 'main/store'],
  'main/engine/library': [...engineBase, 'main/data', 'main/export', 'main/weights', 'main/worker/checkpoint'],
  'main/engine/machine': [...engineBase, 'main/worker/machine', 'main/worker/backend/tensorflow'],
  'main/engine/places': [...engineBase, 'main/data', 'main/places', 'main/engine/library', 'main/engine/machine', 'main/worker/checkpoint'],
  'main/engine/runs': [...engineBase, 'main/data', 'main/places', 'main/engine/places', 'main/engine/library', 'main/engine/machine'],
  'main/engine/jobs': [...ofJobs],
  'main/engine/evaluations': [...ofJobs, 'main/export', 'main/engine/jobs'],
  'main/engine/analyses': [...ofJobs, 'main/engine/jobs'],
  'main/engine/queue': [
    ...engineBase,
    'main/data',
    'main/worker/checkpoint',
    'main/engine/library',
    'main/engine/machine',
    'main/engine/places',
    'main/engine/runs',
    'main/engine/jobs',
  ],
  'main/engine/server': [
    ...engineBase,
    'main/data',
    'main/export',
    'main/engine/library',
    'main/engine/machine',
    'main/engine/places',
    'main/engine/runs',
    'main/engine/evaluations',
    'main/engine/analyses',
    'main/engine/queue',
  ],
  'main/engine': [
    ...engineBase,
    ...['main/data', 'main/export', 'main/places'],
    ...['library', 'machine', 'places', 'runs', 'jobs', 'evaluations', 'analyses', 'queue', 'server'].map((name) => `main/engine/${name}`),
  ],
  'main/serve': shells,
  'main/app': shells,
  'main/cli': [...shells, 'main/serve', 'main/engine/machine'], // `doctor` looks at the machine without an engine
  preload: ['common'],
  'renderer/src/connection': ['common'],
  'renderer/src/ui': ['common', 'renderer/src/connection'],
  'renderer/src/entities': ['common', 'renderer/src/connection', 'renderer/src/ui'],
  'renderer/src/features': ['common', 'renderer/src/connection', 'renderer/src/ui', 'renderer/src/entities'],
  renderer: ['common', 'renderer/src/connection', 'renderer/src/ui', 'renderer/src/entities', 'renderer/src/features'],
}

/** Packages that belong to some rooms only; a name ending in `/` or `:` covers all that start with it. */
const roomsOfPackage: Readonly<Record<string, readonly string[]>> = {
  electron: ['main/app', 'preload'],
  'better-sqlite3': ['main/store'],
  '@tensorflow/': ['main/worker/backend/tensorflow'],
  vue: renderer(),
  'vue-router': renderer(),
  pinia: renderer(),
  'chart.js': renderer(),
  commander: ['main/cli'],
  'node:': Object.keys(allowedRooms).filter((room) => room.startsWith('main/')),
}

function renderer(): string[] {
  return Object.keys(allowedRooms).filter((room) => room.startsWith('renderer'))
}

/** The room of a path below src, with `/` as separator; null for files that stand between the rooms. */
export function roomOf(pathBelowSrc: string): string | null {
  const rooms = Object.keys(allowedRooms).filter((room) => pathBelowSrc.startsWith(`${room}/`))
  return rooms.sort((a, b) => b.length - a.length)[0] ?? null
}

/** The feature of the page that a path below src belongs to; null outside `features`. */
export function featureOf(pathBelowSrc: string): string | null {
  return /^renderer\/src\/features\/([^/]+)\//.exec(pathBelowSrc)?.[1] ?? null
}

/** Whether `room` may import `name`, a package or a built-in module. */
export function mayImportPackage(room: string, name: string): boolean {
  const rule = Object.keys(roomsOfPackage).find((key) =>
    /[/:]$/.test(key) ? name.startsWith(key) : name === key || name.startsWith(`${key}/`),
  )
  return rule === undefined || roomsOfPackage[rule]!.includes(room)
}
