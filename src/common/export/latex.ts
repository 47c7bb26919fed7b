const letters: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  _: '\\_',
  '%': '\\%',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '±': '$\\pm$',
  '×': '$\\times$',
  '÷': '$\\div$',
  '−': '$-$',
  '≤': '$\\le$',
  '≥': '$\\ge$',
  '<': '$<$',
  '>': '$>$',
  '≈': '$\\approx$',
  '†': '$\\dagger$',
  '–': '--',
  '…': '\\dots{}',
  '’': "'",
  '“': '``',
  '”': "''",
}

/** Text as LaTeX reads it: nothing in it is a command; line ends become spaces. */
export function latexText(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\{}$&#_%~^±×÷−≤≥<>≈†–…’“”]/g, (letter) => letters[letter] ?? letter)
}
