import { endOnAxis, type Figure, figureOfPanel, type FigureLine, type FigurePanel } from './figure.ts'
import { latexText } from './latex.ts'

/** Centimetres of a CSS pixel. */
const centimetres = 2.54 / 96
/** Marks of pgfplots for those of our figures. */
const marks: Readonly<Record<FigureLine['shape'], string>> = {
  circle: '*',
  triangle: 'triangle*',
  rect: 'square*',
  rectRot: 'diamond*',
  cross: '+',
  crossRot: 'x',
  star: 'asterisk',
  line: '-',
}

/**
 * The figure as a picture for LaTeX, by pgfplots: to be read with `\input`, in the fonts of the text around it. Coordinates are the
 * figure's own numbers, but for edges of bands that a logarithmic axis cannot show, so that anything can be changed there.
 */
export function figurePgfplots(figure: Figure): string {
  const columns = Math.min(figure.panels.length, figure.columns ?? (figure.panels.length === 4 ? 2 : Math.min(3, figure.panels.length)))
  const rows = Math.ceil(figure.panels.length / columns)
  const isNamed = figure.panels.some(({ lines, levels }) => levels.length > 0 || lines.some(({ endLabel, dots }) => endLabel && !dots))
  const [beside, names] = [1.5, isNamed ? 1.5 : 0.1]
  const between = 0.9 + names
  const width = (figure.width * centimetres - beside - names - (columns - 1) * between) / columns
  const colours = [...new Set([...figure.panels.flatMap((panel) => panel.lines.map((line) => line.colour)), levelColour])]
  return [
    '% needs \\usepackage{pgfplots} \\usepgfplotslibrary{groupplots,fillbetween} \\pgfplotsset{compat=1.17}',
    ...colours.map((colour) => `\\definecolor{${nameOf(colour)}}{HTML}{${colour.slice(1).toUpperCase()}}`),
    '\\begin{tikzpicture}',
    `\\begin{groupplot}[group style={group size=${columns} by ${rows}, horizontal sep=${number(between)}cm, vertical sep=1.7cm},`,
    `  scale only axis, width=${number(width)}cm, height=${number(width * (columns === 1 ? 0.55 : 0.8))}cm,`,
    '  tick label style={font=\\footnotesize}, label style={font=\\small}, title style={font=\\small},',
    '  tick align=outside, tick pos=left, ymajorgrids, grid style={black!10}, unbounded coords=jump, clip mode=individual]',
    ...figure.panels.flatMap((panel, index) => panelLines(figureOfPanel(figure, panel), panel, index, columns)),
    '\\end{groupplot}',
    '\\end{tikzpicture}',
    '',
  ].join('\n')
}

const levelColour = '#8c959f'

function panelLines({ x, y }: Figure, panel: FigurePanel, index: number, columns: number): string[] {
  const isFirst = index % columns === 0
  const options = [
    ...(panel.title ? [`title={${latexText(panel.title)}}`] : []),
    `xlabel={${latexText(x.title)}}`,
    ...(isFirst ? [`ylabel={${latexText(y.title)}}`] : []),
    ...[`xmin=${number(x.min)}`, `xmax=${number(x.max)}`, `ymin=${number(y.min)}`, `ymax=${number(y.max)}`],
    ...(x.logarithmic ? ['xmode=log'] : []),
    ...(y.logarithmic ? ['ymode=log'] : []),
    ...tickOptions(x),
  ]
  return [
    `\\nextgroupplot[${options.join(', ')}]`,
    ...panel.verticals.map(
      (one) =>
        `\\addplot[black!40, thin, forget plot] coordinates {(${number(one.x)},${number(y.min)}) (${number(one.x)},${number(y.max)})};`,
    ),
    ...panel.lines.flatMap((line, at) => lineOf(line, y, `${index}x${at}`)),
    ...panel.lines.flatMap((line) => endName(line, x, y)),
    ...panel.levels.map(
      (level) =>
        `\\addplot[${nameOf(levelColour)}, very thick, forget plot] coordinates ` +
        `{(${number(x.max - (x.max - x.min) * 0.05)},${number(level.y)}) ` +
        `(${number(x.max)},${number(level.y)})}; ${nodeAt(x.max, level.y, nameOf(levelColour), level.label)}`,
    ),
  ]
}

