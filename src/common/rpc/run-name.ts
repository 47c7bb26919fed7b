import { z } from 'zod'

export const runNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .regex(/^\P{Cc}*$/u, 'a name holds no control characters')
