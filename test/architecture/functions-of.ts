import ts from 'typescript'

/** Text of a TypeScript, JavaScript or Vue file as TypeScript reads it; lines keep their numbers, since what is no script becomes blank. */
function scriptOf(name: string, text: string): string {
  if (!name.endsWith('.vue')) return text
  const blank = (part: string): string => part.replaceAll(/[^\n]/g, ' ')
  let script = ''
  let end = 0
  for (const match of text.matchAll(/(<script[^>]*>)([\s\S]*?)<\/script>/g)) {
    const start = match.index + match[1]!.length
    script += blank(text.slice(end, start)) + match[2]!
    end = start + match[2]!.length
  }
  return script
}

/** The syntax tree of a file's scripts. */
function parse(name: string, text: string): ts.SourceFile {
  return ts.createSourceFile(name.endsWith('.vue') ? `${name}.ts` : name, scriptOf(name, text), ts.ScriptTarget.Latest, true)
}

export interface FunctionLength {
  /** `callback` of a function without a name. */
  readonly name: string
  /** Its first line, from 1. */
  readonly line: number
  readonly lines: number
}

/** All functions, methods and accessors of a file with their lengths; callbacks of `describe` are tables of contents, no functions. */
export function functionsOf(name: string, text: string): FunctionLength[] {
  const file = parse(name, text)
  const line = (position: number): number => file.getLineAndCharacterOfPosition(position).line + 1
  const found: FunctionLength[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body && !isDescribe(node)) {
      const first = line(node.getStart(file))
      found.push({ name: nameOf(node), line: first, lines: line(node.end) - first + 1 })
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

function isDescribe(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && /\bdescribe\b/.test(node.parent.expression.getText())
}

function nameOf(node: ts.SignatureDeclaration): string {
  const named = node.name ?? (ts.isVariableDeclaration(node.parent) || ts.isPropertyAssignment(node.parent) ? node.parent.name : undefined)
  return named?.getText() ?? (ts.isConstructorDeclaration(node) ? 'constructor' : 'callback')
}

/** How many expressions are `x as unknown as T`. */
export function countCastsThroughUnknown(name: string, text: string): number {
  let count = 0
  const visit = (node: ts.Node): void => {
    if (ts.isAsExpression(node) && ts.isAsExpression(node.expression) && node.expression.type.kind === ts.SyntaxKind.UnknownKeyword)
      count += 1
    ts.forEachChild(node, visit)
  }
  visit(parse(name, text))
  return count
}
