/** `kyso inspect`: what is in a PDF, without any judgement. */
import { isKysoError, type KysoError } from '../core/errors.ts'
import { format } from '../core/messages.ts'
import { type FileSource, fileSource } from '../node/file-source.ts'
import { openPdf, type PdfDocument } from '../pdf/index.ts'
import type { Arguments } from './arguments.ts'
import { inspectDocument } from './inspect/inspection.ts'
import { renderInspection } from './inspect/render.ts'
import { type Context, STATUS, type Status, worstStatus } from './io.ts'
import { passwordFromEnvironment } from './password.ts'
import type { Command } from './run.ts'
import { errorWords, tellError } from './tell.ts'
import { usageError } from './usage.ts'

export const inspectCommand: Command = {
  specs: { options: { 'password-env': 'value' }, later: [] },
  async run(context, args) {
    if (args.files.length === 0) throw usageError('noFile')
    const variable = args.one('password-env')
    const password = variable === undefined ? undefined : passwordFromEnvironment(context.io, '--password-env', variable)
    const statuses: Status[] = []
    for (const file of args.files) statuses.push(await inspectOne(context, args, file, password, statuses.length > 0))
    return worstStatus(statuses)
  },
}

async function inspectOne(context: Context, args: Arguments, file: string, given: string | undefined, further: boolean): Promise<Status> {
  const { io, catalogue } = context
  let source: FileSource | undefined
  try {
    source = fileSource(file)
    const { document, error, password } = await open(context, source, file, given)
    const inspection = await inspectDocument(
      file,
      document,
      error && { code: error.code, text: errorWords(catalogue, error), detail: error.message, data: error.data },
      password,
    )
    if (args.has('json')) io.stdout(`${JSON.stringify(inspection)}\n`)
    else io.stdout(`${further ? `\n${'─'.repeat(40)}\n\n` : ''}${renderInspection(context, inspection)}`)
    if (error && args.has('json')) tellError(io, catalogue, error, 'inspect', file)
    return error ? STATUS.failed : STATUS.passed
  } catch (error) {
    if (!isKysoError(error)) throw error
    if (args.has('json'))
      io.stdout(`${JSON.stringify({ file, error: { code: error.code, text: errorWords(catalogue, error), detail: error.message, data: error.data } })}\n`)
    tellError(io, catalogue, error, 'inspect', file)
    return STATUS.unusable
  } finally {
    source?.close()
  }
}

interface Opened {
  readonly document: PdfDocument
  /** What was wrong, where the document had to be pieced together. */
  readonly error?: KysoError
  readonly password: { readonly password?: string }
}

async function open({ io, catalogue }: Context, source: FileSource, path: string, given: string | undefined): Promise<Opened> {
  const password = given === undefined ? {} : { password: given }
  try {
    return { document: await openPdf(source, password), password }
  } catch (error) {
    if (isKysoError(error, 'ERR_PDF_PASSWORD') && given === undefined && io.askPassword) {
      const asked = { password: await io.askPassword(format(catalogue, 'cli.askPassword', { path })) }
      return { document: await openPdf(source, asked), password: asked }
    }
    if (!isKysoError(error, 'ERR_PDF_HEADER', 'ERR_PDF_XREF', 'ERR_PDF_SYNTAX', 'ERR_PDF_STRUCTURE')) throw error
    try {
      return { document: await openPdf(source, { ...password, reconstruct: true }), error, password }
    } catch (second) {
      // What was wrong with the file as it is says more than what the search did not find.
      throw isKysoError(second, 'ERR_PDF_PASSWORD', 'ERR_BUDGET_EXCEEDED') ? second : error
    }
  }
}
