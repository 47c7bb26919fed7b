import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { otherNumbers, otherNumberSchema } from '../../../../src/common/paper/other-numbers.ts'
import { publishedResults, publishedResultSchema } from '../../../../src/common/paper/published.ts'
import { runCommandLine } from '../../../../src/main/cli/program.ts'

let stdout = ''
let stderr = ''
beforeEach(() => {
  stdout = stderr = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((stdout += String(text)), true))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((stderr += String(text)), true))
})
afterEach(() => vi.restoreAllMocks())

describe('skiplab published', () => {
  it('skiplab published prints every error as JSON', async () => {
    expect(await runCommandLine(['published', '--json'])).toBe(0)
    expect(z.array(publishedResultSchema).parse(JSON.parse(stdout))).toEqual(publishedResults)
  })

  it('skiplab published prints those of a depth, a family and a source as a table', async () => {
    expect(await runCommandLine(['published', '--depth', '110', '--family', 'residual', '--source', 'Table 6'])).toBe(0)
    expect(stdout.trim().split('\n')).toHaveLength(2)
    expect(stdout).toMatch(/ResNet-110 +110 +1,727,962 +– +CIFAR-10 .* 6\.43 \(6\.61 ± 0\.16 over 5\) /)
    expect(stdout).toMatch(/ last epoch, single view, best of 5 runs +He et al\. 2015, Table 6$/m)
  })

  it('skiplab published prints what nets cost and what the review measured with --others', async () => {
    expect(await runCommandLine(['published', '--others', '--json'])).toBe(0)
    expect(z.array(otherNumberSchema).parse(JSON.parse(stdout))).toEqual(otherNumbers)
    stdout = ''
    expect(await runCommandLine(['published', '--others'])).toBe(0)
    expect(stdout).toMatch(/VGG-19 .* ≈ 19\.6 G +multiply-adds +He et al\. 2015, Section 4\.1/)
    expect(stdout).toMatch(/PlainNet-20 .* > 10 +hours/)
  })

  it('skiplab published writes CSV with the same columns', async () => {
    expect(await runCommandLine(['published', '--csv', '--data', 'imagenet', '--depth', '152'])).toBe(0)
    const [head, ...rows] = stdout.trim().split('\r\n')
    expect(head).toBe('network,layers,parameters,"multiply-adds, G",data,measured,"error, %",how,source')
    expect(rows).toHaveLength(4)
    expect(rows[0]).toContain('ResNet-152,152,"60,192,808",11.3,ImageNet')
  })

  it('skiplab published says so where nothing matches', async () => {
    expect(await runCommandLine(['published', '--depth', '3'])).toBe(3)
    expect(stderr).toContain('No published number matches.')
  })
})
