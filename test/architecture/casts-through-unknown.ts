/** Files with casts through `unknown` -> how many, and why. */
export const castsThroughUnknown: Readonly<Record<string, readonly [count: number, reason: string]>> = {
  'src/main/export/pdf-document.ts': [1, "the types of pdfkit lack null, which stands for 'no font'"],
  'src/main/export/svg-figure.ts': [2, 'linkedom and Plot have no types for a document outside a browser'],
  'test/e2e/security.electron.e2e.ts': [1, 'a method that Electron leaves out of its types'],
  'test/support/drawn-svg.ts': [1, 'linkedom has no types of its own'],
}
