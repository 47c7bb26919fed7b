import { dirname, relative, resolve, sep } from 'node:path'
import { allowedRooms, featureOf, mayImportPackage, roomOf } from './rooms.ts'

/**
 * What is wrong with `file` importing `specifier`, as a sentence, or null.
 * @param source absolute path of src/
 * @param file absolute path of a file below it
 */
export function findBreach(source: string, file: string, specifier: string): string | null {
  const below = (path: string): string => relative(source, path).split(sep).join('/')
  const room = roomOf(below(file))
  if (room === null) return `${below(file)} lies in no room`
  if (!specifier.startsWith('.')) return mayImportPackage(room, specifier) ? null : `${room} may not import ${specifier}`
  const target = below(resolve(dirname(file), specifier))
  if (target.startsWith('..')) return target.startsWith('../resources/') ? null : `${room} may not import ${specifier}: it lies outside src`
  const targetRoom = roomOf(target)
  if (targetRoom === null) return `${room} may not import ${specifier}: it lies in no room`
  if (targetRoom !== room && !allowedRooms[room]!.includes(targetRoom)) return `${room} may not import ${targetRoom} (${specifier})`
  const feature = featureOf(target)
  return feature !== null && feature !== featureOf(below(file)) && !target.endsWith(`/features/${feature}/index.ts`)
    ? `${specifier} is inside the feature ${feature}: import its index.ts`
    : null
}
