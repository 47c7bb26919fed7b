import type { CsvTable } from '../../common/export/csv-table.ts'
import type { Evaluation } from '../../common/evaluation/evaluation.ts'
import type { EpochRecord, LayerStatistic, RunSummary, StepSample } from '../../common/records/records.ts'
import type { Confusion } from '../../common/results/confusion.ts'
import { type ResultCheckpoint, resultCheckpoints, type ResultRow } from '../../common/results/result-row.ts'
import { csvLine, type CsvValue } from '../../common/export/csv.ts'
import { classRows, csvColumns, epochRows, evaluationRow, layerRows, resultRows, runRow, stepRows } from './csv-tables.ts'

/** Reads the numbers of runs: from the store, or from the engine. */
export interface RunReader {
  epochs(runId: number): readonly EpochRecord[] | Promise<readonly EpochRecord[]>
  steps(runId: number): readonly StepSample[] | Promise<readonly StepSample[]>
  layers(runId: number): readonly LayerStatistic[] | Promise<readonly LayerStatistic[]>
  results(runId: number): readonly ResultRow[] | Promise<readonly ResultRow[]>
  /** Null where nothing was counted. */
  confusion(runId: number, checkpoint: ResultCheckpoint): Promise<Confusion | null>
  /** Those that test one of the runs, alone or in an ensemble. */
  evaluations(runIds: readonly number[]): readonly Evaluation[] | Promise<readonly Evaluation[]>
  /** Told how long the text is after each run; may throw to end it. */
  written?(length: number): void
}

/** Writes one table of several runs as CSV text. */
export async function csvOf(table: CsvTable, runs: readonly RunSummary[], reader: RunReader): Promise<{ text: string; rows: number }> {
  let text = csvLine(csvColumns[table])
  let rows = 0
  if (table === 'evaluations') {
    const evaluations = await reader.evaluations(runs.map(({ id }) => id))
    return { text: text + evaluations.map((evaluation) => csvLine(evaluationRow(evaluation))).join(''), rows: evaluations.length }
  }
  for (const run of runs) {
    for (const row of await rowsOf(table, run, reader)) {
      text += csvLine(row)
      rows += 1
    }
    reader.written?.(text.length)
  }
  return { text, rows }
}

async function rowsOf(table: Exclude<CsvTable, 'evaluations'>, run: RunSummary, reader: RunReader): Promise<CsvValue[][]> {
  switch (table) {
    case 'epochs':
      return epochRows(run, await reader.epochs(run.id))
    case 'steps':
      return stepRows(run, await reader.steps(run.id))
    case 'layers':
      return layerRows(run, await reader.layers(run.id))
    case 'runs':
      return [runRow(run)]
    case 'results':
      return resultRows(run, await reader.results(run.id))
    case 'classes': {
      const counted = await Promise.all(resultCheckpoints.map((checkpoint) => reader.confusion(run.id, checkpoint)))
      return counted.flatMap((confusion) => (confusion ? classRows(run, confusion) : []))
    }
  }
}
