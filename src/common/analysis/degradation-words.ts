import type { Comparison, DepthEffect, ShortcutEffect, Verdict } from './degradation.ts'
import type { DepthResult } from './depth-results.ts'
import type { SeedStatistics } from './statistics.ts'

/** The verdict as sentences for people: the two answers with their numbers, then what limits them. */
export function describeVerdict(verdict: Omit<Verdict, 'sentences'>): string[] {
  return [
    plainSentence(verdict.depthHurtsPlain),
    ...verdict.shortcuts.map((effect) => shortcutSentence(effect)),
    ...(verdict.shortcuts.length === 0 ? ['Whether a shortcut cures it is untested: no residual net is among these runs.'] : []),
    ...testSentence(verdict),
    ...limits(verdict),
  ]
}

function plainSentence(effect: DepthEffect): string {
  const { comparison, contrary, untrained } = effect
  const failed = untrained.map((depth) => `${depth.name} did not train (${howItFailed(depth)})`).join(', ')
  const numbers = comparison ? `${change(comparison)} (${points(comparison)})` : ''
  switch (effect.answer) {
    case 'yes':
      if (untrained.length === 0) return `Depth hurts the plain net: ${numbers}.`
      return `Depth hurts the plain net: ${failed}${comparison ? `; among those that trained, ${numbers}` : ''}. In the paper the deeper plain nets do train, only to a higher error.`
    case 'no':
      return `Depth does not hurt the plain net here: ${numbers}.`
    case 'reversed':
      return `Depth helps the plain net here: ${numbers}.`
    case 'mixed':
      return `Mixed for the plain net: ${numbers}, yet ${contrary ? change(contrary) : ''}.`
    case 'inconclusive':
      return comparison
        ? `Inconclusive for the plain net: ${numbers}; the seeds differ too much among themselves.`
        : `Inconclusive for the plain net: ${failed}.`
    case 'untested':
      return 'Whether depth hurts the plain net is untested: it takes finished plain runs at two depths or more.'
  }
}

function shortcutSentence(effect: ShortcutEffect): string {
  const option = `Shortcut ${effect.shortcut}`
  const own = effect.depthEffect.comparison
  const against = effect.plainDidNotTrain
    ? `a residual net of ${effect.plainDidNotTrain.layers} layers trains where the plain one does not`
    : effect.againstPlain
      ? versus(effect.againstPlain)
      : ''
  const deeper = own ? `from ${own.from.layers} to ${own.to.layers} layers its own training error goes from ${mean(own.from.trainError)} to ${mean(own.to.trainError)}` : ''
  switch (effect.answer) {
    case 'yes':
      return `${option} cures it: ${against}, and depth does not raise its training error (${deeper}).`
    case 'partly':
      return `${option} cures it in part: ${against}, but depth still raises its training error (${deeper || failures(effect.depthEffect)}).`
    case 'no':
      return effect.againstPlain ? `${option} does not cure it: ${against}.` : `${option} does not cure it: ${failures(effect.depthEffect)}.`
    case 'nothing-to-cure':
      return `${option} has nothing to cure${against ? `; ${against}` : ''}.`
    case 'inconclusive':
      return `${option}: inconclusive${against ? `; ${against}` : ''}${deeper ? `; ${deeper}` : '; its own depths are not enough to compare'}.`
    case 'untested':
      return `${option}: untested; it takes a plain and a residual net of the same depth, both finished.`
  }
}

function testSentence(verdict: Omit<Verdict, 'sentences'>): string[] {
  const families = [verdict.depthHurtsPlain.comparison, ...verdict.shortcuts.map((effect) => effect.depthEffect.comparison)]
  const parts = families.flatMap((pair) =>
    pair ? [`${pair.from.name} ${mean(pair.from.testError)}, ${pair.to.name} ${mean(pair.to.testError)}`] : [],
  )
  return parts.length > 0 ? [`Test error at the last epoch: ${parts.join('; ')}.`] : []
}

function limits(verdict: Omit<Verdict, 'sentences'>): string[] {
  const { results, thresholds } = verdict
  const finished = results.filter((result) => result.finished > 0)
  const single = finished.filter((result) => result.finished === 1)
  const notes: string[] = []
  if (single.length > 0 && finished.length > 0) {
    const which = single.length === finished.length ? 'One seed each' : `One seed only for ${single.map((result) => result.name).join(', ')}`
    notes.push(`${which}, so the spread between seeds is unknown; differences under ${pointsOf(thresholds.oneSeedDifference)} points are not counted.`)
  } else if (finished.length > 0) {
    notes.push(`A difference counts when it exceeds ${pointsOf(thresholds.seedsDifference)} points and its 95 % interval over the seeds.`)
  }
  for (const result of results) {
    if (result.atChance > 0 && result.atChance < result.finished) notes.push(`${result.name}: ${result.atChance} of ${result.finished} runs stayed at chance and is in its mean.`)
    if (result.diverged > 0 && result.finished > 0) notes.push(`${result.name}: ${result.diverged} of ${result.finished + result.diverged} runs diverged; its numbers are those of the others.`)
  }
  const missing = results.filter((result) => result.unfinished > 0)
  if (missing.length > 0) notes.push(`Not counted because not finished: ${missing.map((result) => `${result.name} (${result.unfinished})`).join(', ')}.`)
  return notes
}

function howItFailed(depth: DepthResult): string {
  const ended = depth.finished + depth.diverged
  const parts = []
  if (depth.diverged > 0) parts.push(`${depth.diverged} of ${ended} ${ended === 1 ? 'run' : 'runs'} diverged`)
  if (depth.atChance > 0) parts.push(`${depth.atChance} of ${ended} stayed at chance`)
  return parts.join(', ')
}

function failures(effect: DepthEffect): string {
  return effect.untrained.map((depth) => `${depth.name} did not train (${howItFailed(depth)})`).join(', ')
}

function change(pair: Comparison): string {
  const verb = pair.difference > 0 ? 'rises' : 'falls'
  return `from ${pair.from.layers} to ${pair.to.layers} layers its training error ${verb} from ${mean(pair.from.trainError)} to ${mean(pair.to.trainError)}`
}

function points(pair: Comparison): string {
  const sign = pair.difference > 0 ? '+' : '−'
  return `${sign}${pointsOf(Math.abs(pair.difference))} points; it takes ${pointsOf(pair.margin)} to count`
}

function versus(pair: Comparison): string {
  const place = pair.relation === 'no-clear-difference' ? 'no clear difference from' : `${pointsOf(Math.abs(pair.difference))} points ${pair.difference < 0 ? 'below' : 'above'}`
  return `${pair.to.name} ends at ${mean(pair.to.trainError)} training error, ${place} ${pair.from.name}${pair.relation === 'no-clear-difference' ? ` (${mean(pair.from.trainError)})` : ''}`
}

/** "5.10 %", with seeds "5.10 ± 0.21 %". */
export function mean(statistics: SeedStatistics | null): string {
  if (!statistics) return 'unknown'
  const value = (statistics.mean * 100).toFixed(2)
  return statistics.std === null ? `${value} %` : `${value} ± ${(statistics.std * 100).toFixed(2)} %`
}

function pointsOf(fraction: number): string {
  return (fraction * 100).toFixed(2)
}
