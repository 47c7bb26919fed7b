/**
 * Linear CKA from minibatches: the ratio of sums over batches of the unbiased estimator HSIC1 (Song et al. 2012, eq. 5), as in "Do Wide and
 * Deep Networks Learn the Same Things?" (Nguyen, Raghu and Kornblith 2021, eqs. 2 and 3). Its value does not depend on the size of the
 * batches, and neither on rotations and isotropic scale of either side.
 */

/** Fewest images of a batch: HSIC1 divides by n - 3. */
export const leastBatch = 4

/** The upper triangles of one batch's U-centred Gram matrices, [layers][n (n - 1) / 2]. */
export type CentredGrams = readonly Float64Array[]

/**
 * U-centres Gram matrices (Székely and Rizzo 2014, eq. 2.1): an inner product of two of them, divided by n (n - 3), is HSIC1.
 * @param grams [layers, n, n], symmetric; diagonals are not looked at
 * @param n images of the batch, at least {@link leastBatch}
 */
export function centredGrams(grams: Float32Array | Float64Array, n: number): CentredGrams {
  const layers = grams.length / (n * n)
  return Array.from({ length: layers }, (_, layer) => centred(grams.subarray(layer * n * n, (layer + 1) * n * n), n))
}

function centred(gram: Float32Array | Float64Array, n: number): Float64Array {
  const rows = new Float64Array(n)
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (i !== j) rows[i]! += gram[i * n + j]!
  const all = rows.reduce((sum, row) => sum + row, 0) / ((n - 1) * (n - 2))
  const triangle = new Float64Array((n * (n - 1)) / 2)
  let at = 0
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) triangle[at++] = gram[i * n + j]! - (rows[i]! + rows[j]!) / (n - 2) + all
  return triangle
}

/** Sums HSIC1 of each pair of layers over batches of one size. */
export class AlignmentSums {
  readonly #pairs: Float64Array[]
  readonly #rows: Float64Array
  readonly #columns: Float64Array

  /** @param rows layers of one side @param columns layers of the other */
  constructor(rows: number, columns: number) {
    this.#pairs = Array.from({ length: rows }, () => new Float64Array(columns))
    this.#rows = new Float64Array(rows)
    this.#columns = new Float64Array(columns)
  }

  /** Adds a batch; the same object twice for a network beside itself. */
  add(rows: CentredGrams, columns: CentredGrams): void {
    const same = rows === columns
    rows.forEach((row, i) => {
      this.#rows[i]! += innerProduct(row, row)
      for (let j = same ? i : 0; j < columns.length; j++) {
        const product = innerProduct(row, columns[j]!)
        this.#pairs[i]![j]! += product
        if (same && j > i) this.#pairs[j]![i]! += product
      }
    })
    columns.forEach((column, j) => (this.#columns[j]! += innerProduct(column, column)))
  }

  /** CKA of each pair, [rows][columns]; null where an output is the same for all images. May lie a little below 0. */
  alignments(): (number | null)[][] {
    return this.#pairs.map((row, i) =>
      Array.from(row, (product, j) => {
        const scale = Math.sqrt(this.#rows[i]! * this.#columns[j]!)
        return scale > 0 ? product / scale : null
      }),
    )
  }
}

function innerProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!
  return sum
}
