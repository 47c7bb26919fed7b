import type { WeightFormat } from './imported-from.ts'

const words: Readonly<Record<WeightFormat, string>> = {
  pytorch: 'PyTorch',
  'pytorch-legacy': 'PyTorch before 1.6',
  safetensors: 'safetensors',
  onnx: 'ONNX',
}

/** What a format of files of weights is called for people. */
export function formatWords(format: WeightFormat): string {
  return words[format]
}
