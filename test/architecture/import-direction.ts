import { dirname, relative, resolve, sep } from 'node:path'
import { allowedRooms, mayImportPackage, roomOf } from './rooms.ts'

/**
 * What is wrong with `file` importing `specifier`, as a sentence, or null.
 * @param source absolute path of src/
 * @param file absolute path of a file below it
 */
export function findBreach(source: string, file: string, specifier: string): string | null {
  const below = (path: string): string => relative(source, path).split(sep).join('/')
  const room = roomOf(below(file))
  if (room === null) return null
  if (!specifier.startsWith('.')) return mayImportPackage(room, specifier) ? null : `${room} may not import ${specifier}`
  const target = below(resolve(dirname(file), specifier))
  const targetRoom = roomOf(target)
  if (targetRoom === null) return target.startsWith('..') && !target.startsWith('../resources/') ? `${room} may not import ${specifier}: it lies outside src` : null
  return targetRoom === room || allowedRooms[room]!.includes(targetRoom) ? null : `${room} may not import ${targetRoom} (${specifier})`
}
