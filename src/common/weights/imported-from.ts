import { z } from 'zod'

/** Formats of files of weights that are read. */
export const importFormatSchema = z.enum(['pytorch', 'pytorch-legacy', 'safetensors', 'onnx', 'keras', 'keras-hdf5', 'tensorflow'])
export type ImportFormat = z.infer<typeof importFormatSchema>

/** Where the weights of an imported run came from. */
export const importedFromSchema = z.strictObject({
  /** Name of the file without its folder. */
  file: z.string(),
  /** SHA-256 (hex) of the whole file. */
  sha256: z.string(),
  format: importFormatSchema,
})
export type ImportedFrom = z.infer<typeof importedFromSchema>
