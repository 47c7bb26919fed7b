import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importHere, scoreHere } from '../../../bench/parity/score-imported.ts'
import type { EngineClient } from '../../../src/common/rpc/contract.ts'
import { cpuDevice, workerEnvironment } from '../../../src/main/worker/machine/environment.ts'
import { Lab } from '../../support/lab.ts'

Object.assign(process.env, workerEnvironment(cpuDevice(1, 'fp32')))

// Written by Keras 3: python test/fixtures/keras-files/make.py
const folder = join(import.meta.dirname, '../../fixtures/keras-files')
interface Expected {
  readonly networks: Readonly<Record<string, { readonly side: number; readonly scores: readonly number[] }>>
}
// The script's own format.
const { networks } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected

/** The bytes that the script scored. */
function images(side: number): Float32Array {
  return Float32Array.from({ length: 3 * side * side * 3 }, (_, index) => Number(((BigInt(index) * 2654435761n) % 2n ** 32n) >> 24n))
}

describe('weights that Keras wrote', () => {
  let lab: Lab
  let client: EngineClient

  beforeAll(async () => {
    lab = await Lab.open()
    client = await lab.client()
  })
  afterAll(() => lab.close())

  /** Where a file lies unpacked. */
  function unpacked(file: string): string {
    const path = join(lab.workspace, file)
    writeFileSync(path, gunzipSync(readFileSync(join(folder, `${file}.gz`))))
    return path
  }

  it.each(['resnet.keras', 'resnet.h5', 'unnamed.keras', 'unnamed.h5'])(
    '%s scores as Keras does within 1e-4, preprocessing and epsilon recognised',
    async (file) => {
      const { side, scores } = networks[file.split('.')[0]!]!
      const imported = await importHere(unpacked(file), client, lab.workspace, { imageSize: side })
      const ours = scoreHere(imported, images(side))
      const largest = Math.max(...scores.map(Math.abs))
      expect(ours.length).toBe(scores.length)
      expect(Math.max(...scores.map((score, at) => Math.abs(score - ours[at]!))) / largest).toBeLessThan(1e-4)
    },
  )

  it('weights with projections whose model is not told are refused, and it is said what to save instead', async () => {
    const file = unpacked('resnet.weights.h5')
    const found = await client.call('weights.inspect', { path: file, options: { imageSize: 64 } })
    expect(found.notes.join(' ')).toMatch(/BN's epsilon cannot be seen.*how strided convolutions are padded cannot be seen/)
    await expect(client.call('weights.import', { path: file })).rejects.toThrow(/expected a model saved by Keras as \.keras or \.h5/)
  })
})
