import { describe, expect, it } from 'vitest'
import { exportName } from '../../../../src/common/export/file-name.ts'
import { sampleRun } from '../../../fixtures/sample-runs.ts'

const run = (n: number, sweepName: string | null, dataset = 'shapes-10') => ({
  ...sampleRun({ family: 'plain', n, train: 0.1, test: 0.1, dataset }).summary,
  sweepName,
})

describe('the name of an exported file', () => {
  it('the name of an exported file says the kind, the sweep and the depths', () => {
    expect(exportName('curves', [run(3, 'first look'), run(1, 'first look'), run(1, 'first look')])).toBe('curves-first-look-8-20')
  })

  it('the name of an exported file names the data set where runs are of several sweeps, and the ends of many depths', () => {
    expect(
      exportName(
        'depth',
        [1, 2, 3, 5, 7, 9].map((n) => run(n, n > 3 ? 'a' : 'b')),
      ),
    ).toBe('depth-shapes-10-8-to-56')
    expect(exportName('depth', [run(1, null, 'cifar10'), run(2, null)])).toBe('depth-2-data-sets-8-14')
  })

  it('the name of an exported file says network and seed of a single run', () => {
    expect(exportName('curves', [run(3, 'demo')])).toBe('curves-demo-plain-20-seed-1')
  })

  it('the name of an exported file is a name that every file system takes, whatever a sweep is called', () => {
    expect(exportName('curves', [run(1, '../a/b: "c" <d>|?*\u0000.'), run(2, '../a/b: "c" <d>|?*\u0000.')])).toBe('curves-a-b-c-d-8-14')
    expect(exportName('curves', [run(1, 'Tiefe 深度'), run(2, 'Tiefe 深度')])).toBe('curves-Tiefe-深度-8-14')
    const long = exportName('curves', [run(1, '深'.repeat(300)), run(2, '深'.repeat(300))])
    expect(Buffer.byteLength(long)).toBeLessThan(120)
    expect(exportName('curves', [run(1, '///'), run(2, '///')])).toBe('curves-8-14')
  })
})
