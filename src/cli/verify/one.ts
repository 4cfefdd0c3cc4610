/** Verifies one file, with what stands beside it. */
import { isKysoError } from '../../core/errors.ts'
import { format } from '../../core/messages.ts'
import { readAll } from '../../core/source.ts'
import { fileSource } from '../../node/file-source.ts'
import { verifyFile } from '../../node/files.ts'
import { BASELINE_POLICY, type RenderOptions, type Report, type VerifyOptions, verify } from '../../verify/index.ts'
import { errorReport } from '../../verify/report/report.ts'
import { xmlFormat } from '../../xades/read.ts'
import { contentBeside } from '../beside.ts'
import type { Context } from '../io.ts'
import { xmlRemarks } from './remarks.ts'

/** A report, and what the command adds to it. */
export interface Verified {
  readonly report: Report
  readonly remarks: NonNullable<RenderOptions['remarks']>
}

/** An XML file whole, as it is read for the report and for what is added to it; `undefined` where it is another format. */
function xmlBytes(path: string): Uint8Array | undefined {
  const source = fileSource(path)
  try {
    return xmlFormat.detect(source) ? readAll(source) : undefined
  } finally {
    source.close()
  }
}

async function verifyWith(context: Context, file: string, options: VerifyOptions, detached: readonly string[], worded: boolean): Promise<Verified> {
  const bytes = xmlBytes(file)
  if (!bytes) return { report: await verifyFile(file, { ...options, detached }), remarks: {} }
  const sources = detached.map((path) => fileSource(path))
  try {
    const beside = detached.map((name, i) => ({ name, content: sources[i] as (typeof sources)[number] }))
    const report = await verify(bytes, { ...options, detached: beside })
    return { report, remarks: worded && report.format === 'xml' && !report.error ? await xmlRemarks(context, bytes, report) : {} }
  } finally {
    for (const source of sources) source.close()
  }
}

/**
 * A report in any case: a file that cannot be opened is one that cannot be read.
 *
 * @param given content of `--detached`
 * @param worded whether words are wanted beside the report
 * @throws KysoError `ERR_FILE_READ` for content that cannot be read
 */
export async function verifyOne(context: Context, file: string, options: VerifyOptions, given: readonly string[], worded: boolean): Promise<Verified> {
  const { io, catalogue } = context
  const found = given.length > 0 ? undefined : contentBeside(file)
  const detached = found === undefined ? given : [found]
  const told = found === undefined ? [] : [format(catalogue, 'report.beside.found', { path: found })]
  const beside = told.length === 0 ? [] : [{ label: format(catalogue, 'report.beside'), lines: told }]
  try {
    const run = async (more: VerifyOptions = {}): Promise<Verified> => {
      const { report, remarks } = await verifyWith(context, file, { ...options, ...more }, detached, worded)
      return { report, remarks: { ...remarks, file: [...beside, ...(remarks.file ?? [])] } }
    }
    const verified = await run()
    if (verified.report.error?.code !== 'ERR_PDF_PASSWORD' || options.password !== undefined || !io.askPassword) return verified
    return await run({ password: await io.askPassword(format(catalogue, 'cli.askPassword', { path: file })) })
  } catch (error) {
    if (!isKysoError(error, 'ERR_FILE_READ') || detached.includes(String(error.data.path))) throw error
    return { report: errorReport(error, null, (options.policy ?? BASELINE_POLICY).name, options.at ?? new Date()), remarks: {} }
  }
}
