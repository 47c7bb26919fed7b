import type { WeightInspection } from '../../common/rpc/weights.ts'
import { formatWords } from '../../common/weights/format-words.ts'
import { formatBytes, formatCount, formatInteger, printable } from './format.ts'
import { table } from './table.ts'

/** Arrays and mismatches that are shown unless all are asked for. */
const shown = 12

/** What is in a file of weights, for people. */
export function inspectionText(found: WeightInspection, all: boolean): string {
  const { network, by, mismatches, notes, normalization, folded, dataset } = found
  const most = all ? Infinity : shown
  const size = `${formatBytes(found.bytes)}, ${formatInteger(found.tensors.length)} arrays`
  const lines = [`${printable(found.file)}: ${formatWords(found.format)}, ${size}`]
  if (network) {
    const { design } = network
    const input = design.inputShape.join('×')
    lines.push(
      `${network.label} of ${design.architecture} nets: ${network.layers} layers, ${formatCount(network.parameterCount)} parameters, ` +
        `images ${input}, ${formatInteger(design.classes)} classes`,
      `Named as by ${by ?? ''}.`,
    )
  }
  lines.push(...arrayLines(found, most))
  if (folded.length > 0)
    lines.push(
      `${formatInteger(folded.length)} biases in front of BN (${printable(folded[0]!)}) go into its running means, which changes no score.`,
    )
  lines.push(...notes.map(printable))
  if (normalization && !notes.some((note) => note.includes('normalised by')))
    lines.push(`Images are normalised by mean ${digits(normalization.mean)} and deviation ${digits(normalization.std)}.`)
  if (dataset && !dataset.present)
    lines.push(`The data set ${printable(dataset.name)} is not in this workspace: its classes were not compared.`)
  if (mismatches.length > 0)
    lines.push(
      `${mismatches.length} mismatch${mismatches.length === 1 ? '' : 'es'}, for which an import is refused:`,
      ...mismatches.slice(0, most).map((each) => `  ${printable(each)}`),
      ...(mismatches.length > most ? [`  and ${mismatches.length - most} more (--all shows them)`] : []),
    )
  return lines.join('\n')
}

function arrayLines({ arrays, tensors, network }: WeightInspection, most: number): string[] {
  const columns = [{ title: 'array' }, { title: 'shape', align: 'right' as const }, { title: network ? 'becomes' : 'numbers' }]
  const rows = network
    ? arrays.map(({ from, to, shape }) => [printable(from), shape.join('×'), to])
    : tensors.map(({ name, shape, type }) => [printable(name), shape.join('×'), type])
  if (rows.length === 0) return []
  const more = rows.length > most ? [`and ${formatInteger(rows.length - most)} more (--all shows them)`] : []
  return [table(columns, rows.slice(0, most)), ...more]
}

const digits = (values: readonly number[]) => values.map((value) => Number(value.toPrecision(4))).join(', ')
