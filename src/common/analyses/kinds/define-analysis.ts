import type { z } from 'zod'
import type { Network } from '../../network/network.ts'

/** A run that was analysed, as tables and pictures call it. */
export interface AnalysedName {
  readonly id: number
  readonly name: string
  /** The analysed checkpoint's, 1-based; 0: its initial weights, or weights that were not trained here. */
  readonly epoch: number
  /** Its name, and the epoch where there are several of the run: "plain-20, seed 1, epoch 5". */
  readonly label: string
}

/** A result as a table, for the command line and CSV. */
export interface AnalysisTable {
  readonly columns: readonly {
    /** "gradient_norm", as a file heads it. */
    readonly name: string
    /** "gradient norm", as people read it. */
    readonly title: string
    /** Significant digits for people; left out for words and whole numbers. Files have all digits. */
    readonly digits?: number
  }[]
  /** null where there is no value. */
  readonly rows: readonly (readonly (string | number | null)[])[]
  /** Whole sentences below the table: what was found, and what was left out. */
  readonly notes: readonly string[]
}

/** All that is known of one kind of analysis without computing it. Each kind is one file in `kinds`, and one in the worker. */
export interface AnalysisDefinition<K extends string, O extends z.ZodObject, R extends z.ZodType> {
  /** As command line, contract and database call it: "layers". */
  readonly kind: K
  /** "Layer responses", for menus and headings. */
  readonly title: string
  /** What is measured, as a sentence. */
  readonly words: string
  /** What its picture shows and how to read it, in three sentences for whoever sees it for the first time. */
  readonly seen: readonly [string, string, string]
  /** How many runs one analysis takes. */
  readonly runs: { readonly min: number; readonly max: number }
  /**
   * Where one analysis takes several checkpoints of each run: most of all runs together, and its options then. Its result has a list of
   * runs, which holds a run once for each.
   */
  readonly several?: { readonly most: number; options?(options: z.output<O>): z.output<O> }
  /** Flat, with a default for each option, and `meta({ title, description })`: dialog and command line make their fields of it. */
  readonly options: O
  /** What the worker gives back, as JSON: a number that is not finite becomes null there. */
  readonly result: R
  /** Estimates the peak resident memory of its worker in bytes. */
  memoryBytes(networks: readonly Network[], options: z.output<O>): number
  /** Counts the multiply-adds that it computes, from which its time is foretold; a backward pass counts as two forward passes. */
  work(networks: readonly Network[], options: z.output<O>): number
  /** Tells in a sentence why these networks cannot be analysed so; null where they can. */
  problem?(networks: readonly Network[], options: z.output<O>): string | null
  /** Writes a result as a table. @param runs in their order in the analysis */
  table(result: z.output<R>, runs: readonly AnalysedName[]): AnalysisTable
  /** Sums a result up in few rows, where its table is far too long to be read. */
  summary?(result: z.output<R>, runs: readonly AnalysedName[]): AnalysisTable
}

/** A kind whose types do not matter to whoever holds it. */
export type AnyAnalysis = AnalysisDefinition<string, z.ZodObject, z.ZodType>

/** Gives a kind's definition the types of its options and its result. */
export function defineAnalysis<const K extends string, O extends z.ZodObject, R extends z.ZodType>(
  definition: AnalysisDefinition<K, O, R>,
): AnalysisDefinition<K, O, R> {
  return definition
}
