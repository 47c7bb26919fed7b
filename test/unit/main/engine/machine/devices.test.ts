import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { probeMachine } from '../../../../../src/main/engine/machine/devices.ts'
import { slotEnvironment } from '../../../../../src/main/engine/machine/slot-environment.ts'
import { temporaryFolder } from '../../../../support/temporary-folder.ts'

const driver = [
  'GPU-0aaaaaaa-1111-2222-3333-444444444444, NVIDIA H200, 9.0',
  'GPU-1bbbbbbb-1111-2222-3333-444444444444, Tesla P100-PCIE-16GB, 6.0',
  'GPU-1ccccccc-1111-2222-3333-444444444444, NVIDIA L4, 8.9',
]

/** An environment with a driver that says so, and a binding in set-up's cache linked to that kind of TensorFlow. */
async function environment(build: 'cpu' | 'cuda', words: readonly string[] = driver): Promise<NodeJS.ProcessEnv> {
  const folder = await temporaryFolder()
  const cached = join(folder, `2.21.0-${build}-linux-x64-0123456789ab`)
  await mkdir(cached)
  await writeFile(join(cached, 'tfjs_binding.node'), '')
  await symlink(cached, join(folder, 'napi-v8'))
  await writeFile(join(folder, 'nvidia-smi'), `#!/bin/sh\nprintf '%s\\n' ${words.map((line) => `'${line}'`).join(' ')}\n`, { mode: 0o755 })
  return { PATH: folder, SKIPLAB_BINDING: join(folder, 'napi-v8', 'tfjs_binding.node') }
}

describe('the machine’s GPUs', () => {
  beforeEach((context) => {
    if (process.platform !== 'linux') context.skip('a script stands in for nvidia-smi')
  })
  const namesWith = async (changes: NodeJS.ProcessEnv) =>
    probeMachine({ ...(await environment('cuda')), ...changes }).gpus.map(({ name }) => name)
  const shownTo = (gpu: number, visible?: string) =>
    slotEnvironment({ gpu, device: { kind: 'cuda', name: 'x', threads: 1, precision: 'fp32' } }, { CUDA_VISIBLE_DEVICES: visible })
      .CUDA_VISIBLE_DEVICES

  it('the machine’s GPUs are read from the driver’s words, with the precision that they are good at', async () => {
    expect(probeMachine(await environment('cuda')).gpus).toEqual([
      { name: 'NVIDIA H200', precision: 'bf16' },
      { name: 'Tesla P100-PCIE-16GB', precision: 'fp32' },
      { name: 'NVIDIA L4', precision: 'bf16' },
    ])
  })

  it('the machine’s GPUs are none when the driver fails, a person asks for it, or TensorFlow is linked without CUDA', async () => {
    expect(probeMachine(await environment('cuda', ['NVIDIA-SMI has failed because it could not communicate'])).gpus).toEqual([])
    expect(await namesWith({ SKIPLAB_DEVICES: 'cpu' })).toEqual([])
    expect(probeMachine(await environment('cpu')).gpus).toEqual([])
  })

  it('the machine’s GPUs are those that CUDA_VISIBLE_DEVICES leaves, and each worker sees its own by the same name', async () => {
    expect(await namesWith({ CUDA_VISIBLE_DEVICES: '2,0' })).toEqual(['NVIDIA L4', 'NVIDIA H200'])
    expect([shownTo(0, '2,0'), shownTo(1, '2,0')]).toEqual(['2', '0'])
    const byUuid = 'GPU-1c, GPU-0aaaaaaa-1111-2222-3333-444444444444'
    expect(await namesWith({ CUDA_VISIBLE_DEVICES: byUuid })).toEqual(['NVIDIA L4', 'NVIDIA H200'])
    expect([shownTo(0, byUuid), shownTo(1, byUuid)]).toEqual(['GPU-1c', 'GPU-0aaaaaaa-1111-2222-3333-444444444444'])
  })

  it('the machine’s GPUs end with the first that is not there, as in CUDA', async () => {
    for (const none of ['', '-1', 'NoDevFiles', '7']) expect(await namesWith({ CUDA_VISIBLE_DEVICES: none }), none).toEqual([])
    for (const one of ['2,-1,0', '2,7,0', '2,GPU-ff,0']) expect(await namesWith({ CUDA_VISIBLE_DEVICES: one }), one).toEqual(['NVIDIA L4'])
  })

  it('the machine’s GPUs are counted for CUDA as nvidia-smi counts them', () => {
    const { CUDA_DEVICE_ORDER, CUDA_VISIBLE_DEVICES } = slotEnvironment(
      { gpu: 1, device: { kind: 'cuda', name: 'x', threads: 1, precision: 'fp32' } },
      {},
    )
    expect([CUDA_DEVICE_ORDER, CUDA_VISIBLE_DEVICES]).toEqual(['PCI_BUS_ID', '1'])
  })

  it('the machine’s GPUs compute fp32 in fp32, not in TF32', () => {
    expect(slotEnvironment({ gpu: 0, device: { kind: 'cuda', name: 'x', threads: 1, precision: 'fp32' } }, {}).NVIDIA_TF32_OVERRIDE).toBe(
      '0',
    )
  })
})
