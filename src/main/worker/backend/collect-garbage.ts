import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Frees bytes that are in the backend now; V8 would keep the second copy for as long as its own heap stays small. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc()')
}
