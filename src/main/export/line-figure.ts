import { type Figure, figureKey, figureOfPanel, type FigureKey, type FigurePanel } from '../../common/export/figure.ts'
import { type Look, lookOf } from './figure-style.ts'
import { textWidth } from './fonts.ts'
import { panelGrid, type PanelGrid } from './panel-grid.ts'
import { lineHeightOf, type PanelLabel, panelLabels } from './panel-labels.ts'
import { drawPanel, tickNumbersWidth, titleHeightOf } from './panel.ts'
import { composeFigure } from './svg-figure.ts'
import { wrapText } from './svg-text.ts'

/** Axes narrower than this have no room for "56 layers" beside them, pixels. */
const roomForWords = 170

interface Layout {
  readonly labels: readonly (readonly PanelLabel[])[]
  readonly labelRoom: number
  readonly titles: readonly (readonly string[])[]
  readonly grid: PanelGrid
  readonly axisWidth: number
}

/**
 * Draws a figure of lines as SVG: panels with shared axes, lines named at their ends. Every figure of curves is drawn here, the page's
 * too.
 */
export function lineFigure(figure: Figure): string {
  const look = lookOf(figure.width)
  const whole = layOut(figure, look)
  const short = shortened(figure)
  const isNarrow = look.compact || (whole.grid.cells[0]?.width ?? 0) < roomForWords
  const chosen = isNarrow && short ? { figure: short, layout: layOut(short, look) } : { figure, layout: whole }
  const named = namedInKey(chosen.figure, chosen.layout, look)
  const { figure: drawn, layout } = named ? { figure: named, layout: layOut(named, look) } : chosen
  const plots = drawn.panels.map((panel, index) =>
    drawPanel(panel, {
      figure: figureOfPanel(drawn, panel),
      look,
      cell: layout.grid.cells[index]!,
      titleLines: layout.titles[index]!,
      labels: layout.labels[index]!,
      labelRoom: layout.labelRoom,
      axisWidth: layout.axisWidth,
    }),
  )
  const unnamed = [...new Set(plots.flatMap((plot) => plot.unnamed))]
  return composeFigure({
    width: figure.width,
    title: figure.title,
    subtitle: figure.subtitle,
    show: figure.show,
    legend: unnamed.length
      ? [
          ...drawn.key,
          figureKey({
            label:
              `no room for the name${unnamed.length > 1 ? 's' : ''} of ` +
              `${unnamed.slice(0, 3).join(', ')}${unnamed.length > 3 ? ` and ${unnamed.length - 3} more` : ''}`,
          }),
        ]
      : drawn.key,
    plots,
    plotHeight: layout.grid.height,
  })
}

function layOut(figure: Figure, look: Look): Layout {
  const labels = figure.panels.map((panel) => panelLabels(panel, figureOfPanel(figure, panel)))
  const beside = labels.flat().filter((label) => label.atEdge)
  const labelRoom = Math.ceil(Math.max(4, ...beside.map((label) => textWidth(label.label, look.label, 600) + 9)))
  const axisWidth = Math.ceil(tickNumbersWidth(figure, look, 150) + look.tick * 1.3 + 14)
  const verticals = figure.panels.some((panel) => panel.verticals.some((one) => one.label))
  const sized = { ...look, axisWidth }
  const draft = panelGrid(figure, sized, labelRoom, 0)
  const titles = figure.panels.map(({ title }) =>
    title ? wrapText(title, (draft.cells[0]?.width ?? figure.width) + labelRoom, look.panelTitle, 600) : [],
  )
  const titleHeight = titleHeightOf(Math.max(...titles.map((lines) => lines.length)), verticals, look)
  return { labels, labelRoom, titles, grid: panelGrid(figure, sized, labelRoom, titleHeight), axisWidth: axisWidth - look.tick * 0.8 }
}

/** Shortens "56 layers" to "56", explained once in the legend; null where names say something else. */
function shortened(figure: Figure): Figure | null {
  const names = figure.panels.flatMap((panel) => panel.lines.flatMap((line) => line.endLabel ?? []))
  if (names.length === 0 || !names.every((name) => /^\d+ layers/.test(name))) return null
  const panels = figure.panels.map((panel) => ({
    ...panel,
    lines: panel.lines.map((line) => ({ ...line, endLabel: line.endLabel?.replace(/^(\d+) layers/, '$1') ?? null })),
    levels: panel.levels.map((level) => ({ ...level, label: level.label.replace(/, paper$/, '') })),
  }))
  return { ...figure, panels, key: [...figure.key, figureKey({ label: 'numbers at lines: layers' })] }
}

/**
 * Where the names beside a panel find no room above one another: as entries of the legend, in the order of the lines' ends. Null where
 * they do.
 */
function namedInKey(figure: Figure, { labels, grid }: Layout, look: Look): Figure | null {
  const room = Math.floor(((grid.cells[0]?.height ?? 0) + look.label) / lineHeightOf(look))
  if (labels.every((own) => own.filter((label) => label.atEdge).length <= room)) return null
  const entries = new Map<string, FigureKey & { end: number }>()
  for (const panel of figure.panels) {
    for (const line of panel.lines) {
      if (!line.endLabel) continue
      const label = `${line.endLabel}${line.diverged ? ' ×' : ''}`
      const key = `${label} ${line.colour}`
      if (!entries.has(key))
        entries.set(key, {
          ...figureKey({ label, colour: line.colour, dashed: line.dashed, strokeWidth: line.strokeWidth }),
          end: line.y.findLast((value) => value !== null) ?? 0,
        })
    }
  }
  const sorted = [...entries.values()].sort((a, b) => b.end - a.end).map(({ end: _, ...entry }) => entry)
  const panels = figure.panels.map((panel): FigurePanel => ({ ...panel, lines: panel.lines.map((line) => ({ ...line, endLabel: null })) }))
  return { ...figure, panels, key: [...figure.key, ...sorted] }
}
