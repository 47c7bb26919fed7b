import { z } from 'zod'
import { SkiplabError } from '../failure.ts'
import { explainIssue } from '../explain-issue.ts'
import type { AnyAnalysis } from './kinds/define-analysis.ts'
import { gradientPathsAnalysis } from './kinds/gradient-paths.ts'
import { layersAnalysis } from './kinds/layers.ts'
import { lossSurfaceAnalysis } from './kinds/loss-surface.ts'
import { similarityAnalysis } from './kinds/similarity.ts'
import { lesionsAnalysis } from './kinds/lesions.ts'
import { gradientsAnalysis } from './kinds/gradients.ts'
import { shatteringAnalysis } from './kinds/shattering.ts'

/** Every kind of analysis there is, in the order in which dialogs show them. */
export const analyses = {
  layers: layersAnalysis,
  similarity: similarityAnalysis,
  'loss-surface': lossSurfaceAnalysis,
  lesions: lesionsAnalysis,
  'gradient-paths': gradientPathsAnalysis,
  gradients: gradientsAnalysis,
  shattering: shatteringAnalysis,
} as const satisfies Readonly<Record<string, AnyAnalysis>>

export type AnalysisKind = keyof typeof analyses
/** An analysis's options, all of them. */
export type AnalysisOptions<K extends AnalysisKind = AnalysisKind> = z.output<(typeof analyses)[K]['options']>
/** What an analysis came to. */
export type AnalysisResult<K extends AnalysisKind = AnalysisKind> = z.output<(typeof analyses)[K]['result']>

export const analysisKinds = Object.keys(analyses) as AnalysisKind[]
export const analysisKindSchema = z.enum(analysisKinds)

/** A kind's definition, for those to whom its types do not matter. */
export function analysisNamed(kind: AnalysisKind): AnyAnalysis {
  return analyses[kind]
}

/** Fills options up with defaults. @throws SkiplabError bad-input naming the option and what was expected */
export function readOptions<K extends AnalysisKind>(kind: K, given: Readonly<Record<string, unknown>>): AnalysisOptions<K> {
  const options = analysisNamed(kind).options.safeParse(given)
  if (!options.success) throw new SkiplabError('bad-input', `Options of the analysis ${kind}: ${explainIssue(options.error)}`)
  return options.data as AnalysisOptions<K>
}

/** Gives a stored result its type. @throws z.ZodError for what is no result of this kind */
export function readResult<K extends AnalysisKind>(kind: K, result: unknown): AnalysisResult<K> {
  return analysisNamed(kind).result.parse(result) as AnalysisResult<K>
}
