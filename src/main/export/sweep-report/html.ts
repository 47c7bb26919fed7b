import { createHash } from 'node:crypto'
import { depthColor } from '../../../common/analysis/depth-ramp.ts'
import type { Figure } from '../../../common/export/figure.ts'
import type { ReportBlock, ReportFile, ReportMap, ReportTable, SweepReport } from '../../../common/report/sweep-report.ts'
import { embeddedFonts } from '../fonts.ts'
import { lineFigure } from '../line-figure.ts'
import { mapFigure } from '../map-figure.ts'
import { escapeText } from '../svg-text.ts'
import { withinRoom } from './byte-budget.ts'
import { pageStyle } from './page-style.ts'
import script from './report-page.js?raw'

/** A report stays below 5 MB; a little is kept for letters that are only in what is left out. */
const mostBytes = 4_900_000
/** Depths whose colours have a twin for the dark theme: all that are trained. */
const deepest = 1300

/**
 * Writes a report as one HTML file that needs nothing else: no request leaves it. Its policy allows the script and the style that are in
 * it and nothing more, so that whatever stands in a name stays a text.
 */
export function reportHtml(whole: SweepReport): string {
  // What is left out is found from the file as it would be without anything that could be.
  const fixed = whole.blocks.filter((block) => block.kind !== 'file' && block.kind !== 'map')
  const room = mostBytes - Buffer.byteLength(pageOf({ ...whole, blocks: fixed }))
  return pageOf({
    ...whole,
    blocks: withinRoom(whole.blocks, room, (block) => Buffer.byteLength(block.kind === 'file' ? fileOf(block) : mapOf(block))),
  })
}

function pageOf(report: SweepReport): string {
  const figures = report.blocks.flatMap((block) => (block.kind === 'figure' ? [block.figure] : []))
  const css = `${fontFaces(report)}\n${pageStyle}`
  const policy =
    `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(css)}'; ` +
    "font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
  const sections = report.blocks.flatMap((block) => (block.kind === 'section' ? [block.title] : []))
  const body = bodyOf(report.blocks)
  return [
    '<!doctype html>',
    '<html lang="en" data-theme="light">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="generator" content="Skiplab">',
    `<title>${escapeText(report.title)}</title>`,
    `<style>${css}</style>`,
    '</head>',
    '<body>',
    `<header><h1>${escapeText(report.title)}</h1><button type="button" id="theme" hidden>Light or dark</button></header>`,
    `<p class="quiet">${escapeText(report.subtitle)}</p>`,
    `<nav aria-label="Sections"><ul>${sections.map(linkTo).join('')}<li><a href="#files">Files</a></li></ul></nav>`,
    '<main>',
    ...body,
    '</main>',
    `<script type="application/json" id="report-data">${jsonIn({ figures, dark: darkColours(figures) })}</script>`,
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

function bodyOf(blocks: readonly ReportBlock[]): string[] {
  let figure = 0
  const files = blocks.filter((block) => block.kind === 'file')
  const parts = blocks.map((block): string => {
    switch (block.kind) {
      case 'section':
        return `<h2 id="${anchorOf(block.title)}">${escapeText(block.title)}</h2>`
      case 'heading':
        return `<h3>${escapeText(block.title)}</h3>`
      case 'text':
        return `<p${block.tone ? ` class="${block.tone}"` : ''}>${escapeText(block.text)}</p>`
      case 'facts':
        return `<dl class="facts">${block.facts.map(factOf).join('')}</dl>`
      case 'table':
        return tableOf(block)
      case 'figure':
        // The picture stands still where no script runs.
        return (
          `<figure><div class="chart" data-figure="${figure++}"><div class="still">${lineFigure(block.figure)}</div></div>` +
          `<figcaption>${escapeText(block.caption)}</figcaption></figure>`
        )
      case 'map':
        return mapOf(block)
      case 'commands':
        return `<pre><code>${escapeText(block.lines.join('\n'))}</code></pre>`
      case 'file':
        return ''
    }
  })
  return [...parts.filter((part) => part !== ''), '<h2 id="files">Files</h2>', `<ul>${files.map(fileOf).join('')}</ul>`]
}

function mapOf({ figure, caption }: ReportMap): string {
  return (
    `<figure><div class="still map" role="img" aria-label="${escapeText(figure.title)}">${mapFigure(figure)}</div>` +
    `<figcaption>${escapeText(caption)}</figcaption></figure>`
  )
}

function linkTo(title: string): string {
  return `<li><a href="#${anchorOf(title)}">${escapeText(title)}</a></li>`
}

function factOf([name, value]: readonly [string, string]): string {
  return `<dt>${escapeText(name)}</dt><dd>${escapeText(value)}</dd>`
}

function fileOf({ name, mime, text, words }: ReportFile): string {
  const address = `data:${mime};base64,${Buffer.from(text).toString('base64')}`
  return `<li><a download="${escapeText(name)}" href="${address}">${escapeText(name)}</a>: ${escapeText(words)}</li>`
}

function tableOf({ caption, columns, rows }: ReportTable): string {
  const align = (index: number): string => (columns[index]?.right ? ' class="right"' : '')
  const head = columns.map(({ title }, index) => `<th scope="col"${align(index)}>${escapeText(title)}</th>`).join('')
  const body = rows.map((row) => `<tr>${row.map((cell, index) => `<td${align(index)}>${escapeText(cell)}</td>`).join('')}</tr>`)
  return (
    `<div class="scroll" tabindex="0" role="region" aria-label="${escapeText(caption)}"><table><caption>${escapeText(caption)}</caption>` +
    `<thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`
  )
}

/** JSON that no parser of HTML can take for the end of its script. */
function jsonIn(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

function anchorOf(title: string): string {
  return `section-${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

/** Colours of lines on paper to those of the dark theme. */
function darkColours(figures: readonly Figure[]): Record<string, string> {
  const used = new Set(figures.flatMap(({ panels }) => panels.flatMap(({ lines }) => lines.map(({ colour }) => colour))))
  const dark: Record<string, string> = { '#1f2328': '#e9eaec' }
  for (let depth = 1; depth <= deepest; depth++) {
    const light = depthColor(depth, 'light')
    if (used.has(light)) dark[light] ??= depthColor(depth, 'dark')
  }
  return dark
}

/** The faces of the bundled font that the report's letters need. */
function fontFaces({ title, subtitle, blocks }: SweepReport): string {
  const text = JSON.stringify([
    title,
    subtitle,
    blocks.map((block) => (block.kind === 'file' ? block.words : block.kind === 'map' ? block.caption : block)),
  ])
  const letters = [...new Set(text)].join('')
  return embeddedFonts([
    { text: letters, weight: 400 },
    { text: letters, weight: 600 },
  ]).replaceAll(/<\/?style>/g, '')
}
