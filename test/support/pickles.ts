/** Pickles as Python 2 wrote CIFAR's, opcode by opcode: texts are its byte strings, arrays numpy's. */

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
const ascii = (text: string) => Buffer.from(text, 'latin1')
const shortText = (text: string) => Buffer.concat([ascii('U'), Buffer.of(text.length), ascii(text)])
const integer = (value: number) => (value < 256 ? Buffer.of(0x4b, value) : Buffer.concat([ascii('J'), u32(value)]))

/** A dictionary of lists of whole numbers, texts and arrays of bytes, in protocol 2. */
export function pickleOf(
  entries: Readonly<Record<string, readonly number[] | string | { shape: readonly [number, number]; bytes: Buffer }>>,
): Buffer {
  const parts: Buffer[] = [ascii('\x80\x02}q\x01(')]
  for (const [key, value] of Object.entries(entries)) {
    parts.push(shortText(key), ascii('q\x02'))
    if (typeof value === 'string') parts.push(shortText(value))
    else if ('shape' in value) parts.push(array(value.shape, value.bytes))
    else parts.push(ascii(']q\x03('), ...value.map(integer), ascii('e'))
  }
  return Buffer.concat([...parts, ascii('u.')])
}

function array([rows, columns]: readonly [number, number], bytes: Buffer): Buffer {
  return Buffer.concat([
    ascii('cnumpy.core.multiarray\n_reconstruct\nq\x07cnumpy\nndarray\nq\x08K\x00\x85U\x01b\x87Rq\x09(K\x01'),
    ...[integer(rows), integer(columns), ascii('\x86')],
    ascii('cnumpy\ndtype\nq\nU\x02u1K\x00K\x01\x87Rq\x0b(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89'),
    ...[ascii('T'), u32(bytes.length), bytes, ascii('tb')],
  ])
}
