/** Height and width of inputs, of the kernel and of outputs. */
const sideLength = 3
/** Values of an input, weights of the kernel, values of an output. */
export const valueCount = sideLength * sideLength
/** An input with its zero padding. */
const paddedSide = sideLength + 2

/** Input values stand among zeros, so that the loops below ask for no edge: 25 values, row by row. */
export function padded(input: ArrayLike<number>): Float64Array {
  const values = new Float64Array(paddedSide * paddedSide)
  for (let index = 0; index < valueCount; index++) values[paddedIndex(index)] = input[index]!
  return values
}

/** Where in a padded input the value of an index stands. */
function paddedIndex(index: number): number {
  return (Math.floor(index / sideLength) + 1) * paddedSide + (index % sideLength) + 1
}

/** The padded input value that each weight meets at each output position: nine for each position. */
const reach = Uint8Array.from({ length: valueCount * valueCount }, (_, index) => {
  const weight = index % valueCount
  const corner = paddedIndex(Math.floor(index / valueCount)) - paddedSide - 1
  return corner + Math.floor(weight / sideLength) * paddedSide + (weight % sideLength)
})

/**
 * Computes one 3x3 convolution (stride 1, zero padding 1, no bias; correlation, as in PyTorch and TensorFlow) with ReLU.
 * @param weights of the kernel, row by row
 * @param input as `padded` gives it
 * @param output filled, row by row
 */
export function convolve(weights: Float64Array, input: Float64Array, output: Float64Array): void {
  for (let position = 0; position < valueCount; position++) {
    const first = position * valueCount
    let sum = 0
    for (let index = 0; index < valueCount; index++) sum += weights[index]! * input[reach[first + index]!]!
    output[position] = sum > 0 ? sum : 0
  }
}

/** Computes the L1 loss of one input: the mean of |output - target| over its nine values. */
export function l1Loss(output: Float64Array, target: Float64Array): number {
  let sum = 0
  for (let index = 0; index < valueCount; index++) sum += Math.abs(output[index]! - target[index]!)
  return sum / valueCount
}

/**
 * Adds the gradient of `l1Loss` by the weights. Where ReLU is closed, or output and target are equal, none passes.
 * @param output of `convolve` for these weights and this input
 */
export function addGradient(gradient: Float64Array, input: Float64Array, output: Float64Array, target: Float64Array): void {
  for (let position = 0; position < valueCount; position++) {
    const value = output[position]!
    if (value <= 0) continue
    const slope = Math.sign(value - target[position]!) / valueCount
    const first = position * valueCount
    for (let index = 0; index < valueCount; index++) gradient[index]! += slope * input[reach[first + index]!]!
  }
}
