import type { MapFigure, MapPanel } from './map-figure.ts'

/** Cells of all panels of a figure together that a page can carry. */
const mostCells = 15_000

/**
 * Leaves rows and columns out, evenly, where a figure has more cells than a page can carry; the first and the last of each stay.
 * @returns the figure, and in words what of it is drawn; null for all
 */
export function sampledMap(figure: MapFigure): { figure: MapFigure; left: string | null } {
  const side = Math.max(2, Math.floor(Math.sqrt(mostCells / figure.panels.length)))
  const longest = Math.max(...figure.panels.flatMap(({ values }) => [values.length, values[0]!.length]))
  if (longest <= side) return { figure, left: null }
  return {
    figure: { ...figure, panels: figure.panels.map((panel) => sampledPanel(panel, side)) },
    left: `at most ${side} rows and columns of ${longest} are drawn`,
  }
}

function sampledPanel(panel: MapPanel, side: number): MapPanel {
  return { ...panel, values: sampled(panel.values, side).map((row) => sampled(row, side)) }
}

function sampled<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all]
  return Array.from({ length: most }, (_, index) => all[Math.round((index * (all.length - 1)) / (most - 1))]!)
}
