/**
 * Principal components of a covariance matrix by Jacobi's rotations, largest first, each a unit vector times its eigenvalue.
 * @param covariance symmetric [channels, channels]
 * @returns [component, channel]; the first element of a component that is not zero is positive, so that equal input gives equal signs
 */
export function principalComponents(covariance: Float64Array, channels: number): Float64Array {
  const matrix = covariance.slice()
  const vectors = new Float64Array(channels * channels)
  for (let axis = 0; axis < channels; axis++) vectors[axis * channels + axis] = 1
  for (let sweep = 0; sweep < 50 && offDiagonal(matrix, channels) > 0; sweep++) {
    for (let row = 0; row < channels; row++) {
      for (let column = row + 1; column < channels; column++) rotate(matrix, vectors, channels, row, column)
    }
  }
  const order = Array.from({ length: channels }, (_, axis) => axis).sort(
    (a, b) => matrix[b * channels + b]! - matrix[a * channels + a]! || a - b,
  )
  return Float64Array.from({ length: channels * channels }, (_, at) => {
    const axis = order[Math.floor(at / channels)]!
    const vector = Array.from({ length: channels }, (_one, channel) => vectors[channel * channels + axis]!)
    const sign = Math.sign(vector.find((value) => Math.abs(value) > 1e-12) ?? 1)
    return sign * vector[at % channels]! * Math.max(0, matrix[axis * channels + axis]!)
  })
}

/** Sum of squares beside the diagonal, 0 where it is lost against the diagonal. */
function offDiagonal(matrix: Float64Array, channels: number): number {
  let beside = 0
  let on = 0
  matrix.forEach((value, at) => {
    if (at % (channels + 1) === 0) on += value * value
    else beside += value * value
  })
  return beside <= on * 1e-30 ? 0 : beside
}

/** Makes the element at (row, column) zero by a rotation, which the vectors follow. */
function rotate(matrix: Float64Array, vectors: Float64Array, channels: number, row: number, column: number): void {
  const beside = matrix[row * channels + column]!
  if (beside === 0) return
  const half = (matrix[column * channels + column]! - matrix[row * channels + row]!) / (2 * beside)
  const tangent = (half < 0 ? -1 : 1) / (Math.abs(half) + Math.sqrt(half * half + 1))
  const cosine = 1 / Math.sqrt(tangent * tangent + 1)
  const sine = tangent * cosine
  const mix = (values: Float64Array, first: number, second: number) => {
    const [a, b] = [values[first]!, values[second]!]
    values[first] = cosine * a - sine * b
    values[second] = sine * a + cosine * b
  }
  for (let at = 0; at < channels; at++) mix(matrix, at * channels + row, at * channels + column)
  for (let at = 0; at < channels; at++) mix(matrix, row * channels + at, column * channels + at)
  for (let at = 0; at < channels; at++) mix(vectors, at * channels + row, at * channels + column)
}
