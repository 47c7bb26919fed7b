const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Decodes a file's name. Bytes that are not UTF-8, as older systems wrote them, are read as Latin-1, so that every name has a text. */
export function readName(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    return Buffer.from(bytes).toString('latin1')
  }
}

/** Does the same for a name that was read as Latin-1, a character for each byte. Other names, which archives hold as Unicode, stay. */
export function fromLatin1(name: string): string {
  return /^[\0-\xff]*$/.test(name) ? readName(Buffer.from(name, 'latin1')) : name
}
