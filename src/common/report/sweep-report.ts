import type { Figure } from '../export/figure.ts'
import type { MapFigure } from '../export/map-figure.ts'

/** What a report is made of, whatever file it becomes. Texts are plain: each writer escapes them. */
export type ReportBlock =
  | { readonly kind: 'section'; readonly title: string }
  /** Of a part of a section. */
  | { readonly kind: 'heading'; readonly title: string }
  | { readonly kind: 'text'; readonly text: string; readonly tone?: 'answer' | 'quiet' }
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [name: string, value: string])[] }
  | ReportTable
  | { readonly kind: 'figure'; readonly figure: Figure; readonly caption: string }
  | ReportMap
  | { readonly kind: 'commands'; readonly lines: readonly string[] }
  | ReportFile

export interface ReportTable {
  readonly kind: 'table'
  readonly caption: string
  readonly columns: readonly { readonly title: string; readonly right?: boolean }[]
  readonly rows: readonly (readonly string[])[]
}

/** A file that is inside the report. */
export interface ReportFile {
  readonly kind: 'file'
  readonly name: string
  readonly mime: string
  readonly text: string
  /** What it is. */
  readonly words: string
  /** Gives the same file, where there is no room for it. */
  readonly command?: string
}

/** A figure of heat maps, which stands still. */
export interface ReportMap {
  readonly kind: 'map'
  readonly figure: MapFigure
  readonly caption: string
  /** Shows it, where there is no room for it. */
  readonly command: string
}

/** A sweep, what came of it and how to repeat it, ready to be written. */
export interface SweepReport {
  readonly title: string
  readonly subtitle: string
  readonly blocks: readonly ReportBlock[]
}

export const reportFormats = ['html', 'pdf'] as const
export type ReportFormat = (typeof reportFormats)[number]
