import { expect, it } from 'vitest'
import { depthResults } from '../../../../src/common/analysis/depth-results.ts'
import { resultTable } from '../../../../src/common/export/result-table.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

const first = sampleRun({ family: 'residual', n: 3, train: 0.01, test: 0.1 }).summary
const results = depthResults(
  [
    sampleRun({ family: 'plain', n: 3, train: 0.02, test: 0.0969 }),
    sampleRun({ family: 'residual', n: 3, seed: 1, train: 0.01, test: 0.08 }),
    sampleRun({ family: 'residual', n: 3, seed: 2, train: 0.03, test: 0.1 }),
    sampleRun({ family: 'residual', n: 9, train: 0.5, test: 0.6, state: 'diverged' }),
  ].map(({ summary }) => summary),
)

it('a table in Markdown has mean ± std over seeds, parameters, and the lowest error bold', () => {
  expect(resultTable(results, 'markdown').split('\n')).toEqual([
    '| network | layers | parameters | seeds | training error, % | test error, % | best test error, % |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    '| plain-20 | 20 | 269,722 | 1 | **2.00** | 9.69 | 9.69 |',
    '| residual-20 A | 20 | 269,722 | 2 | **2.00 ± 1.41** | **9.00 ± 1.41** | **9.00 ± 1.41** |',
    '| residual-56 A | 56 | 853,018 | 0 | – | – | – |',
    '',
  ])
})

it('a table in LaTeX is a tabular of booktabs whose percent signs are escaped', () => {
  const rows = resultTable(results, 'latex').split('\n')
  expect(rows).toContain(
    'residual-20 A & 20 & 269{,}722 & 2 & $\\mathbf{2.00} \\pm 1.41$ & $\\mathbf{9.00} \\pm 1.41$ & $\\mathbf{9.00} \\pm 1.41$ \\\\',
  )
  expect(rows.filter((row) => / & /.test(row)).map((row) => row.split(' & ').length)).toEqual([7, 7, 7, 7])
  expect(rows[3]).toContain('test error, \\%')
})

it('a table in CSV keeps mean and std apart, with all their digits', () => {
  const [head, , residual] = resultTable(results, 'csv').split('\r\n')
  expect(head).toContain('"test error mean, %","test error std, %"')
  expect(residual).toBe('residual-20 A,20,269722,2,0,2,1.414213562,9,1.414213562,9,1.414213562')
})

it('a table has top-5 errors beside top-1 errors where they were measured, in CSV behind all others', () => {
  const many = depthResults([sampleRun({ family: 'plain', n: 3, train: 0.02, test: 0.3, testTopFive: 0.08 }).summary, first])
  const [head, rule, , residual] = resultTable(many, 'markdown').split('\n')
  expect(head).toContain('| training error, % | test error, % | test top-5 error, % | best test error, % | best test top-5 error, % |')
  expect(rule!.split('|')).toHaveLength(head!.split('|').length)
  expect(residual, 'not measured').toContain('| – |')
  expect(resultTable(many, 'latex')).toContain('\\begin{tabular}{lrrrrrrrr}')
  const [csvHead, plain] = resultTable(many, 'csv').split('\r\n')
  expect(csvHead).toMatch(/"best test error std, %","test top-5 error mean, %",.*"best test top-5 error std, %"$/)
  expect(plain).toBe('plain-20,20,269722,1,0,2,,30,,30,,8,,8,')
})

it('one network alone has nothing to be better than', () => {
  expect(resultTable(results.slice(0, 1), 'markdown')).not.toContain('**')
})

it('a table has a column of published errors where these are given, and says below what the dagger stands for', () => {
  const differs = ['recipe: epochs 30 instead of 64000 iterations']
  const published = new Map([['residual-20 A', { text: '8.75 †', differs }]])
  const markdown = resultTable(results, 'markdown', published).split('\n')
  expect(markdown[0]).toMatch(/ \| published test error, % \|$/)
  expect(markdown.slice(2, 5).map((row) => row.split(' | ').at(-1))).toEqual(['– |', '8.75 † |', '– |'])
  expect(markdown.at(-2)).toBe(`† ${differs[0]}`)
  const latex = resultTable(results, 'latex', published)
  expect(latex).toContain('\\begin{tabular}{lrrrrrrr}')
  expect(latex).toContain('& 8.75 $\\dagger$ \\\\')
  expect(latex).toContain(`\\par\\footnotesize $\\dagger$ ${differs[0]}`)
  const csv = resultTable(results, 'csv', published).split('\r\n')
  expect(csv[0]).toMatch(/,"published test error, %","published, differs in"$/)
  expect(csv[2]).toMatch(/,8\.75 †,recipe: epochs 30 instead of 64000 iterations$/)
})
