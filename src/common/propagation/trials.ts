import type { PropagationSigns } from './verdict.ts'

/** A design that was looked at and then trained for real; see bench/propagation.ts, which writes the rows of this file. */
export interface PropagationTrial {
  /** Limits of the rule were set by the others alone. */
  readonly heldOut: boolean
  readonly network: string
  readonly learningRate: number
  readonly seed: number
  readonly signs: PropagationSigns
  /** Mean loss of the last of its steps, in nats; null where it was no number. */
  readonly loss: number | null
  readonly trained: boolean
}

const classes = 10
/** How far below that of guessing the loss of a design must be that has trained, in nats. */
export const learnedNats = 0.1

type Measured = number | null
/** A trial in a line: held out, network, rate, seed, finite, std (least, largest), gradients apart, update (same), losses (three). */
type TrialRow = readonly [
  boolean,
  string,
  number,
  number,
  boolean,
  ...(readonly [Measured, Measured, Measured, Measured, Measured, Measured, Measured, Measured]),
]

export function rowOf({ heldOut, network, learningRate, seed, signs, loss }: PropagationTrial): TrialRow {
  const { leastStd, largestStd, gradientRange, leastUpdate, largestUpdate, firstLoss, lastLoss } = signs
  const round = (value: Measured) => (value === null ? null : Number(value.toPrecision(4)))
  return [
    ...([heldOut, network, learningRate, seed, signs.finite] as const),
    ...([round(leastStd), round(largestStd), round(gradientRange), round(leastUpdate), round(largestUpdate)] as const),
    ...([round(firstLoss), round(lastLoss), round(loss)] as const),
  ]
}

function trialOf([heldOut, network, learningRate, seed, finite, ...measured]: TrialRow): PropagationTrial {
  const [leastStd, largestStd, gradientRange, leastUpdate, largestUpdate, firstLoss, lastLoss, loss] = measured
  const guessing = Math.log(classes)
  return {
    ...{ heldOut, network, learningRate, seed, loss },
    signs: { finite, leastStd, largestStd, gradientRange, leastUpdate, largestUpdate, firstLoss, lastLoss, guessing },
    trained: loss !== null && loss <= guessing - learnedNats,
  }
}

