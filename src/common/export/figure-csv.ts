import { csvLine } from './csv.ts'
import { type Figure, xTitleOf } from './figure.ts'

/** A figure's numbers as RFC 4180 text: a row a point, in the units of the axes; strips have their ends beside it. */
export function figureCsv(figure: Figure): string {
  const head = csvLine(['panel', 'line', 'x_axis', 'y_axis', 'x', 'y', 'low', 'high'])
  const rows = figure.panels.flatMap((panel) => {
    const axes = [xTitleOf(figure, panel), figure.y.title]
    return panel.lines
      .filter((line) => !line.aid)
      .flatMap(({ label, x, y, band }) =>
        x.map((at, index) =>
          csvLine([panel.title, label, ...axes, at, y[index] ?? null, band?.low[index] ?? null, band?.high[index] ?? null]),
        ),
      )
  })
  return head + rows.join('')
}
