import type { Comparison } from './comparison.ts'
import type { DepthEffect, Findings, ShortcutEffect } from './degradation.ts'
import type { DepthResult } from './depth-results.ts'
import { mean, pointsOf } from './error-words.ts'
import { decisiveComparisons } from './seeds-wanted.ts'
import { shortcutWords } from './verdict-headline.ts'
import { limits } from './verdict-limits.ts'

/** Writes the verdict as sentences: the answers with their numbers, then what limits them. */
export function describeVerdict(findings: Findings): string[] {
  const plain = findings.results.filter((result) => result.family === 'plain')
  return [
    plainSentence(findings.depthHurtsPlain, plain),
    ...findings.shortcuts.map((effect) => shortcutSentence(effect, findings)),
    ...(findings.shortcuts.length === 0 ? ['Whether a shortcut cures it is untested: no residual net is among these runs.'] : []),
    ...testSentence(findings),
    ...limits(findings, decisiveComparisons(findings)),
  ]
}

function plainSentence(effect: DepthEffect, plain: readonly DepthResult[]): string {
  const { comparison, contrary, untrained } = effect
  const failed = untrained.map((depth) => `${depth.name} did not train (${howItFailed(depth)})`).join(', ')
  const numbers = comparison ? `${change(comparison)} (${points(comparison)})` : ''
  switch (effect.answer) {
    case 'yes':
      if (untrained.length === 0) return `Depth hurts the plain net: ${numbers}.`
      return (
        `Depth hurts the plain net: ${failed}${comparison ? `; among those that trained, ${numbers}` : ''}. In the paper the ` +
        'deeper plain nets do train, only to a higher error.'
      )
    case 'no':
      return comparison && isSmall(comparison)
        ? `Depth hardly changes the plain net: ${change(comparison)}, a difference beyond chance (${chance(comparison)}) but ` +
            `smaller than the ${pointsOf(comparison.margin ?? 0)} points that count.`
        : `No clear effect of depth on the plain net: ${numbers}.`
    case 'reversed':
      return `Depth helps the plain net here: ${numbers}.`
    case 'mixed':
      return `Mixed for the plain net: ${numbers}, yet ${contrary ? change(contrary) : ''}.`
    case 'inconclusive':
      return comparison ? `Inconclusive for the plain net: ${numbers}.` : `Inconclusive for the plain net: ${failed}.`
    case 'untested':
      return `Whether depth hurts the plain net is untested: ${missingDepth('plain', plain)}.`
  }
}

function shortcutSentence(effect: ShortcutEffect, { depthHurtsPlain, results }: Findings): string {
  const option = shortcutWords(effect).replace(/^./, (letter) => letter.toUpperCase())
  const { family, variant } = effect
  const nets = results.filter((result) => result.variant === variant)
  const own = effect.depthEffect.comparison
  const against = effect.plainDidNotTrain
    ? `a ${family} net of ${effect.plainDidNotTrain.layers} layers trains where the plain one does not`
    : effect.againstPlain
      ? versus(effect.againstPlain)
      : ''
  const deeper = own
    ? `from ${own.from.layers} to ${own.to.layers} layers its own training error goes from ${mean(own.from.trainError)} to ` +
      mean(own.to.trainError)
    : ''
  switch (effect.answer) {
    case 'yes':
      return `${option} cures it: ${against}, and depth ${own ? harmless(own) : 'does not raise its training error'} (${deeper}).`
    case 'partly':
      return (
        `${option} cures it in part: ${against}, but depth still raises its training error ` +
        `(${deeper || failures(effect.depthEffect)}).`
      )
    case 'no':
      return effect.againstPlain
        ? `${option} does not cure it: ${against}.`
        : `${option} does not cure it: ${failures(effect.depthEffect)}.`
    case 'nothing-to-cure':
      return `${option} has nothing to cure${against ? `; ${against}` : ''}.`
    case 'inconclusive':
      return `${option}: inconclusive${against ? `; ${against}` : ''}${deeper ? `; ${deeper}` : `; ${missingDepth(variant, nets)}`}.`
    case 'untested':
      if (against) return `${option}: ${against}; whether that is a cure is untested, as is whether depth hurts the plain net.`
      if (!nets.some((result) => result.finished > 0)) return `${option}: untested; no ${family} net with it has finished.`
      return depthHurtsPlain.answer === 'untested' && !results.some((result) => result.family === 'plain' && result.finished > 0)
        ? `${option}: untested; no plain net has finished to compare with.`
        : `${option}: untested; no plain net has finished at a depth at which a ${family} one has.`
  }
}

function testSentence({ depthHurtsPlain, shortcuts }: Findings): string[] {
  const families = [depthHurtsPlain.comparison, ...shortcuts.map((effect) => effect.depthEffect.comparison)]
  const parts = families.flatMap((pair) =>
    pair ? [`${pair.from.name} ${mean(pair.from.testError)}, ${pair.to.name} ${mean(pair.to.testError)}`] : [],
  )
  return parts.length > 0 ? [`Test error at the last epoch: ${parts.join('; ')}.`] : []
}

/** Says what a comparison over depth lacks: "plain-20 is the only depth that has finished". */
function missingDepth(variant: string, depths: readonly DepthResult[]): string {
  const finished = depths.filter((depth) => depth.finished > 0)
  if (depths.length === 0) return `no ${variant} net is among these runs`
  if (finished.length === 0) return `no ${variant} run has finished`
  if (depths.length > finished.length) return `of the ${variant} nets only ${finished.map((depth) => depth.name).join(', ')} has finished`
  return `${finished[0]!.name} is the only ${variant} net among these runs; a second depth is missing`
}

function harmless(pair: Comparison): string {
  if (pair.relation === 'lower') return 'lowers its training error'
  if (isSmall(pair)) return `changes its training error by less than the ${pointsOf(pair.margin ?? 0)} points that count`
  return pair.difference > 0 ? 'does not clearly raise its training error' : 'does not raise its training error'
}

/** Tells whether a difference is beyond chance, yet too small to count. */
function isSmall(pair: Comparison): boolean {
  return pair.relation === 'no-clear-difference' && pair.interval !== null && Math.abs(pair.difference) > pair.interval
}

function chance({ pValue }: Comparison): string {
  return pValue === null || pValue < 0.001 ? 'p < 0.001' : `p = ${pValue.toFixed(3)}`
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
  return (
    `from ${pair.from.layers} to ${pair.to.layers} layers its training error ${verb} from ${mean(pair.from.trainError)} to ` +
    mean(pair.to.trainError)
  )
}

function points(pair: Comparison): string {
  const sign = pair.difference > 0 ? '+' : '−'
  const counts = pair.margin === null ? `so few seeds with this spread cannot tell` : `it takes ${pointsOf(pair.margin)} to count`
  return `${sign}${pointsOf(Math.abs(pair.difference))} points; ${counts}`
}

function versus(pair: Comparison): string {
  const ends = `${pair.to.name} ends at ${mean(pair.to.trainError)} training error`
  const distance = `${pointsOf(Math.abs(pair.difference))} points ${pair.difference < 0 ? 'below' : 'above'} ${pair.from.name}`
  if (pair.relation === 'inconclusive') return `${ends}, ${distance}, which these seeds cannot tell from chance`
  if (pair.relation !== 'no-clear-difference') return `${ends}, ${distance}`
  return isSmall(pair)
    ? `${ends}, ${distance}, too little to count`
    : `${ends}, no clear difference from ${pair.from.name} (${mean(pair.from.trainError)})`
}
