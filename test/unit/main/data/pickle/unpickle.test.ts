import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { unpickle } from '../../../../../src/main/data/pickle/unpickle.ts'
import { pickleOf } from '../../../../support/pickles.ts'

const read = (bytes: Buffer) => unpickle(bytes, 'batch')
const ascii = (text: string) => Buffer.from(text, 'latin1')

/** What Python writes, with modules of numpy's names as numpy 1 or 2 has them. */
function byPython(expression: string, protocol: number, multiarray = 'numpy.core.multiarray'): Buffer {
  const program = `
import pickle, sys, types
def module(name):
    m = types.ModuleType(name); sys.modules[name] = m; return m
np = module('numpy')
for at in range(1, len('${multiarray}'.split('.')) + 1): module('.'.join('${multiarray}'.split('.')[:at]))
np = sys.modules['numpy']
def _reconstruct(*a): pass
_reconstruct.__module__ = '${multiarray}'; sys.modules['${multiarray}']._reconstruct = _reconstruct
class dtype:
    def __reduce__(self): return (dtype, ('u1', False, True), (3, '|', None, None, None, -1, -1, 0))
class ndarray:
    def __init__(self, rows, columns, data): self.state = (1, (rows, columns), dtype(), False, data)
    def __reduce__(self): return (_reconstruct, (ndarray, (0,), b'b'), self.state)
for c in (dtype, ndarray): c.__module__ = 'numpy'; setattr(np, c.__name__, c)
sys.stdout.buffer.write(pickle.dumps(${expression}, ${protocol}))`
  return execFileSync('python3', ['-c', program])
}

describe('unpickle', () => {
  it('reads what Python 2 wrote: texts, lists, arrays of bytes', () => {
    const read2 = read(
      pickleOf({ batch_label: 'training batch 1', labels: [3, 300, 0], data: { shape: [2, 3], bytes: Buffer.from([1, 2, 3, 4, 5, 6]) } }),
    )
    expect(read2).toEqual(
      new Map<string, unknown>([
        ['batch_label', Buffer.from('training batch 1')],
        ['labels', [3, 300, 0]],
        ['data', { shape: [2, 3], bytes: Buffer.from([1, 2, 3, 4, 5, 6]) }],
      ]),
    )
  })

  it.each([
    [2, 'numpy.core.multiarray'],
    [3, 'numpy.core.multiarray'],
    [4, 'numpy._core.multiarray'],
  ])('reads the same as Python 3 writes it in protocol %i with %s', (protocol, multiarray) => {
    const bytes = byPython(
      `{b'labels': [1, 2, 70000, -1], 'data': ndarray(2, 3, bytes([0, 10, 128, 200, 255, 7])), 'x': (1, None, True, 'é')}`,
      protocol,
      multiarray,
    )
    expect(read(bytes)).toEqual(
      new Map<string, unknown>([
        ['labels', [1, 2, 70000, -1]],
        ['data', { shape: [2, 3], bytes: Buffer.from([0, 10, 128, 200, 255, 7]) }],
        ['x', [1, null, true, 'é']],
      ]),
    )
  })

  it.each<[string, Buffer, string]>([
    ['a call of the system', ascii("cos\nsystem\n(S'true'\ntR."), 'it names os.system, which is not run'],
    ['a call by another name', ascii('\x80\x04\x8c\x08builtins\x8c\x04eval\x93.'), 'it names builtins.eval, which is not run'],
    ['a call of what may only be named', ascii('\x80\x02cnumpy\nndarray\n)R.'), 'it calls what is not run'],
    ['an object of a class', ascii('\x80\x02(cnumpy\nndarray\no.'), 'opcode 0x6f at offset 18, which is not read'],
    ['a persistent name', ascii('Pwhere\n.'), 'opcode 0x50'],
    ['an extension', ascii('\x80\x02\x82\x01.'), 'opcode 0x82'],
    ['a value that is missing', ascii('\x80\x02\x85.'), 'a value is missing at offset 3'],
    ['a mark that is missing', ascii('\x80\x02]K\x01e.'), 'a mark is missing'],
    ['what was never remembered', ascii('\x80\x02h\x05.'), 'nothing is remembered as 5'],
    [
      'an array that does not fit its shape',
      pickleOf({ data: { shape: [2, 4], bytes: Buffer.alloc(6) } }),
      'an array whose bytes do not fit its shape',
    ],
    ['nothing', Buffer.alloc(0), 'it ends too early'],
  ])('refuses %s and runs nothing', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(message)
    expect(() => read(bytes)).toThrow(/^batch: no pickle of images that can be read: .*Nothing was imported\.$/)
  })

  it('refuses a pickle that is cut anywhere', () => {
    const whole = pickleOf({ labels: [1, 2], data: { shape: [1, 3], bytes: Buffer.from([1, 2, 3]) } })
    for (let length = 0; length < whole.length; length++)
      expect(() => read(whole.subarray(0, length)), String(length)).toThrow('batch: no pickle')
  })
})
