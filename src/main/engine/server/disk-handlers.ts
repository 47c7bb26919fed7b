import type { DiskSpace } from '../library/disk-space.ts'
import type { HandlersOf } from './dispatch.ts'

export interface DiskHandlerOptions {
  readonly diskSpace: DiskSpace
}

/** Calls about the room that the workspace takes. */
export function diskHandlers({ diskSpace }: DiskHandlerOptions): HandlersOf<'disk'> {
  return {
    'disk.usage': () => diskSpace.usage(),
    'disk.plan': ({ choice }) => diskSpace.plan(choice),
    'disk.free': ({ choice, planHash }) => diskSpace.free(choice, planHash),
  }
}
