import { expect, it } from 'vitest'
import { lesionsTable } from '../../../../src/common/analyses/kinds/lesions-table.ts'

const block = { block: 'stage1.block1', position: 1, hindrance: null, loss: 1 }
const run = { runId: 7, images: 2000, classes: 10, error: 0.1, loss: 0.4, several: [] }
const names = [{ id: 7, name: 'residual-20 A', epoch: 3, label: 'residual-20 A, epoch 3' }]

it('a lesion that breaks and mends no image is no exact zero: its interval has a width', () => {
  const unchanged = { ...block, error: 0.1, broken: 0, mended: 0 }
  const harmful = { ...block, position: 2, error: 0.12, broken: 45, mended: 5 }
  const { columns, rows, notes } = lesionsTable([{ ...run, blocks: [unchanged, harmful] }], names)
  const at = (name: string) => columns.findIndex((column) => column.name === name)
  const [, first, second] = rows
  expect(first![at('effect')]).toBe(0)
  expect(first![at('effect_low')]).toBeCloseTo(-0.0019, 4)
  expect(first![at('effect_high')]).toBeCloseTo(0.0019, 4)
  expect(second![at('effect_low')]).toBeGreaterThan(0.01)
  expect(second![at('effect_high')]).toBeLessThan(0.03)
  for (const row of rows) expect(row).toHaveLength(columns.length)
  expect(notes[0]).toContain('Run 7, residual-20 A, epoch 3: error 10.00 % undamaged')
})
