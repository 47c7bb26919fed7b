const utf8 = new TextDecoder('utf-8', { fatal: true })

/** A name of a file as text. Bytes that are no UTF-8, as older systems wrote them, count as Latin-1: every name gets one text. */
export function readName(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    return Buffer.from(bytes).toString('latin1')
  }
}

/** The same for a name that was read as Latin-1, a character a byte. Other names, which archives hold as Unicode, stay. */
export function fromLatin1(name: string): string {
  return /^[\0-\xff]*$/.test(name) ? readName(Buffer.from(name, 'latin1')) : name
}
