import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { nativeKernels } from '../../../src/main/worker/backend/tensorflow/kernels/native-kernels.ts'
import { smallProgram, unaugmented } from '../../fixtures/small-program.ts'

/** Bytes of this process's memory that are pages of files. */
function filePages(): number {
  return Number(/^RssFile:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024
}

it.runIf(process.platform === 'linux')('libraries give back the pages that only start-up used, and go on as before', () => {
  const { program, state } = smallProgram()
  const step = () => program.step({ images: Int32Array.of(0, 1, 2, 3, 4, 5), augmentation: unaugmented }, 0.1)
  const before = step()
  const used = filePages()
  nativeKernels()!.releaseLibraryPages()
  expect(used - filePages()).toBeGreaterThan(20e6)
  program.setState(state)
  expect(step()).toEqual(before)
  program.dispose()
})
