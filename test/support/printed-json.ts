import { z } from 'zod'

/** What a command printed, as the contract says. */
export const json = <S extends z.ZodType>(text: string, schema: S): z.output<S> => schema.parse(JSON.parse(text))
/** Lines of JSON that a command printed. */
export const jsonLines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => json(line, z.looseObject({ type: z.string() })))
