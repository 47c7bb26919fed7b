import { execFileSync } from 'node:child_process'
import type { Precision } from '../../../common/device.ts'

/** GPUs of this compute capability and newer have bfloat16 arithmetic. */
const firstBf16Capability = 8

/**
 * Describes the GPU that a job will see.
 * @param index as nvidia-smi counts; null takes the first that a scheduler leaves visible
 */
export function visibleGpu(index: number | null): { name: string; precision: Precision } | null {
  const visible = process.env.CUDA_VISIBLE_DEVICES?.split(',')[0]?.trim()
  const wanted = index ?? (visible !== undefined && /^\d+$/.test(visible) ? Number(visible) : 0)
  const line = queryGpus().split('\n')[wanted]
  const match = /^(.+),\s*(\d+(?:\.\d+)?)\s*$/.exec(line ?? '')
  return match && { name: match[1]!.trim(), precision: Number(match[2]) >= firstBf16Capability ? 'bf16' : 'fp32' }
}

function queryGpus(): string {
  try {
    return execFileSync('nvidia-smi', ['--query-gpu=name,compute_cap', '--format=csv,noheader'], {
      encoding: 'utf8',
      timeout: 20_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch {
    return ''
  }
}
