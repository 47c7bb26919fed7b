import { expect, it } from 'vitest'
import { smallProgram, unaugmented } from '../../fixtures/small-program.ts'

it('in bf16 the gradients of convolutions’ biases are sums over all pixels as in fp32', () => {
  const indices = Int32Array.from({ length: 6 }, (_, image) => image)
  const [exact, rounded] = (['fp32', 'bf16'] as const).map((precision) => {
    const design = {
      family: 'plain',
      normalization: 'none',
      widths: [16, 16, 16] as [number, number, number],
      inputShape: [64, 64, 3] as [number, number, number],
    } as const
    const { program } = smallProgram(design, {}, 6, 12, { precision })
    const gradients = program.gradients({ images: indices, augmentation: unaugmented })
    program.dispose()
    return gradients
  })
  for (const [name, values] of exact!) {
    if (!name.includes('convolution') || !name.endsWith('/bias')) continue
    const norm = (of: (index: number) => number) => Math.sqrt(values.reduce((sum, _, index) => sum + of(index) ** 2, 0))
    const share = norm((index) => rounded!.get(name)![index]! - values[index]!) / norm((index) => values[index]!)
    expect(share, name).toBeLessThan(0.05)
  }
})
