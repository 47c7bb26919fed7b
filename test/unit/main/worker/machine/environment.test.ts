import { describe, expect, it } from 'vitest'
import { cpuDevice, resolvePrecision, workerEnvironment } from '../../../../../src/main/worker/machine/environment.ts'

const gpu = { kind: 'cuda', name: 'GPU', threads: 4, precision: 'fp32' } as const

describe('the worker’s environment', () => {
  it('the worker’s environment limits every thread pool to the device’s threads and hides GPUs from CPU runs', () => {
    expect(workerEnvironment(cpuDevice(1, 'fp32'))).toMatchObject({
      TF_NUM_INTRAOP_THREADS: '1',
      TF_NUM_INTEROP_THREADS: '1',
      OMP_NUM_THREADS: '1',
      TF_DETERMINISTIC_OPS: '1',
      CUDA_VISIBLE_DEVICES: '',
    })
    expect(workerEnvironment(gpu)).not.toHaveProperty('CUDA_VISIBLE_DEVICES')
  })

  it('the worker’s environment runs ops one after the other on a CPU, and two at a time on a GPU', () => {
    expect(workerEnvironment(cpuDevice(4, 'fp32'))).toMatchObject({ TF_NUM_INTRAOP_THREADS: '4', TF_NUM_INTEROP_THREADS: '1' })
    expect(workerEnvironment(gpu)).toMatchObject({ TF_NUM_INTRAOP_THREADS: '4', TF_NUM_INTEROP_THREADS: '2' })
  })

  it('the worker’s environment chooses bf16 only where the CPU multiplies it natively', () => {
    expect(resolvePrecision('auto', ['avx2', 'avx512f'])).toBe('fp32')
    expect(resolvePrecision('auto', ['avx2', 'avx512_bf16'])).toBe('bf16')
    expect(resolvePrecision('auto', ['amx_bf16'])).toBe('bf16')
    expect(resolvePrecision('bf16', [])).toBe('bf16')
  })
})
