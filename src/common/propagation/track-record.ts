import { type ScoreInterval, wilsonInterval } from '../statistics/score-intervals.ts'
import { propagationTrials, type PropagationTrial } from './trials.ts'
import { verdictOf } from './verdict.ts'

/** How often the verdict was right about designs that were then trained. */
export interface TrackRecord {
  readonly designs: number
  readonly right: number
  /** The 95 % interval of the share that was right, by Wilson's score. */
  readonly interval: ScoreInterval
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
  const right = saidSo.right + saidNot.right
  return { designs: judged.length, right, interval: wilsonInterval(right, judged.length), saidNot, saidSo }
}

/** What was tried: the record says little about wide nets on large images. */
const trialNets = 'narrow nets (16 channels) on images of 16×16 pixels'

/** "On 20 designs that did not set the rule, ... it was right 15 times (95 % interval 53 to 89 %): ..." */
export function trackRecordWords({ designs, right, interval, saidNot, saidSo }: TrackRecord): string {
  const [low, high] = [interval.low, interval.high].map((share) => Math.round(100 * share))
  return (
    `On ${designs} designs that did not set the rule, ${trialNets}, which were then trained for 150 steps, it was right ${right} times ` +
    `(95 % interval ${low} to ${high} %): ${saidNot.right} of ${saidNot.all} said not to train did not, ${saidSo.right} of ` +
    `${saidSo.all} without a sign against it did.`
  )
}
