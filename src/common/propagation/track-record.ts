import { propagationTrials, type PropagationTrial } from './trials.ts'
import { verdictOf } from './verdict.ts'

/** How often the verdict was right about designs that were then trained. */
export interface TrackRecord {
  readonly designs: number
  readonly right: number
  /** Of those said to train not, how many did not; and of those said to train, how many did. */
  readonly saidNot: { readonly all: number; readonly right: number }
  readonly saidSo: { readonly all: number; readonly right: number }
}

/** @param trials those by which the limits were not set, unless told otherwise */
export function trackRecord(trials: readonly PropagationTrial[] = propagationTrials.filter(({ heldOut }) => heldOut)): TrackRecord {
  const judged = trials.map(({ signs, trained }) => ({ said: verdictOf(signs).trains, trained }))
  const count = (said: boolean) => {
    const all = judged.filter((each) => each.said === said)
    return { all: all.length, right: all.filter(({ trained }) => trained === said).length }
  }
  const [saidSo, saidNot] = [count(true), count(false)]
  return { designs: judged.length, right: saidSo.right + saidNot.right, saidNot, saidSo }
}

/** "On 20 designs that did not set the rule, ... it was right 18 times: ..." */
export function trackRecordWords({ designs, right, saidNot, saidSo }: TrackRecord): string {
  return (
    `On ${designs} designs that did not set the rule, and were then trained for 150 steps, it was right ${right} times: ` +
    `${saidNot.right} of ${saidNot.all} said not to train did not, ${saidSo.right} of ${saidSo.all} others did.`
  )
}