function lineOf(line: FigureLine, y: Figure['y'], name: string): string[] {
  const colour = nameOf(line.colour)
  const look = line.dots
    ? `only marks, mark=${marks[line.shape]}, mark size=1.6pt`
    : `${line.dashed ? 'dashed, ' : ''}line width=${number(line.strokeWidth * 0.75)}pt${line.stepped ? ', const plot' : ''}`
  const bars = line.band && line.bandAs === 'bars'
  const strip = line.band && line.bandAs === 'strip' ? stripOf(line, y, colour, name) : []
  return [
    `% ${line.label.replaceAll(/\s+/g, ' ')}`,
    ...strip,
    bars
      ? `\\addplot+[${colour}, ${look}, mark=none, forget plot, ` +
        `error bars/.cd, error bar style={solid}, y dir=both, y explicit] coordinates {${barPoints(line)}};`
      : `\\addplot[${colour}, ${look}, forget plot] coordinates {${points(line.x, line.y)}};`,
  ]
}

function stripOf({ x, band }: FigureLine, y: Figure['y'], colour: string, name: string): string[] {
  const low = x.map((_, index) => endOnAxis(band?.low[index], y))
  return [
    `\\addplot[draw=none, forget plot, name path=low${name}] coordinates {${points(x, low)}};`,
    `\\addplot[draw=none, forget plot, name path=high${name}] coordinates {${points(x, band?.high ?? [])}};`,
    `\\addplot[${colour}, fill opacity=0.16, forget plot] fill between[of=low${name} and high${name}];`,
  ]
}

/** What is not a number leaves a gap. */
function points(x: readonly number[], y: readonly (number | null)[]): string {
  return x.map((at, index) => `(${number(at)},${isNumber(y[index]) ? number(y[index]) : 'nan'})`).join(' ')
}

/** A line's name where it ends or leaves the panel, outside of what is clipped. */
function endName({ x: xs, y: ys, endLabel, colour }: FigureLine, x: Figure['x'], y: Figure['y']): string[] {
  const last = xs.findLastIndex((at, index) => at <= x.max && isNumber(ys[index]))
  const value = ys[last]
  if (!endLabel || !isNumber(value) || value < y.min || value > y.max) return []
  return [nodeAt(xs[last]!, value, nameOf(colour), endLabel)]
}

function nodeAt(x: number, y: number, colour: string, text: string): string {
  return `\\node[right, font=\\scriptsize, text=${colour}] at (axis cs:${number(x)},${number(y)}) {${latexText(text)}};`
}

/** Ticks at depths, or at round numbers of a logarithmic axis, written as they are. */
function tickOptions({ ticks, logarithmic, min, max }: Figure['x']): string[] {
  const chosen = ticks ?? (logarithmic ? roundNumbers(min, max) : null)
  return chosen ? [`xtick={${chosen.map(number).join(',')}}`, `xticklabels={${chosen.map(number).join(',')}}`] : []
}

function roundNumbers(min: number, max: number): number[] {
  const powers = Array.from({ length: Math.ceil(Math.log10(max / min)) + 2 }, (_, index) => 10 ** (Math.floor(Math.log10(min)) + index))
  const within = (digits: readonly number[]): number[] =>
    powers.flatMap((power) => digits.map((digit) => digit * power)).filter((value) => value >= min && value <= max)
  const few = within([1, 2, 5])
  return few.length > 1 ? few : within([1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8])
}

function barPoints({ x, y, band }: FigureLine): string {
  return x
    .flatMap((at, index) => {
      const [value, high] = [y[index], band?.high[index]]
      return isNumber(value) ? [`(${number(at)},${number(value)}) +- (0,${number(isNumber(high) ? high - value : 0)})`] : []
    })
    .join(' ')
}

function isNumber(value: number | null | undefined): value is number {
  return value !== null && value !== undefined && Number.isFinite(value)
}

/** TeX reads no more than some eight digits of a number, and no exponent in a length. */
function number(value: number): string {
  return String(Number(value.toPrecision(7)))
}

function nameOf(colour: string): string {
  return `skiplab${colour.slice(1)}`
}
