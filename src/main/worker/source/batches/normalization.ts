/** A constant channel has no spread to divide by. */
export const inverseOf = (std: Float32Array): Float32Array => std.map((value) => (value > 0 ? 1 / value : 1))
