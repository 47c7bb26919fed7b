import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { runCommandLine } from '../../../../src/main/cli/program.ts'

/** Runs a command that needs no engine, in this process, and collects what it prints. */
let stdout = ''
let stderr = ''
beforeEach(() => {
  stdout = stderr = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((stdout += String(text)), true))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((stderr += String(text)), true))
})
afterEach(() => vi.restoreAllMocks())

const skiplab = (line: string) => runCommandLine(line.split(' ').filter(Boolean))

describe('network', () => {
  it.each([
    [3, 20, 269_722],
    [5, 32, 464_154],
    [7, 44, 658_586],
    [9, 56, 853_018],
    [18, 110, 1_727_962],
    [200, 1202, 19_421_274],
  ])('counts the paper’s net of n = %i: %i layers, %i parameters, plain as residual A', async (n, layers, parameters) => {
    for (const family of ['residual --shortcut A', 'plain']) {
      stdout = ''
      expect(await skiplab(`network --family ${family} --n ${n} --json`)).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ depth: layers, parameters })
    }
  })

  it('counts an ImageNet net of 50 layers, and of other block counts and widths by options', async () => {
    expect(
      await skiplab('network --architecture imagenet --family residual --depth 50 --shortcut B --classes 1000 --input 224x224x3 --json'),
    ).toBe(0)
    const { multiplyAdds, ...network } = z.looseObject({ multiplyAdds: z.number() }).parse(JSON.parse(stdout))
    expect(network).toMatchObject({ depth: 50, parameters: 25_557_032, shortcut: 'B' })
    expect(multiplyAdds / 1e9).toBeCloseTo(3.86, 2)
    stdout = ''
    const small = '--depth 14 --blocks 1,1,1,1 --block-kind bottleneck --bottleneck-stride 3x3 --stem 3x3 --width-multiple 2'
    expect(await skiplab(`network --architecture imagenet --family residual ${small} --json`)).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'residual-14 B imagenet blocks-1-1-1-1 128-256-512-1024 stride-3x3 stem-3x3',
      blocks: [1, 1, 1, 1],
      widths: [128, 256, 512, 1024],
    })
  })

  it('halves widths, and refuses a multiple that does not leave them whole', async () => {
    expect(await skiplab('network --family plain --n 1 --width-multiple 0.5 --json')).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ widths: [8, 16, 32] })
    expect(await skiplab('network --family plain --n 1 --width-multiple x0.3')).toBe(2)
    expect(stderr).toContain('0.3 times 16, 32, 64 is 4.8, 9.6, 19.2.')
  })

  it('draws the paper’s figures of networks and one block of a network, and says which figures there are', async () => {
    expect(await skiplab('network --figure 3 --output - --format svg')).toBe(0)
    for (const text of ['plain-19 vgg', 'plain-34 imagenet', 'residual-34 A imagenet', '7×7 conv, 64, /2']) expect(stdout).toContain(text)
    stdout = ''
    expect(await skiplab('network --family residual --depth 29 --block-kind bottleneck --block --output - --format svg')).toBe(0)
    expect(stdout).toContain('1×1 conv, 64')
    expect(await skiplab('network --figure 4 --output -')).toBe(2)
    expect(stderr).toContain('3 (VGG-19, a plain and a residual net of 34 layers) or 5')
    expect(await skiplab('network --figure 5')).toBe(2)
  })

  it('reads --n as 9n+2 layers where the blocks are bottlenecks', async () => {
    expect(await skiplab('network --family residual --n 3 --block-kind bottleneck --json')).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ name: 'residual-29 A bottleneck', depth: 29 })
  })

  it('adds up: the layers’ parameters and multiply-adds are the totals', async () => {
    await skiplab('network --family residual --n 3 --shortcut C --widths 8,24,48 --input 28x28x1 --classes 26 --json')
    const network = z
      .looseObject({
        parameters: z.int(),
        multiplyAdds: z.int(),
        layers: z.array(z.looseObject({ parameters: z.int(), multiplyAdds: z.int(), outputShape: z.array(z.int()) })),
      })
      .parse(JSON.parse(stdout))
    const sum = (key: 'parameters' | 'multiplyAdds') => network.layers.reduce((total, layer) => total + layer[key], 0)
    expect(sum('parameters')).toBe(network.parameters)
    expect(sum('multiplyAdds')).toBe(network.multiplyAdds)
    expect(network.layers.at(-1)?.outputShape).toEqual([26])
  })

  it('prints the layers with their shapes for people', async () => {
    expect(await skiplab('network --family plain --n 1')).toBe(0)
    expect(stdout).toMatch(/stage2\.block1\.convolution1 +3×3 convolution, stride 2 +32×32×16 +16×16×32 +4,608/)
  })
})

