/** CRC-32 by Castagnoli's polynomial, as TensorFlow has it, a byte at a time. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1
  return value
})

/** The sum as files of TensorFlow hold it: turned round and moved, since sums of sums are weak. */
export function maskedCrc32c(bytes: Uint8Array): number {
  let sum = 0xffffffff
  for (const byte of bytes) sum = table[(sum ^ byte) & 0xff]! ^ (sum >>> 8)
  const whole = ~sum >>> 0
  return (((whole >>> 15) | (whole << 17)) + 0xa282ead8) >>> 0
}
