/** Commands that a figure may use, and nothing else. */
const commands = new Set([
  ...['definecolor', 'begin', 'end', 'nextgroupplot', 'addplot', 'footnotesize', 'small', 'scriptsize', 'node'],
  ...['textbackslash', 'textasciitilde', 'textasciicircum', 'pm', 'times', 'div', 'le', 'ge', 'dots'],
])
const environments = new Set(['tikzpicture', 'groupplot'])

/**
 * Reads a pgfplots picture as strictly as can be done without TeX: balanced braces, brackets and dollars, environments that close in order,
 * known commands only, each plot ended by a semicolon and with coordinates that are numbers.
 * @returns what is wrong, in words
 */
export function texProblems(tex: string): string[] {
  const text = tex.replaceAll(/(^|[^\\])%.*$/gm, '$1')
  const problems: string[] = []
  for (const [, name] of text.matchAll(/\\([a-zA-Z]+)/g)) if (!commands.has(name!)) problems.push(`command \\${name}`)
  const plain = text.replaceAll(/\\[^a-zA-Z]/g, '')
  problems.push(...unbalanced(plain))
  if ((plain.match(/\$/g)?.length ?? 0) % 2 === 1) problems.push('an open $')
  if (/[#&_~^]/.test(plain)) problems.push(`a bare ${/[#&_~^]/.exec(plain)![0]}`)
  const open: string[] = []
  for (const [, kind, name] of plain.matchAll(/\\(begin|end)\{(\w+)\}/g)) {
    if (!environments.has(name!)) problems.push(`environment ${name}`)
    if (kind === 'begin') open.push(name!)
    else if (open.pop() !== name) problems.push(`\\end{${name}} out of order`)
  }
  for (const plot of plain.split(/\\(?:addplot|node)/).slice(1))
    if (!/;\s*$/.test(plot.split(/\\nextgroupplot|\\end/)[0]!)) problems.push('a plot without ;')
  const number = String.raw`(?:-?\d+(?:\.\d+)?(?:e-?\d+)?|nan)`
  const point = String.raw`\(${number},${number}\)(?: \+- \(0,${number}\))?`
  for (const [, list] of plain.matchAll(/coordinates \{([^}]*)\}/g))
    if (!new RegExp(`^(?:${point}(?: ${point})*)?$`).test(list!)) problems.push(`coordinates ${list}`)
  return problems
}

function unbalanced(text: string): string[] {
  const open: string[] = []
  const pairs: Readonly<Record<string, string>> = { '}': '{', ']': '[' }
  for (const letter of text.replaceAll(/\{[^{}]*\[[^\]{}]*\}/g, '{}')) {
    if (letter === '{' || letter === '[') open.push(letter)
    else if (pairs[letter] && open.pop() !== pairs[letter]) return [`a ${letter} too many`]
  }
  return open.length > 0 ? [`an open ${open.at(-1)}`] : []
}
