import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openWeights } from '../../../../../src/main/weights/read/open-weights.ts'

// Written by PyTorch 2.13: python test/fixtures/pytorch-files/make.py
const folder = join(import.meta.dirname, '../../../../fixtures/pytorch-files')

interface Expected {
  /** Which of the contents each file holds. */
  readonly files: Readonly<Record<string, string>>
  /** As torch.load reads them. */
  readonly contents: Readonly<Record<string, { name: string; type: string; shape: number[]; values: number[] }[]>>
}
// The script's own format.
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected

function read(name: string) {
  const file = openWeights(join(folder, name))
  try {
    const tensors = file.tensors.map(({ values, ...tensor }) => ({ ...tensor, values: [...values()] }))
    return { format: file.format, notes: file.notes, tensors }
  } finally {
    file.close()
  }
}

describe('files that PyTorch wrote', () => {
  it.each(Object.entries(expected.files))('%s: names, types, shapes and numbers are those that torch.load reads', (name, content) => {
    const { format, tensors } = read(name)
    expect(format).toBe(name.includes('legacy') ? 'pytorch-legacy' : 'pytorch')
    expect(tensors).toEqual(expected.contents[content])
  })

  it.each([
    ['checkpoint.th', 'state_dict'],
    ['checkpoint-legacy.th', 'state_dict'],
    ['adam.pth', 'net'],
  ])('%s: the state dict is taken, and not the momenta beside it', (name, key) => {
    expect(read(name).notes).toEqual([`the state dict under "${key}"`])
  })

  it.each([
    ['whole-model.pt', /a whole model \(.*TinyNet\).*expected a state dict: in PyTorch, torch\.save\(model\.state_dict\(\), file\)/],
    ['script.pt', /a whole model \(.*TinyNet\).*expected a state dict/],
  ])('%s: a model with its program is refused, and it is said what to save instead', (name, message) => {
    expect(() => read(name)).toThrow(message)
  })
})
