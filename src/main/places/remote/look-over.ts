import type { PlaceReport } from '../../../common/places/place.ts'
import { lookOver } from '../goods/scripts.ts'
import { PlaceTrouble } from '../place-trouble.ts'
import type { Shell } from '../shell.ts'

const machines: Readonly<Record<string, string>> = { x86_64: 'x64', amd64: 'x64', aarch64: 'arm64', arm64: 'arm64' }
const telling = ['avx2', 'fma', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_bf16', 'asimd', 'bf16']
/** What programs and TensorFlow take there, once. */
const neededDiskBytes = 1_200_000_000
/** Differences of clocks that matter to nobody but a reader of two logs. */
const harmlessClockMs = 5_000

/** Finds out what a machine has, with nothing but a shell there. @throws PlaceTrouble where it cannot be reached */
export async function lookPlaceOver(shell: Shell, folder: string): Promise<Omit<PlaceReport, 'partitions'>> {
  const before = Date.now()
  const { code, stdout, stderr } = await shell.run(['sh', '-c', lookOver, 'sh', folder], { timeoutMs: 40_000 })
  const after = Date.now()
  if (code !== 0) throw new PlaceTrouble('broken', `${shell.where} has no usable sh: ${stderr.trim().split('\n').at(-1) ?? ''}`)
  const said = valuesOf(stdout)
  const one = (name: string): string => said.get(name)?.[0] ?? ''
  const memory = /^(\d+) kB$/.exec(one('memory'))
  const report = {
    platform: `${one('os').toLowerCase()}-${machines[one('machine')] ?? one('machine')}`,
    system: `${one('os')} ${one('release')}${one('libc') ? `, ${one('libc')}` : ''}`,
    cpu: one('cpu') || one('machine'),
    cores: Math.max(1, Number(one('cores')) || 1),
    instructionSets: telling.filter((flag) => one('flags').split(' ').includes(flag)),
    gpus: said.get('gpu') ?? [],
    memoryBytes: memory ? Number(memory[1]) * 1024 : Number(one('memory')) || 0,
    freeDiskBytes: (Number(one('disk').split(/\s+/)[3]) || 0) * 1024,
    clockOffsetMs: Math.round(clockOf(one('time')) - (before + after) / 2),
  }
  return { ...report, advice: adviceFor(report, said.get('lacks') ?? [], shell.where) }
}

function valuesOf(text: string): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [, name, value] = /^(\w+) (.*)$/.exec(line) ?? []
    if (name !== undefined && value !== undefined && value.trim() !== '') values.set(name, [...(values.get(name) ?? []), value.trim()])
  }
  return values
}

/** Reads nanoseconds, or seconds where `date` knows no smaller unit. */
function clockOf(time: string): number {
  return /^\d{16,}$/.test(time) ? Number(time) / 1e6 : Number.parseInt(time, 10) * 1000
}

function adviceFor(report: Pick<PlaceReport, 'freeDiskBytes' | 'clockOffsetMs'>, lacks: readonly string[], where: string): string[] {
  const { freeDiskBytes, clockOffsetMs } = report
  return [
    ...lacks.map((what) => `${where} lacks ${what}.`),
    ...(freeDiskBytes < neededDiskBytes ? [`Only ${Math.round(freeDiskBytes / 1e6)} MB are free there; programs take 1.2 GB once.`] : []),
    ...(Math.abs(clockOffsetMs) > harmlessClockMs
      ? [
          `The clock there is ${Math.round(Math.abs(clockOffsetMs) / 1000)} s ${clockOffsetMs > 0 ? 'ahead of' : 'behind'} this one. ` +
            'Nothing depends on it, but times in its logs differ.',
        ]
      : []),
  ]
}
