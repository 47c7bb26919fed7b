// The part of a sweep's report that moves: charts that are read with the pointer or the arrow keys, lines that come and go, the theme.
// It runs from a file, without a network. Everything it shows is in the JSON beside it; text is only ever set as text.
;(() => {
  const { figures, dark } = JSON.parse(document.getElementById('report-data').textContent)
  const root = document.documentElement
  const svgName = 'http://www.w3.org/2000/svg'
  const isDark = () => root.dataset.theme === 'dark'
  const colourOf = (colour) => (isDark() ? (dark[colour] ?? colour) : colour)
  const ink = () => (isDark() ? '#e9eaec' : '#1f2328')
  const quiet = () => (isDark() ? '#989ca6' : '#646c76')

  function make(name, attributes, parent, text) {
    const element = document.createElementNS(svgName, name)
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
    if (text !== undefined) element.textContent = text
    parent?.append(element)
    return element
  }
  function html(name, className, parent, text) {
    const element = document.createElement(name)
    if (className) element.className = className
    if (text !== undefined) element.textContent = text
    parent?.append(element)
    return element
  }

  const pen = document.createElement('canvas').getContext('2d')
  pen.font = `600 12px ${getComputedStyle(document.body).fontFamily}`
  const nameWidth = (name) => pen.measureText(name).width

  const digits = (value) => (Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 1 ? value.toFixed(2) : value.toPrecision(3))
  const short = (value) => String(Number(value.toPrecision(6)))

  /** Round values between two ends; decades and their halves on a logarithmic axis. */
  function ticksOf(axis, count) {
    if (axis.ticks) return axis.ticks.filter((value) => value >= axis.min && value <= axis.max)
    if (axis.logarithmic) {
      if (!(axis.min > 0)) return []
      const all = []
      for (let power = Math.floor(Math.log10(axis.min)); 10 ** power <= axis.max; power++)
        for (const first of [1, 2, 5]) all.push(first * 10 ** power)
      return all.filter((value) => value >= axis.min && value <= axis.max)
    }
    const rough = (axis.max - axis.min) / count
    const size = 10 ** Math.floor(Math.log10(rough))
    let step = [1, 2, 5, 10].find((each) => each * size >= rough) * size
    if (axis.whole) step = Math.max(1, Math.round(step))
    const ticks = []
    // Multiples, not sums, whose rounding would write -5.6e-17 for 0.
    const first = Math.ceil(axis.min / step - 1e-9)
    for (let index = first; index * step <= axis.max + step * 1e-9; index++) ticks.push(Number((index * step).toPrecision(12)) || 0)
    return ticks
  }
  function scaleOf(axis, from, to) {
    const at = axis.logarithmic ? Math.log : (value) => value
    const [low, high] = [at(axis.min), at(axis.max)]
    return (value) => from + ((at(value) - low) / (high - low || 1)) * (to - from)
  }

  /** Points along a line as it is drawn, a few pixels apart. */
  function pathPoints(line, x, y) {
    const points = []
    let before = null
    line.x.forEach((at, index) => {
      const value = line.y[index]
      const point = value === null || !Number.isFinite(value) ? null : [x(at), y(value)]
      if (point && before && !line.dots) {
        const steps = Math.ceil(Math.hypot(point[0] - before[0], point[1] - before[1]) / 6)
        for (let step = 1; step < steps; step++)
          points.push([before[0] + ((point[0] - before[0]) * step) / steps, before[1] + ((point[1] - before[1]) * step) / steps])
      }
      if (point) points.push(point)
      before = point
    })
    return points
  }

  class Chart {
    constructor(holder, figure) {
      this.figure = figure
      this.hidden = new Set()
      this.width = 0
      this.at = null
      holder.replaceChildren()
      this.legend = html('div', 'legend', holder)
      this.drawing = html('div', 'drawing', holder)
      this.drawing.tabIndex = 0
      this.drawing.setAttribute('role', 'img')
      this.drawing.setAttribute('aria-label', `${figure.title}. Arrow keys read values.`)
      this.readout = html('div', 'readout', holder)
      this.readout.setAttribute('role', 'status')
      this.makeLegend()
      new ResizeObserver(([entry]) => {
        const width = Math.floor(entry.contentRect.width)
        if (width > 0 && width !== this.width) {
          this.width = width
          this.draw()
        }
      }).observe(this.drawing)
      this.drawing.addEventListener('pointermove', (event) => this.point(event))
      this.drawing.addEventListener('pointerleave', () => this.read(null))
      this.drawing.addEventListener('keydown', (event) => this.key(event))
    }

    /** One switch for each line's name; lines of that name in all panels go together, with their marks. */
    makeLegend() {
      const names = new Map()
      for (const panel of this.figure.panels)
        for (const line of panel.lines) if (line.label && !line.aid && !names.has(line.label)) names.set(line.label, line)
      for (const [label, line] of names) {
        const button = html('button', 'line', this.legend)
        button.type = 'button'
        button.setAttribute('aria-pressed', 'true')
        const swatch = make('svg', { width: 22, height: 10, 'aria-hidden': 'true' }, button)
        this.swatches ??= []
        this.swatches.push({ swatch, line })
        html('span', '', button, label)
        button.addEventListener('click', () => {
          if (!this.hidden.delete(label)) this.hidden.add(label)
          button.setAttribute('aria-pressed', String(!this.hidden.has(label)))
          this.draw()
        })
      }
    }

    shows(line) {
      return ![...this.hidden].some((label) => line.label === label || (line.aid && line.label.startsWith(`${label}, `)))
    }

    draw() {
      for (const { swatch, line } of this.swatches ?? []) {
        swatch.replaceChildren()
        make('line', { x1: 0, x2: 22, y1: 5, y2: 5, ...this.stroke(line) }, swatch)
      }
      const { figure, width } = this
      const wanted = figure.columns ?? (figure.panels.length === 4 ? 2 : Math.min(3, figure.panels.length))
      const columns = width < 520 ? 1 : Math.min(wanted, figure.panels.length)
      const names = figure.panels.flatMap((panel) => [
        ...panel.lines.flatMap((line) => (line.endLabel && !line.dots ? [line.endLabel] : [])),
        ...panel.levels.map((level) => level.label),
      ])
      const room = 12 + Math.max(0, ...names.map(nameWidth))
      const [left, gap, top, bottom] = [52, 52 + room, 24, 40]
      const panelWidth = (width - columns * gap) / columns
      const panelHeight = Math.round(Math.min(320, Math.max(170, panelWidth * 0.66)))
      const rows = Math.ceil(figure.panels.length / columns)
      this.drawing.replaceChildren()
      const svg = make('svg', { width, height: rows * (panelHeight + top + bottom), 'font-size': 12, fill: ink() }, this.drawing)
      this.plots = figure.panels.map((panel, index) => {
        const x0 = left + (index % columns) * (panelWidth + gap)
        const y0 = top + Math.floor(index / columns) * (panelHeight + top + bottom)
        return this.drawPanel(svg, panel, {
          x0,
          y0,
          x1: x0 + panelWidth,
          y1: y0 + panelHeight,
          clip: `clip-${figures.indexOf(figure)}-${index}`,
        })
      })
      this.svg = svg
      this.cross = make('g', { 'pointer-events': 'none' }, svg)
      this.read(this.at)
    }

    stroke(line) {
      return {
        stroke: colourOf(line.colour),
        'stroke-width': line.strokeWidth,
        'stroke-dasharray': line.dashed ? '4,3' : 'none',
        fill: 'none',
      }
    }

    drawPanel(svg, panel, box) {
      const xAxis = { ...(panel.x ?? this.figure.x) }
      const xTitle = panel.xTitle ?? panel.x?.title ?? this.figure.x.title
      const [x, y] = [scaleOf(xAxis, box.x0, box.x1), scaleOf(this.figure.y, box.y1, box.y0)]
      const clip = make('clipPath', { id: box.clip }, svg)
      make('rect', { x: box.x0, y: box.y0, width: box.x1 - box.x0, height: box.y1 - box.y0 }, clip)
      for (const tick of ticksOf(this.figure.y, 5)) {
        make('line', { x1: box.x0, x2: box.x1, y1: y(tick), y2: y(tick), stroke: ink(), 'stroke-opacity': 0.1 }, svg)
        make('text', { x: box.x0 - 6, y: y(tick) + 4, 'text-anchor': 'end' }, svg, short(tick))
      }
      let free = -Infinity
      for (const tick of ticksOf(xAxis, Math.max(2, Math.floor((box.x1 - box.x0) / 70)))) {
        const at = x(tick)
        make('line', { x1: at, x2: at, y1: box.y1, y2: box.y1 + 4, stroke: ink() }, svg)
        if (at < free) continue
        make('text', { x: at, y: box.y1 + 17, 'text-anchor': 'middle' }, svg, short(tick))
        free = at + 10 + 7 * short(tick).length
      }
      make(
        'rect',
        { x: box.x0, y: box.y0, width: box.x1 - box.x0, height: box.y1 - box.y0, fill: 'none', stroke: ink(), 'stroke-opacity': 0.35 },
        svg,
      )
      make('text', { x: box.x0, y: box.y0 - 8, 'font-weight': 600 }, svg, panel.title)
      make('text', { x: (box.x0 + box.x1) / 2, y: box.y1 + 33, 'text-anchor': 'middle', fill: quiet() }, svg, xTitle)
      const middle = (box.y0 + box.y1) / 2
      make(
        'text',
        { transform: `translate(${box.x0 - 40},${middle}) rotate(-90)`, 'text-anchor': 'middle', fill: quiet() },
        svg,
        this.figure.y.title,
      )
      const inside = make('g', { 'clip-path': `url(#${box.clip})` }, svg)
      for (const one of panel.verticals)
        make('line', { x1: x(one.x), x2: x(one.x), y1: box.y0, y2: box.y1, stroke: quiet(), 'stroke-opacity': 0.5 }, inside)
      const shown = panel.lines.filter((line) => this.shows(line))
      for (const line of shown) this.drawLine(inside, svg, line, x, y)
      for (const level of panel.levels)
        make('line', { x1: box.x1 - 14, x2: box.x1, y1: y(level.y), y2: y(level.y), stroke: quiet(), 'stroke-width': 2 }, inside)
      this.endLabels(svg, shown, panel.levels, x, y, box)
      return { panel, x, y, box, shown: shown.filter((line) => !line.aid) }
    }

    /** A logarithmic axis has no room for zero and less: such an end lies below it. */
    onAxis(end) {
      const { logarithmic, min } = this.figure.y
      return logarithmic && end <= 0 ? min / 10 : end
    }

    drawLine(inside, svg, line, x, y) {
      const known = line.x.map((at, index) => [at, line.y[index], index]).filter(([, value]) => value !== null && Number.isFinite(value))
      if (line.band && line.bandAs === 'strip') {
        const ends = (side) =>
          known
            .filter(([, , index]) => line.band[side][index] !== null)
            .map(([at, , index]) => `${x(at)},${y(this.onAxis(line.band[side][index]))}`)
        make(
          'path',
          { d: `M${[...ends('low'), ...ends('high').reverse()].join('L')}Z`, fill: colourOf(line.colour), 'fill-opacity': 0.16 },
          inside,
        )
      }
      if (line.band && line.bandAs === 'bars')
        for (const [at, , index] of known)
          if (line.band.low[index] !== null)
            make(
              'line',
              {
                x1: x(at),
                x2: x(at),
                y1: y(this.onAxis(line.band.low[index])),
                y2: y(line.band.high[index]),
                stroke: colourOf(line.colour),
              },
              inside,
            )
      if (line.dots || known.length === 1)
        for (const [at, value] of known)
          make(
            'circle',
            { cx: x(at), cy: y(value), r: 3, fill: line.dashed ? 'none' : colourOf(line.colour), stroke: colourOf(line.colour) },
            svg,
          )
      else
        make(
          'path',
          { d: `M${known.map(([at, value]) => `${x(at)},${y(value)}`).join('L')}`, 'stroke-linejoin': 'round', ...this.stroke(line) },
          inside,
        )
    }

    /** Names beside the panel, moved apart where they would touch. */
    endLabels(svg, lines, levels, x, y, box) {
      const published = levels
        .map(({ y: value, label }) => ({ line: { endLabel: label, colour: quiet() }, at: y(value), left: box.x1 + 5 }))
        .filter(({ at }) => at >= box.y0 - 2 && at <= box.y1 + 2)
      const labels = lines
        .filter((line) => line.endLabel)
        .flatMap((line) => {
          const index = line.y.findLastIndex((value) => value !== null)
          const at = index < 0 ? NaN : y(line.y[index])
          return at >= box.y0 - 2 && at <= box.y1 + 2 ? [{ line, at, left: Math.min(x(line.x[index]), box.x1) + (line.dots ? 6 : 5) }] : []
        })
        .concat(published)
        .sort((a, b) => a.at - b.at)
      const taken = []
      const named = (label, at) => {
        const attributes = { x: label.left, y: at + 4, fill: colourOf(label.line.colour), 'font-weight': 600, class: 'rimmed' }
        make('text', attributes, svg, label.line.endLabel)
        taken.push({ left: label.left, right: label.left + nameWidth(label.line.endLabel), at })
      }
      for (const label of labels) if (label.line.dots) named(label, label.at)
      const moved = labels.filter((label) => !label.line.dots)
      const endsInside = (label) => label.left + nameWidth(label.line.endLabel) <= box.x1
      const margin = moved.filter((label) => !endsInside(label))
      const positions = []
      for (const { at } of margin) positions.push(Math.max(at, (positions.at(-1) ?? -Infinity) + 13))
      margin.forEach((label, index) => named(label, Math.min(positions[index], box.y1 - 6 - 13 * (margin.length - 1 - index))))
      const drawn = lines.flatMap((line) => pathPoints(line, x, y))
      for (const label of moved.filter(endsInside)) this.nameInside(label, box, taken, drawn, svg, named)
    }

    /** Names a line that ends inside the axes where nothing is covered; a thin line leads there. */
    nameInside(label, box, taken, drawn, svg, named) {
      const right = label.left + nameWidth(label.line.endLabel)
      const inSight = (at) => at > box.y0 + 8 && at < box.y1 - 5
      const covers = (at) =>
        taken.some((other) => other.left < right && label.left < other.right && Math.abs(other.at - at) < 13) ||
        drawn.some(([px, py]) => px > label.left - 2 && px < right + 2 && Math.abs(py - at) < 9)
      const steps = [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((step) => [label.at - 13 * step, label.at + 13 * step]).filter(inSight)
      const at = steps.find((one) => !covers(one)) ?? Math.min(label.at, box.y1 - 6)
      const stroke = { stroke: colourOf(label.line.colour), 'stroke-width': 0.5 }
      if (Math.abs(at - label.at) > 13) make('line', { x1: label.left - 5, y1: label.at, x2: label.left - 1, y2: at, ...stroke }, svg)
      named(label, at)
    }

    point(event) {
      const box = this.svg.getBoundingClientRect()
      const [px, py] = [event.clientX - box.left, event.clientY - box.top]
      const plot = this.plots.find((one) => px >= one.box.x0 - 4 && px <= one.box.x1 + 4 && py >= one.box.y0 && py <= one.box.y1)
      if (!plot) return this.read(null)
      const all = plot.shown.flatMap((line) => line.x)
      if (all.length === 0) return this.read(null)
      const nearest = all.reduce((best, at) => (Math.abs(plot.x(at) - px) < Math.abs(plot.x(best) - px) ? at : best))
      this.read({ panel: this.plots.indexOf(plot), value: nearest })
    }

    key(event) {
      const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key]
      if (event.key === 'Escape') return this.read(null)
      if (step === undefined) return
      event.preventDefault()
      const panel = this.at?.panel ?? 0
      const all = [...new Set(this.plots[panel].shown.flatMap((line) => line.x))].sort((a, b) => a - b)
      const index = this.at ? all.indexOf(this.at.value) : step > 0 ? -1 : all.length
      const next = Math.min(all.length - 1, Math.max(0, step === -Infinity ? 0 : step === Infinity ? all.length - 1 : index + step))
      if (all.length) this.read({ panel, value: all[next] })
    }

    /** Says what all lines of a panel have at a value of its axis; panels that share the axis are read together. */
    read(at) {
      this.at = at
      this.cross?.replaceChildren()
      this.readout.replaceChildren()
      if (!at || !this.plots) return
      const own = this.plots[at.panel]
      const together = this.plots.filter(
        (plot) => plot === own || (!plot.panel.x && !own.panel.x && plot.panel.xTitle === own.panel.xTitle),
      )
      const title = own.panel.xTitle ?? own.panel.x?.title ?? this.figure.x.title
      html('p', '', this.readout, `${title}: ${short(at.value)}`)
      const list = html('dl', '', this.readout)
      for (const plot of together) {
        make('line', { x1: plot.x(at.value), x2: plot.x(at.value), y1: plot.box.y0, y2: plot.box.y1, stroke: quiet() }, this.cross)
        for (const line of plot.shown) {
          // Bars have no name: the marks at their tops are read.
          if (!line.label) continue
          const index = line.x.indexOf(at.value)
          const value = index < 0 ? null : line.y[index]
          if (value === null || value === undefined) continue
          make('circle', { cx: plot.x(at.value), cy: plot.y(value), r: 3.5, fill: colourOf(line.colour) }, this.cross)
          const spread = line.band && line.band.high[index] !== null ? ` ± ${digits(line.band.high[index] - value)}` : ''
          const where = plot.panel.title && together.length > 1 ? `${plot.panel.title}: ` : ''
          html('dt', '', list, `${where}${line.label}`)
          html('dd', '', list, `${digits(value)}${spread}`)
        }
      }
    }
  }

  const charts = [...document.querySelectorAll('[data-figure]')].map((holder) => new Chart(holder, figures[Number(holder.dataset.figure)]))
  function setTheme(theme) {
    root.dataset.theme = theme
    for (const chart of charts) if (chart.width) chart.draw()
  }
  const button = document.getElementById('theme')
  button.hidden = false
  button.addEventListener('click', () => setTheme(isDark() ? 'light' : 'dark'))
  setTheme(matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
  let before = null
  addEventListener('beforeprint', () => {
    before = root.dataset.theme
    setTheme('light')
  })
  addEventListener('afterprint', () => before && setTheme(before))
})()
