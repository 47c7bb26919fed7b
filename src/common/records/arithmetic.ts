import { z } from 'zod'
import { type Device, deviceSchema } from '../device.ts'

/** All that the last bits of a step depend on, besides the run's settings. Null for what was not written down. */
export const arithmeticSchema = z.strictObject({
  device: deviceSchema,
  /** Version of TensorFlow's library. */
  libtensorflow: z.string().nullable(),
  /** Instruction set of our own operations. */
  kernels: z.string().nullable(),
})
export type Arithmetic = z.infer<typeof arithmeticSchema>

/** On what a part of a run was computed. */
export interface RunEnvironment {
  readonly runId: number
  /** Name of a place; null: the machine of the workspace. */
  readonly trainedAt: string | null
  readonly device: Device
  /** Of what computed, by name: libtensorflow, kernels. */
  readonly versions: Readonly<Record<string, string>>
}

interface MaybeMixed {
  readonly arithmetic?: readonly Arithmetic[] | undefined
}

/**
 * Says that parts of a run were computed otherwise than the rest, so that it cannot equal a run without a break.
 * @returns null for a run that was computed alike from its first step to its last
 */
export function mixedArithmeticText({ arithmetic = [] }: MaybeMixed): string | null {
  if (arithmetic.length < 2) return null
  const told = arithmetic.map((each) => wordsOf(each))
  const differing = told.map((words) => words.filter((word, index) => told.some((other) => other[index] !== word)).join(', '))
  return (
    `Computed ${differing.map((words) => `in part with ${words}`).join(', ')}: its numbers are not those of an ` +
    'uninterrupted run, to the last bit.'
  )
}

function wordsOf({ device, libtensorflow, kernels }: Arithmetic): string[] {
  return [
    device.name,
    device.threads === 1 ? '1 thread' : `${device.threads} threads`,
    device.precision,
    `TensorFlow ${libtensorflow ?? 'of an unknown version'}`,
    `${kernels ?? 'unknown'} kernels`,
  ]
}
