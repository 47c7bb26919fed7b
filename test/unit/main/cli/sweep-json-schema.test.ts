import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sweepJsonSchema } from '../../../../src/main/cli/sweep-json-schema.ts'

describe('the published JSON Schema of sweep files', () => {
  it('the published JSON Schema is the program’s own (renew it: npx vitest run sweep-json-schema -u)', async () => {
    const file = join(import.meta.dirname, '../../../../resources/sweep.schema.json')
    await expect(`${JSON.stringify(sweepJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(file)
  })

  it('the published JSON Schema of sweep files describes every setting of the recipe', () => {
    const text = JSON.stringify(sweepJsonSchema())
    for (const words of ['images in a step', 'weighted layers, such as 20 and 56', 'paper-cifar10']) expect(text).toContain(words)
  })
})
