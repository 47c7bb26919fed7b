/** Files in which weights go out, in words for people. */
export const weightFormats = {
  pytorch: { title: 'PyTorch', words: 'state dict (.pt), as torch.save writes it', ending: '.pt' },
  safetensors: { title: 'safetensors', words: 'the same arrays, for any program (.safetensors)', ending: '.safetensors' },
  onnx: { title: 'ONNX', words: 'network and weights in one file (.onnx), preprocessing included', ending: '.onnx' },
  savedmodel: { title: 'TensorFlow SavedModel', words: 'network and weights in a folder, preprocessing included', ending: '' },
} as const satisfies Readonly<Record<string, { title: string; words: string; ending: string }>>

export type WeightFormat = keyof typeof weightFormats
export const weightFormatNames = Object.keys(weightFormats) as [WeightFormat, ...WeightFormat[]]

/** Formats that hold the network itself, and so its preprocessing. */
export function holdsNetwork(format: WeightFormat): boolean {
  return format === 'onnx' || format === 'savedmodel'
}