const rows: readonly TrialRow[] = [
  [false, 'plain-8 16-16-16', 0.1, 1, true, 0.229, 1, 10.7, 0.00239, 0.0203, 2.325, 2.273, 1.807],
  [false, 'plain-20 16-16-16', 0.1, 2, true, 0.19, 1, 14.4, 0.00238, 0.0772, 2.304, 2.305, 2.047],
  [false, 'plain-32 16-16-16', 0.1, 3, true, 0.216, 1, 166, 0.00223, 0.68, 2.309, 2.292, 2.228],
  [false, 'plain-56 16-16-16', 0.1, 4, true, 0.242, 1, 4340, 0.00233, 30.2, 2.297, 2.356, 2.306],
  [false, 'plain-110 16-16-16', 0.1, 5, true, 0.251, 1, 15900000, 0.00237, 72900, 2.359, 2.335, 2.31],
  [false, 'residual-20 A 16-16-16', 0.1, 6, true, 1, 1.07, 8.04, 0.00303, 0.16, 2.659, 2.325, 1.848],
  [false, 'residual-56 A 16-16-16', 0.1, 7, true, 0.999, 2.13, 22.7, 0.00314, 0.604, 4.897, 3.049, 2.106],
  [false, 'residual-110 A 16-16-16', 0.1, 8, true, 1, 2.64, 87.2, 0.0032, 0.794, 4.988, 7.503, 2.318],
  [false, 'highway-32 A 16-16-16', 0.1, 9, true, 0.145, 1, 178, 0.000169, 0.00669, 2.311, 2.28, 1.931],
  [false, 'plain-8 16-16-16 no BN', 0.01, 10, true, 0.0204, 0.125, 16.6, 0.0000156, 0.000116, 2.297, 2.303, 2.3],
  [false, 'plain-56 16-16-16 no BN', 0.01, 11, true, 0.000341, 0.211, 220, 4.03e-7, 0.00000307, 2.303, 2.304, 2.303],
  [false, 'plain-20 16-16-16 no BN Glorot', 0.01, 12, true, 0.00000495, 0.121, 16600, 1.28e-8, 3.64e-8, 2.303, 2.303, 2.303],
  [false, 'residual-8 A 16-16-16 no BN', 0.01, 13, true, 0.0916, 0.334, 10.5, 0.000104, 0.000749, 2.306, 2.311, 2.175],
  [false, 'residual-20 A 16-16-16 no BN', 0.01, 14, true, 0.141, 2.16, 16.1, 0.00089, 0.00599, 2.516, 2.331, 2.119],
  [false, 'residual-56 A 16-16-16 no BN', 0.01, 15, true, 0.118, 565, 4280, 0.589, 8.13, 283, null, null],
  [false, 'residual-20 A 16-16-16', 10, 16, true, 0.876, 1, 7.59, 0.364, 10.2, 2.775, 39.62, 5.326],
  [false, 'plain-20 16-16-16', 10, 17, true, 0.284, 1, 25.5, 0.232, 12, 2.324, 6.087, 6.05],
  [false, 'residual-8 A 16-16-16', 100, 18, true, 0.816, 1, 7.81, 3.57, 76.6, 2.635, 1912000000000000000, 3.483e22],
  [false, 'plain-8 16-16-16 no BN', 1, 19, true, 0.0103, 0.136, 15.1, 0.00131, 0.00454, 2.304, 2.332, 2.404],
  [false, 'residual-20 A 16-16-16', 1e-7, 20, true, 0.999, 1.15, 8.49, 3.49e-9, 1.55e-7, 2.973, 2.928, 2.912],
  [true, 'plain-14 16-16-16', 0.1, 1001, true, 0.206, 1, 9.76, 0.0024, 0.0435, 2.318, 2.295, 2.02],
  [true, 'plain-44 16-16-16', 0.1, 1002, true, 0.252, 1, 951, 0.00203, 5.47, 2.292, 2.276, 2.309],
  [true, 'plain-92 16-16-16', 0.1, 1003, true, 0.228, 1, 3440000, 0.00205, 17600, 2.306, 2.311, 2.303],
  [true, 'residual-14 A 16-16-16', 0.1, 1004, true, 0.827, 1, 7.76, 0.00337, 0.0875, 2.444, 2.576, 1.876],
  [true, 'residual-32 A 16-16-16', 0.2, 1005, true, 0.999, 1.38, 14.1, 0.00586, 0.62, 3.456, 2.565, 2.245],
  [true, 'residual-68 A 16-16-16', 0.1, 1006, true, 0.999, 2.38, 23, 0.00449, 0.317, 4.437, 3.581, 2.297],
  [true, 'plain-44 16-16-16 pre-activation', 0.1, 1007, true, 0.375, 1, 698, 0.00236, 3.34, 2.385, 2.279, 2.3],
  [true, 'highway-44 A 16-16-16 no BN', 0.1, 1008, true, 0.0191, 0.155, 531, 0.00000814, 0.00082, 2.301, 2.294, 2.169],
  [true, 'plain-14 16-16-16 no BN', 0.01, 1009, true, 0.00485, 0.159, 43.3, 0.00000394, 0.0000192, 2.301, 2.302, 2.302],
  [true, 'plain-32 16-16-16 no BN', 0.01, 1010, true, 0.00147, 0.171, 105, 0.00000216, 0.00000955, 2.303, 2.302, 2.305],
  [true, 'plain-44 16-16-16 no BN Glorot', 0.1, 1011, true, 1.84e-10, 0.113, 403000000, 2.27e-12, 1.81e-11, 2.303, 2.304, 2.311],
  [true, 'plain-14 16-16-16 no BN Glorot', 0.01, 1012, true, 0.000234, 0.121, 853, 3.73e-7, 0.00000125, 2.303, 2.302, 2.306],
  [true, 'residual-14 A 16-16-16 no BN', 0.01, 1013, true, 0.146, 0.612, 9.23, 0.000194, 0.00177, 2.313, 2.304, 2.116],
  [true, 'residual-32 A 16-16-16 no BN', 0.01, 1014, true, 0.134, 17.1, 81.8, 0.0141, 0.208, 6.834, 2.327, 2.302],
  [true, 'residual-44 A 16-16-16 no BN Glorot', 0.01, 1015, true, 0.0326, 0.573, 13, 0.000219, 0.00165, 2.348, 2.306, 2.254],
  [true, 'residual-32 A 16-16-16', 5, 1016, true, 0.999, 1.16, 12.9, 0.134, 10, 3.185, 198.8, 2.57],
  [true, 'residual-14 A 16-16-16', 50, 1017, true, 1, 1.01, 6.9, 1.37, 54.1, 2.917, 868700000000000, 8.62e22],
  [true, 'plain-32 16-16-16', 20, 1018, true, 0.233, 1, 227, 0.393, 192, 2.384, 14.61, 29.34],
  [true, 'residual-14 A 16-16-16 no BN', 0.5, 1019, true, 0.101, 0.436, 12.5, 0.00627, 0.0574, 2.324, 2.332, 2.336],
  [true, 'plain-14 16-16-16', 0.000001, 1020, true, 0.215, 1, 9.72, 2.01e-8, 4.45e-7, 2.34, 2.316, 2.318],
]

export const propagationTrials: readonly PropagationTrial[] = rows.map(trialOf)
