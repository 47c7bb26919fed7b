import { describe, expect, it } from 'vitest'
import { csvTables } from '../../../../src/common/export/csv-table.ts'
import { csvLine, type CsvValue } from '../../../../src/common/export/csv.ts'
import {
  classRows,
  csvColumns,
  epochRows,
  evaluationRow,
  layerRows,
  resultRows,
  runRow,
  stepRows,
} from '../../../../src/main/export/csv-tables.ts'
import { countConfusion } from '../../../../src/common/results/confusion.ts'
import { sampleEvaluation } from '../../../fixtures/sample-evaluation.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

const csvText = (columns: readonly string[], rows: readonly (readonly CsvValue[])[]): string => [columns, ...rows].map(csvLine).join('')

describe('CSV text', () => {
  it('CSV text ends lines with CR LF and quotes commas, quotes and line breaks', () => {
    expect(
      csvText(
        ['a', 'b'],
        [
          ['x,y', 'say "yes"'],
          ['two\nlines', 'plain'],
        ],
      ),
    ).toBe('a,b\r\n"x,y","say ""yes"""\r\n"two\nlines",plain\r\n')
  })

  it.each(['=1+1', '+1', '-1', '@sum', '\tx', '\0x'])('CSV text guards the text %j against being taken for a formula', (text) => {
    expect(csvText(['a'], [[text]])).toBe(`a\r\n'${text}\r\n`)
  })

  it('CSV text guards and quotes a text that starts with CR', () => {
    expect(csvText(['a'], [['\r=x']])).toBe('a\r\n"\'\r=x"\r\n')
  })

  it('CSV text leaves numbers alone, negative ones too', () => {
    expect(csvText(['a', 'b', 'c', 'd'], [[-1.5, 1e-7, NaN, null]])).toBe('a,b,c,d\r\n-1.5,1e-7,NaN,\r\n')
  })
})

describe('CSV tables', () => {
  const run = sampleRun({ family: 'residual', n: 1, train: 0.05, test: 0.1, epochs: 3 })
  const rows = {
    epochs: epochRows(run.summary, run.epochs),
    steps: stepRows(run.summary, [{ step: 5, loss: null, gradientNorm: 2, learningRate: 0.1 }]),
    layers: layerRows(run.summary, run.statistics),
    runs: [runRow(run.summary)],
    evaluations: [evaluationRow(sampleEvaluation())],
    classes: classRows(run.summary, {
      ...{ checkpoint: 'best', epoch: 2, split: 'test', classes: ['cat', 'dog'] },
      counts: countConfusion([0, 0, 1], [0, 1, 1], 2),
    }),
    results: resultRows(run.summary, [
      {
        ...{ checkpoint: 'last', epoch: 3, split: 'test', protocol: 'single-view', batchStatistics: 'moving', metric: 'topOneError' },
        ...{ value: 0.1, evaluationId: null },
      },
    ]),
  }

  it.each(csvTables)('CSV tables has a cell for each column of %s', (table) => {
    for (const row of rows[table]) expect(row).toHaveLength(csvColumns[table].length)
  })

  it('CSV tables has one row a class of a run, with its error', () => {
    expect(rows.classes.map((row) => row.slice(8))).toEqual([
      ['best', 2, 'test', 'cat', 2, 1, 0.5, 'dog', 1],
      ['best', 2, 'test', 'dog', 1, 0, 0, null, null],
    ])
  })

  it('CSV tables has one row an epoch with the errors as fractions', () => {
    const cell = (row: readonly unknown[], column: string) => row[csvColumns.epochs.indexOf(column)]
    expect(rows.epochs.map((row) => cell(row, 'epoch'))).toEqual([1, 2, 3])
    expect(cell(rows.epochs[2]!, 'test_error')).toBe(0.1)
    expect(cell(rows.epochs[2]!, 'layers')).toBe(8)
  })

  it('keeps the head lines that scripts of 0.1 and 0.2 read, in their order', () => {
    expect(csvColumns.epochs.slice(8, 20).join()).toBe(
      'epoch,step,learning_rate,train_loss,train_error,validation_loss,validation_error,test_loss,test_error,' +
        'images_per_second,elapsed_ms,peak_memory_bytes',
    )
    expect(csvColumns.runs.slice(20, 26).join()).toBe('train_loss,train_error,test_loss,test_error,best_test_error,best_test_epoch')
  })

  it('has the columns of later metrics behind all others', () => {
    expect(csvColumns.epochs.slice(20)).toEqual(['validation_top5_error', 'test_top5_error'])
    const topFive = { ...run.epochs[2]!.results, test: { ...run.epochs[2]!.results.test, topFiveError: 0.03 } }
    expect(epochRows(run.summary, [{ ...run.epochs[2]!, results: topFive }])[0]!.slice(-2)).toEqual([null, 0.03])
    const best = runRow({ ...run.summary, bestEpoch: { epoch: 2, results: topFive } })
    expect(best[csvColumns.runs.indexOf('best_test_top5_error')]).toBe(0.03)
  })

  it('has one row a measured value, named by checkpoint, split, protocol and metric', () => {
    expect(
      csvText(
        csvColumns.results.slice(8),
        rows.results.map((row) => row.slice(8)),
      ),
    ).toBe(
      'checkpoint,epoch,split,protocol,metric,value,batch_statistics,evaluation\r\n' +
        'last,3,test,single-view,topOneError,0.1,moving,\r\n',
    )
  })

  it('writes a loss that was not a number as NaN', () => {
    expect(csvText(csvColumns.steps, rows.steps).split('\r\n')[1]).toMatch(/,5,NaN,2,0\.1$/)
  })

  it('CSV tables numbers the layers of an epoch from 1', () => {
    expect(rows.layers.map((row) => row[csvColumns.layers.indexOf('index')])).toEqual([1, 2, 3, 4, 5, 6, 7])
  })
})