describe('mistakes', () => {
  it.each([
    ['netwrok', "unknown command 'netwrok' (Did you mean network?)"],
    ['network --famly plain --n 3', "unknown option '--famly' (Did you mean --family?); see: skiplab network --help"],
    ['--json --workspace /w network --famly plain', "'--famly' (Did you mean --family?); see: skiplab network --help"],
    ['--workspace=/w sweep --json show', "missing required argument 'sweep'; see: skiplab sweep show --help"],
    ['report 1 2', 'but got 2: 1, 2; see: skiplab report --help'],
    ['sweep show', "missing required argument 'sweep'; see: skiplab sweep show --help"],
    ['report 1 --html', "option '--html <file>' argument missing; see: skiplab report --help"],
    ['network --family residul --n 3', 'Unknown family "residul"; expected plain, residual or highway; did you mean "residual"?'],
    ['network --family plain --n 0', 'Expected n as a whole number from 1 to 333; got "0".'],
    ['network --family plain --n 3.5', 'Expected n as a whole number from 1 to 333; got "3.5".'],
    ['network --family plain', 'A network needs --family and --depth'],
    ['network --family plain --n 3 --input 32', 'Expected an input size as HEIGHTxWIDTHxCHANNELS'],
    ['network --family plain --n 3 --input 1x1x1', 'from 8x8x1 to 512x512x16; got "1x1x1".'],
    ['network --family plain --n 3 --input 999x999x3', 'from 8x8x1 to 512x512x16; got "999x999x3".'],
    ['queue hours 20:00-07:00-08:00', 'Expected two different times of day'],
    ['queue move 1 --first --last', 'Expected one of --first, --last and --before RUN'],
    ['report --since 2999-01-01T00:00', 'got 2999-01-01 00:00.'],
    ['report --since 3', 'or a time such as 2026-01-31T18:00; got "3".'],
    ['report --since 2026-02-30', 'got "2026-02-30".'],
    ['network --family plain --n 0x3', 'from 1 to 333; got "0x3".'],
    ['network --family plain --n 1e1', 'from 1 to 333; got "1e1".'],
    ['runs --workspace=', 'Expected a folder after --workspace'],
    ['data add cifar10 --from=', 'Expected an archive or a folder after --from'],
    [`label 1 --add-tags ${'x'.repeat(41)}`, 'Expected tags of at most 40 characters'],
    [`label 1 --notes ${'x'.repeat(20_001)}`, 'Expected notes of at most 20000 characters; got 20001.'],
    ['watch x', 'Expected the number of a run'],
    ['network --family residual --n 3 --widths 64,32,16', 'widths must not decrease'],
    ['network --family plain --n 3 --widths 16,32', 'CIFAR nets (6n+2): expected 3 widths, one a stage, such as 16,32,64; got 16,32.'],
    [
      'network --family plain --n 3 --block-kind botleneck',
      'Unknown block "botleneck"; expected basic or bottleneck; did you mean "bottleneck"?',
    ],
    [
      'network --family plain --n 3 --stem 3x3',
      '"stem" of CIFAR nets (6n+2): there is no such setting; expected blockKind, bottleneckStride',
    ],
    ['network --architecture imagenet --family plain --n 3', '--n is the cifar way to write depths; expected --depth for imagenet.'],
    ['recipes show cifar10-3', 'Unknown recipe "cifar10-3"; did you mean "cifar10-30"?'],
    ['recipes shwo', 'did you mean "show"?'],
  ])('"%s" ends with exit code 2 and one line that helps', async (line, message) => {
    expect(await skiplab(line)).toBe(2)
    expect(stderr).toContain(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stdout).toBe('')
  })
})

describe('shared options', () => {
  it('may stand before the command', async () => {
    expect(await skiplab('--json recipes list')).toBe(0)
    expect(
      z
        .array(z.looseObject({ name: z.string() }))
        .parse(JSON.parse(stdout))
        .map((entry) => entry.name),
    ).toContain('paper-cifar10')
  })

  it('prints the version', async () => {
    expect(await skiplab('--version')).toBe(0)
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})
