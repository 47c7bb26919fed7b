import type { ImportFormat } from './imported-from.ts'

const words: Readonly<Record<ImportFormat, string>> = {
  pytorch: 'PyTorch',
  'pytorch-legacy': 'PyTorch before 1.6',
  safetensors: 'safetensors',
  onnx: 'ONNX',
  keras: 'Keras',
  'keras-hdf5': 'HDF5 of Keras',
  tensorflow: 'TensorFlow',
}

/** What a format of files of weights is called for people. */
export function formatWords(format: ImportFormat): string {
  return words[format]
}
