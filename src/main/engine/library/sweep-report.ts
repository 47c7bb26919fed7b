import { release, type } from 'node:os'
import { exportName } from '../../../common/export/file-name.ts'
import { SkiplabError } from '../../../common/failure.ts'
import type { ReportFormat } from '../../../common/report/sweep-report.ts'
import { builtInProviders } from '../../data/add-dataset.ts'
import type { Store } from '../../store/store.ts'
import type { Datasets } from './datasets.ts'
import { layerResponses } from './layer-responses.ts'

/** Makes a sweep's report as the bytes of a file in base64. @throws SkiplabError not-found */
export async function sweepReport(
  { store, datasets, version }: { store: Store; datasets: Pick<Datasets, 'storedManifest'>; version: string },
  sweepId: number,
  format: ReportFormat,
): Promise<{ content: string; name: string }> {
  const summary = store.sweeps.list().find(({ id }) => id === sweepId)
  if (!summary) throw new SkiplabError('not-found', `There is no sweep ${sweepId} in this workspace.`)
  const { composeReport } = await import('../../export/sweep-report/compose.ts')
  const sweep = store.sweeps.get(sweepId)
  const runs = summary.runIds.map((id) => store.runs.get(id))
  const report = composeReport({
    sweepId,
    name: summary.name,
    queuedAt: summary.createdAt,
    sweep,
    datasetAsked: (await datasets.storedManifest(sweep.dataset))?.asked ?? null,
    isImported: !builtInProviders.some((provider) => provider.name === sweep.dataset),
    runs: runs.map((run) => ({
      summary: run,
      epochs: store.metrics.epochs(run.id),
      statistics: run.lastEpoch ? layerResponses(store, run.id, run.lastEpoch.epoch) : [],
    })),
    analyses: store.analyses
      .list(summary.runIds, ['finished'])
      .map((analysis) => ({ analysis, result: store.analyses.result(analysis.id) })),
    tests: store.evaluations.list(summary.runIds, ['finished']),
    environments: store.attempts.environments(summary.runIds),
    madeAt: Date.now(),
    versions: [
      ['Skiplab', version],
      ['Node', process.versions.node],
      ['system', `${type()} ${release()}, ${process.arch}`],
    ],
  })
  const content =
    format === 'html'
      ? Buffer.from((await import('../../export/sweep-report/html.ts')).reportHtml(report))
      : await (await import('../../export/sweep-report/pdf.ts')).reportPdf(report)
  return { content: content.toString('base64'), name: `${exportName('report', runs)}.${format}` }
}
