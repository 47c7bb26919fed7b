import { propagationRequestSchema, propagationSchema } from '../propagation/propagation.ts'
import { call } from './call.ts'

/** Calls on designs that nobody has queued. */
export const designCalls = {
  /**
   * Sends images through a freshly drawn network, forwards and backwards, and tries a few steps; takes seconds. Asked again, the same
   * question has the same answer at once.
   */
  'designs.propagation': call(propagationRequestSchema, propagationSchema),
} as const
