import { z } from 'zod'

/** A call's input and output. */
export const call = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) => ({ input, output })

export const nothing = z.strictObject({})
export const runIds = z.array(z.int()).min(1).max(100_000)
/** Runs that a command changed. */
export const affected = z.strictObject({ runIds: z.array(z.int()) })
/** `bytes`: what the files of the runs take on the disk. */
export const removed = affected.extend({ bytes: z.number(), purgeAt: z.number() })
export type Removed = z.infer<typeof removed>
