import type { RunEnvironment } from '../../../common/records/arithmetic.ts'
import type { ReportBlock } from '../../../common/report/sweep-report.ts'
import type { ReportInput } from './report-input.ts'

/** What computed the runs, each environment with its runs, and what made the report. */
export function environmentBlocks({ runs, environments, versions }: ReportInput): ReportBlock[] {
  const byWords = new Map<string, Set<number>>()
  for (const environment of environments) {
    const words = environmentWords(environment)
    byWords.set(words, (byWords.get(words) ?? new Set()).add(environment.runId))
  }
  const mixed = runs.filter(({ summary }) => [...byWords.values()].filter((ids) => ids.has(summary.id)).length > 1)
  return [
    { kind: 'section', title: 'Environment' },
    {
      kind: 'facts',
      facts: [
        ...[...byWords].map(([words, ids]): [string, string] => ['trained on', `${words}: ${runWords([...ids])}`]),
        ...(mixed.length > 0 ? [['in part on each', runWords(mixed.map(({ summary }) => summary.id))] satisfies [string, string]] : []),
        ['report made with', versions.map(([name, value]) => `${name} ${value}`).join('; ')],
      ],
    },
  ]
}

/** "Xeon (cpu), 2 threads, bf16; TensorFlow 2.9.1, avx512 kernels; at lab2". */
function environmentWords({ device, versions, trainedAt }: RunEnvironment): string {
  const { name, kind, threads, precision } = device
  const { libtensorflow, kernels, ...others } = versions
  const computed = [
    `TensorFlow ${libtensorflow ?? 'of an unknown version'}`,
    `${kernels ?? 'unknown'} kernels`,
    ...Object.entries(others).map(([of, version]) => `${of} ${version}`),
  ]
  return [
    `${name} (${kind}), ${threads} ${threads === 1 ? 'thread' : 'threads'}, ${precision}`,
    computed.join(', '),
    trainedAt === null ? 'this machine' : `at ${trainedAt}`,
  ].join('; ')
}

/** "run 4", "runs 1 to 3, 7". */
function runWords(ids: readonly number[]): string {
  const sorted = [...ids].sort((a, b) => a - b)
  const spans: [first: number, last: number][] = []
  for (const id of sorted) {
    const span = spans.at(-1)
    if (span?.[1] === id - 1) span[1] = id
    else spans.push([id, id])
  }
  const words = spans.map(([from, to]) => (from === to ? `${from}` : to === from + 1 ? `${from}, ${to}` : `${from} to ${to}`))
  return `${sorted.length === 1 ? 'run' : 'runs'} ${words.join(', ')}`
}
