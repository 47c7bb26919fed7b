/**
 * Everything that keeps text from being read on the page as it is, one line each: text over or under other text, text that something
 * covers, text that is cut or shortened without a title, words that run into one another, text outside the window, and a page that can be
 * pushed sideways. Runs in the page.
 * What lies further down or beside in a scrolled pane counts too. Layers that are meant to cover (dialogs, drawers, sticky heads,
 * messages) may. Turned text of a drawing counts as the turned rectangle that it is.
 */
export const unreadableText = `(() => {
  const findings = new Set()
  const layers = 'dialog, [popover], [role=dialog], .side, .messages, [data-layer]'
  const words = (text) => JSON.stringify(text.trim().replace(/\\s+/g, ' ').slice(0, 48))
  const nameOf = (element) => element.tagName.toLowerCase() + [...element.classList].map((one) => '.' + one).join('')
  const meet = (a, b) => ({
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  })
  const some = (box, least = 2) => box.right - box.left > least && box.bottom - box.top > least
  const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight }
  const styles = new Map()
  const style = (element) => styles.get(element) ?? (styles.set(element, getComputedStyle(element)), styles.get(element))
  const parents = (element) => { const all = []; for (let one = element; one; one = one.parentElement) all.push(one); return all }
  const onLayer = (element) => element.closest(layers) ?? parents(element).find((one) => /sticky|fixed/.test(style(one).position)) ?? null
  /** A speck that screen readers read and nobody sees, or a link that comes with the focus. */
  const forReadersOnly = (element) => style(element).clipPath === 'inset(50%)' || element.matches('.skip:not(:focus)')
  const inner = (element) => {
    const box = element.getBoundingClientRect()
    const [left, top] = [box.left + element.clientLeft, box.top + element.clientTop]
    return { left, top, right: left + element.clientWidth, bottom: top + element.clientHeight }
  }
  const hidden = (element) =>
    element.closest('script, style, select, option, textarea') !== null ||
    parents(element).some(forReadersOnly) ||
    !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
  /** Corners of turned text, in order around it, as tall as its letters; null for level text. */
  const turned = (element) => {
    if (!(element instanceof SVGTextContentElement)) return null
    const matrix = element.getScreenCTM()
    if (!matrix || Math.abs(matrix.b) < 0.01 * Math.hypot(matrix.a, matrix.b)) return null
    const { x, y, width, height } = element.getBBox()
    const [top, bottom] = [y + height * 0.2, y + height * 0.8]
    const corners = [[x, top], [x + width, top], [x + width, bottom], [x, bottom]]
    return corners.map(([left, down]) => new DOMPoint(left, down).matrixTransform(matrix))
  }
  const cornersOf = ({ left, top, right, bottom }) =>
    [[left, top], [right, top], [right, bottom], [left, bottom]].map(([x, y]) => new DOMPoint(x, y))
  /** Whether no line separates two rectangles: separating axis theorem over the sides of both. */
  const cross = (a, b, least = 0.5) =>
    [a, b].every((corners) =>
      [0, 1].every((side) => {
        const [x, y] = [corners[side + 1].y - corners[side].y, corners[side].x - corners[side + 1].x]
        const along = (points) => points.map((point) => (point.x * x + point.y * y) / Math.hypot(x, y))
        const [one, other] = [along(a), along(b)]
        return Math.min(Math.max(...one), Math.max(...other)) - Math.max(Math.min(...one), Math.min(...other)) > least
      }),
    )
  const isRoot = (element) => element === document.documentElement || element === document.body

  const texts = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement
    if (!node.data.trim() || hidden(element)) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const around = parents(element)
    const chain = []
    for (const one of around) {
      // What is fixed is cut by nothing around it.
      chain.push(one)
      if (style(one).position === 'fixed') break
    }
    for (const line of range.getClientRects()) {
      if (line.width < 2) continue
      // A line's box is taller than its letters.
      const box = { left: line.left, right: line.right, top: line.top + line.height * 0.2, bottom: line.bottom - line.height * 0.2 }
      let seen = box
      let scroller = null
      let whole = box
      let lost = false
      for (const one of chain) {
        const { overflowX, overflowY, textOverflow } = style(one)
        const cuts = overflowX !== 'visible' || overflowY !== 'visible'
        if (isRoot(one) || !cuts || style(one).display === 'inline') continue
        const edge = inner(one)
        const scrolls = /auto|scroll/.test(overflowX + overflowY)
        const beside = whole.left < edge.left - 1 || whole.right > edge.right + 1
        const beyond = whole.top < edge.top - 1 || whole.bottom > edge.bottom + 1
        if (beside && textOverflow === 'ellipsis') {
          if (!one.closest('[title]') && !one.querySelector('[title]'))
            findings.add(words(node.data) + ' is shortened by ' + nameOf(one) + ' and has no title')
          whole = { ...whole, left: Math.max(whole.left, edge.left), right: Math.min(whole.right, edge.right) }
        } else if (!scroller && ((beside && !/auto|scroll/.test(overflowX)) || (beyond && !/auto|scroll/.test(overflowY)))) {
          findings.add(words(node.data) + ' is cut by ' + nameOf(one))
          lost = true
        }
        if (scrolls && !scroller) {
          scroller = one
          // Tables and logs may be wider than their pane; what is read line by line may not.
          if (beside && !element.closest('table, pre, svg, .mono, [role=table], [role=grid]'))
            findings.add(words(node.data) + ' is read only by scrolling ' + nameOf(one) + ' sideways')
        }
        seen = meet(seen, edge)
        if (!scroller) whole = meet(whole, edge)
      }
      const outside = box.left < -1 || box.right > innerWidth + 1 || box.top < -1 || box.bottom > innerHeight + 1
      if (!scroller && !lost && outside) findings.add(words(node.data) + ' is outside the window')
      texts.push({ node, element, whole, seen: meet(seen, screen), scroller, layer: onLayer(element), corners: turned(element) })
      const held = element.closest('button, .button, th, td, .tag')
      if (held && style(held).overflowX === 'visible' && style(held).display !== 'inline') {
        const edge = held.getBoundingClientRect()
        if (box.left < edge.left - 1 || box.right > edge.right + 1) findings.add(words(node.data) + ' sticks out of its ' + nameOf(held))
      }
    }
  }

  // Words without a space between them: two neighbours in the text, on one line.
  const isLetter = (character) => /[\\p{L}\\p{N}]/u.test(character ?? '')
  for (let at = 1; at < texts.length; at++) {
    const [a, b] = [texts[at - 1], texts[at]]
    if (a.element === b.element || a.element.closest('svg') || !isLetter(a.node.data.at(-1)) || !isLetter(b.node.data[0])) continue
    const sameLine = Math.min(a.whole.bottom, b.whole.bottom) - Math.max(a.whole.top, b.whole.top) > 2
    if (sameLine && Math.abs(b.whole.left - a.whole.right) < 1.5)
      findings.add(words(a.node.data) + ' runs into ' + words(b.node.data))
  }

  // What something else lies over.
  for (const { node, element, seen, corners } of texts) {
    if (!some(seen) || style(element).pointerEvents === 'none' || element.closest('[inert]')) continue
    const middle = { x: (seen.left + seen.right) / 2, y: (seen.top + seen.bottom) / 2 }
    const ends = [seen.left + 1.5, seen.right - 1.5].map((x) => ({ x, y: middle.y }))
    for (const { x, y } of corners ? [middle] : [middle, ...ends]) {
      const top = document.elementFromPoint(x, y)
      const hit = top?.getBoundingClientRect()
      // Beyond its box a thing reaches only to be grasped more easily.
      if (!top || x < hit.left || x > hit.right || y < hit.top || y > hit.bottom) continue
      if (top.contains(element) || element.contains(top)) continue
      if (onLayer(top) !== null && onLayer(top) !== onLayer(element)) continue
      const filled = (one) =>
        !/rgba\\(.*, 0\\)|transparent/.test(style(one).backgroundColor) || /^(IMG|CANVAS|INPUT|SELECT|BUTTON)$/.test(one.tagName)
      const opaque = parents(top).filter((one) => !one.contains(element)).some(filled)
      if (opaque) findings.add(words(node.data) + ' lies under ' + nameOf(top) + (top.textContent ? ' ' + words(top.textContent) : ''))
    }
  }

  // Letters on letters.
  texts.sort((a, b) => a.whole.left - b.whole.left)
  for (let first = 0; first < texts.length; first++) {
    for (let second = first + 1; second < texts.length; second++) {
      const a = texts[first]
      const b = texts[second]
      if (a.node === b.node || a.layer !== b.layer) continue
      if (a.scroller === b.scroller && b.whole.left > a.whole.right) break
      const both = a.scroller === b.scroller ? meet(a.whole, b.whole) : meet(a.seen, b.seen)
      if (!some(both)) continue
      const apart = (a.corners || b.corners) && !cross(a.corners ?? cornersOf(a.whole), b.corners ?? cornersOf(b.whole))
      if (!apart) findings.add(words(a.node.data) + ' and ' + words(b.node.data) + ' overlap')
    }
  }

  const pen = document.createElement('canvas').getContext('2d')
  for (const field of document.querySelectorAll('input, select')) {
    if (/checkbox|radio|range|color|file/.test(field.type) || !field.checkVisibility({ visibilityProperty: true })) continue
    const text = field.tagName === 'SELECT' ? (field.selectedOptions[0]?.label ?? '') : field.value || field.placeholder
    const look = style(field)
    pen.font = look.font
    const room = field.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight) - (field.tagName === 'SELECT' ? 14 : 0)
    if (text && pen.measureText(text).width > room + 2 && !field.title)
      findings.add(words(text) + ' is cut by its field ' + (field.getAttribute('aria-label') ?? field.id ?? ''))
  }

  const page = document.scrollingElement
  if (page.scrollWidth > innerWidth + 1) findings.add('the page is ' + (page.scrollWidth - innerWidth) + ' px wider than the window')
  return [...findings]
})()`
