// Which room may import which: `common <- store, data <- worker, export <- engine <- app, cli, serve`; renderer and preload see common
// only. The test in this folder and the linter both read this one table.

/** Room (a folder below src) -> the other rooms it may import. */
export const allowedRooms: Readonly<Record<string, readonly string[]>> = {
  common: [],
  'main/store': ['common'],
  'main/data': ['common'],
  'main/worker': ['common', 'main/data'], // reads a stored data set with the code that wrote it
  'main/export': ['common'],
  'main/engine': ['common', 'main/store', 'main/data', 'main/worker', 'main/export'],
  'main/serve': ['common', 'main/engine', 'main/export', 'main/data'],
  'main/app': ['common', 'main/engine', 'main/export', 'main/data'],
  'main/cli': ['common', 'main/engine', 'main/export', 'main/data', 'main/serve'],
  preload: ['common'],
  renderer: ['common'],
}

/** Packages that belong to some rooms only; a name ending in `/` or `:` covers all that start with it. */
export const roomsOfPackage: Readonly<Record<string, readonly string[]>> = {
  electron: ['main/app', 'preload'],
  'better-sqlite3': ['main/store'],
  '@tensorflow/': ['main/worker'],
  vue: ['renderer'],
  'vue-router': ['renderer'],
  pinia: ['renderer'],
  'chart.js': ['renderer'],
  commander: ['main/cli'],
  'node:': Object.keys(allowedRooms).filter((room) => room.startsWith('main/')),
}

/** The room of a path below src, with `/` as separator; null for files that stand between the rooms. */
export function roomOf(pathBelowSrc: string): string | null {
  return Object.keys(allowedRooms).find((room) => pathBelowSrc.startsWith(`${room}/`)) ?? null
}

/** Whether `room` may import `name`, a package or a built-in module. */
export function mayImportPackage(room: string, name: string): boolean {
  const rule = Object.keys(roomsOfPackage).find((key) => (/[/:]$/.test(key) ? name.startsWith(key) : name === key || name.startsWith(`${key}/`)))
  return rule === undefined || roomsOfPackage[rule]!.includes(room)
}
