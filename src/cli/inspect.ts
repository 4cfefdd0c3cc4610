/** `kyso inspect`: what is in a file, without any judgement. */

import { isKysoError, KysoError } from '../core/errors.ts'
import { format } from '../core/messages.ts'
import { readAll } from '../core/source.ts'
import { safeJson } from '../core/text.ts'
import { type FileSource, fileSource } from '../node/file-source.ts'
import { openPdf, type PdfDocument } from '../pdf/index.ts'
import type { Arguments } from './arguments.ts'
import { inspectCms } from './inspect/cms.ts'
import { inspectDocument } from './inspect/inspection.ts'
import { renderInspection } from './inspect/render.ts'
import { renderCms } from './inspect/render-cms.ts'
import { renderXml } from './inspect/render-xml.ts'
import { writeRevision } from './inspect/revision.ts'
import { inspectXml } from './inspect/xml.ts'
import { type Context, STATUS, type Status, worstStatus } from './io.ts'
import { kindOfName, kindOfSource } from './kind.ts'
import { passwordFromEnvironment } from './password.ts'
import type { Command } from './run.ts'
import { errorWords, tellError } from './tell.ts'
import { usageError } from './usage.ts'

export const inspectCommand: Command = {
  specs: { options: { 'password-env': 'value', revision: 'value', out: 'value', force: 'switch' }, later: [] },
  async run(context, args) {
    if (args.files.length === 0) throw usageError('noFile')
    const variable = args.one('password-env')
    const password = variable === undefined ? undefined : passwordFromEnvironment(context.io, '--password-env', variable)
    const field = args.one('revision')
    const without = ['out', 'force'].find((name) => args.has(name))
    if (field === undefined && without !== undefined) throw usageError('optionNeeds', { option: `--${without}`, other: '--revision' })
    if (field !== undefined) return extract(context, args, field, password)
    const statuses: Status[] = []
    for (const file of args.files) statuses.push(await inspectOne(context, args, file, password, statuses.length > 0))
    return worstStatus(statuses)
  },
}

/** Writes the document that a signature signed. */
async function extract(context: Context, args: Arguments, field: string, password: string | undefined): Promise<Status> {
  const { io, catalogue } = context
  const [input = '', ...others] = args.files
  if (others.length > 0) throw usageError('revisionOne')
  const write = (secret: string | undefined) => writeRevision(input, field, { out: args.one('out'), overwrite: args.has('force'), password: secret })
  try {
    const { output, size } = await write(password).catch(async (error: unknown) => {
      if (!isKysoError(error, 'ERR_PDF_PASSWORD') || password !== undefined || !io.askPassword) throw error
      return write(await io.askPassword(format(catalogue, 'cli.askPassword', { path: input })))
    })
    if (args.has('json')) io.stdout(`${safeJson({ file: input, output, field, size })}\n`)
    else io.stdout(`${format(catalogue, 'inspect.revisionWritten', { input, output, field, size })}\n`)
    return STATUS.passed
  } catch (error) {
    return tellUnusable(context, args, input, error)
  }
}

/** What there is to be told of a file: as data, and in words; and what was wrong with it. */
interface Inspected {
  readonly data: object
  readonly text: string
  readonly error?: KysoError
}

async function inspectOne(context: Context, args: Arguments, file: string, given: string | undefined, further: boolean): Promise<Status> {
  const { io, catalogue } = context
  let source: FileSource | undefined
  try {
    source = fileSource(file)
    const { data, text, error } = await inspectSource(context, source, file, given)
    if (args.has('json')) io.stdout(`${safeJson(data)}\n`)
    else io.stdout(`${further ? `\n${'─'.repeat(40)}\n\n` : ''}${text}`)
    if (error && args.has('json')) tellError(io, catalogue, error, 'inspect', file)
    return error ? STATUS.failed : STATUS.passed
  } catch (error) {
    return tellUnusable(context, args, file, error)
  } finally {
    source?.close()
  }
}

function tellUnusable({ io, catalogue }: Context, args: Arguments, file: string, error: unknown): Status {
  if (!isKysoError(error)) throw error
  if (args.has('json'))
    io.stdout(`${safeJson({ file, error: { code: error.code, text: errorWords(catalogue, error), detail: error.message, data: error.data } })}\n`)
  tellError(io, catalogue, error, 'inspect', file)
  return STATUS.unusable
}

async function inspectSource(context: Context, source: FileSource, file: string, given: string | undefined): Promise<Inspected> {
  switch (kindOfSource(source) ?? kindOfName(file)) {
    case 'pdf':
      return inspectPdf(context, source, file, given)
    case 'xml': {
      const data = await inspectXml(file, readAll(source))
      return { data, text: renderXml(context, data) }
    }
    case 'cms': {
      const data = await inspectCms(file, source)
      return { data, text: renderCms(context, data) }
    }
    default:
      throw new KysoError('ERR_FORMAT_UNKNOWN', 'the file is of no format that is known here')
  }
}

async function inspectPdf(context: Context, source: FileSource, file: string, given: string | undefined): Promise<Inspected> {
  const { document, error, password } = await open(context, source, file, given)
  const told = error && { code: error.code, text: errorWords(context.catalogue, error), detail: error.message, data: error.data }
  const data = await inspectDocument(file, document, told, password)
  return { data, text: renderInspection(context, data), ...(error ? { error } : {}) }
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
