import { SkiplabError } from '../../common/failure.ts'
import { reportFormats } from '../../common/report/sweep-report.ts'
import type { Context } from './command.ts'
import { withEngine } from './connect.ts'
import { findSweep } from './run-filter.ts'
import { writeOutput } from './write-file.ts'

/** Writes a sweep's report to the files that were named. @throws SkiplabError bad-input without a sweep or without a file */
export async function writeSweepReport(
  context: Context,
  sweep: string | undefined,
  wanted: { readonly html: string | undefined; readonly pdf: string | undefined },
): Promise<void> {
  const formats = reportFormats.filter((format) => wanted[format] !== undefined)
  if (sweep === undefined)
    throw new SkiplabError('bad-input', `Expected a sweep before --${formats.join(' and --')}: skiplab report SWEEP --${formats[0]} FILE.`)
  if (formats.length === 0) throw new SkiplabError('bad-input', `Expected --html FILE or --pdf FILE for the report of sweep ${sweep}.`)
  const drawn = await withEngine(context, async (client) => {
    const sweepId = await findSweep(client, sweep)
    return Promise.all(formats.map(async (format) => ({ format, ...(await client.call('gallery.report', { sweepId, format })) })))
  })
  const files = drawn.flatMap(({ format, content, name }) => {
    const file = writeOutput(context, wanted[format], () => name, Buffer.from(content, 'base64'))
    return file === null ? [] : [{ file, format, bytes: Buffer.byteLength(content, 'base64') }]
  })
  if (files.length === 0) return
  context.output.value({ files })
  if (!context.output.json) for (const { file, bytes } of files) context.output.text(`${file}: ${Math.ceil(bytes / 1000)} kB`)
}
