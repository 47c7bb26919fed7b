import type { AnalysisKind, AnalysisResult } from '../../src/common/analyses/analyses.ts'
import { readOptions } from '../../src/common/analyses/analyses.ts'
import type { Device } from '../../src/common/device.ts'
import * as backends from '../../src/main/worker/create-backend.ts'
import { analyse } from '../../src/main/worker/jobs/analyse/analyses.ts'
import type { AnalysedRun, PartialResult } from '../../src/main/worker/jobs/analyse/analysis.ts'
import { Stopped } from '../../src/main/worker/jobs/evaluate/observer.ts'
import { cpuDevice } from '../../src/main/worker/machine/environment.ts'

interface AnalysedHere {
  readonly options?: Readonly<Record<string, unknown>>
  readonly device?: Device
  /** What an earlier attempt left, and where this one leaves its own. */
  readonly partial?: PartialResult
  /** Asks to stop before the step of this number; counted from 1. */
  readonly stopAt?: number
}

/** Analyses runs in this process, on one thread in fp32 unless told otherwise. */
export function analyseHere<K extends AnalysisKind>(
  kind: K,
  runs: AnalysedRun[],
  {
    options = {},
    device = cpuDevice(1, 'fp32'),
    partial = { read: () => null, write: () => undefined },
    stopAt = Infinity,
  }: AnalysedHere = {},
): Promise<AnalysisResult<K>> {
  let steps = 0
  const observer = {
    progress: () => undefined,
    mayGoOn: (): Promise<boolean> => (++steps < stopAt ? Promise.resolve(true) : Promise.reject(new Stopped())),
  }
  const job = {
    kind: 'analyse' as const,
    analysis: kind,
    options: readOptions(kind, options),
    split: 'test' as const,
    runs,
    partialFile: '',
  }
  return analyse(job, { observer, partial, device, ...backends })
}
