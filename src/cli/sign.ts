/** `kyso sign`: signs files with a key file. */

import { isKysoError } from '../core/errors.ts'
import { format } from '../core/messages.ts'
import { safeJson } from '../core/text.ts'
import { readSmallFile } from '../node/folders.ts'
import { pkcs12Signer } from '../signers/pkcs12.ts'
import type { Signer } from '../signers/signer.ts'
import { ATTRIBUTE, attributeTexts, nameToString, parseCertificate } from '../x509/index.ts'
import type { Arguments } from './arguments.ts'
import { type Context, STATUS, type Status, worstStatus } from './io.ts'
import { passwordFromEnvironment } from './password.ts'
import type { Command } from './run.ts'
import { readLevel, sourcesOf } from './sign/level.ts'
import { type Common, type Made, type Note, signSubject } from './sign/make.ts'
import { checkOptions, pdfOptions, profileOptions, SIGNATURE_OPTIONS, xmlOptions } from './sign/options.ts'
import { readSubjects, readTargets, type Subject } from './sign/subject.ts'
import { type Stamped, type Stamping, stampFile } from './sign/timestamp.ts'
import { readVisible, visibleOptions } from './sign/visible.ts'
import { errorWords, tellError } from './tell.ts'
import { usageError } from './usage.ts'

export const signCommand: Command = {
  specs: {
    options: {
      ...SIGNATURE_OPTIONS,
      format: 'value',
      level: 'value',
      p12: 'value',
      'password-env': 'value',
      tsa: 'list',
      out: 'value',
      'out-dir': 'value',
      force: 'switch',
    },
    later: ['pkcs11', 'config', 'token', 'vietnam'],
  },
  async run(context, args) {
    if (args.files.length === 0) throw usageError('noFile')
    const level = readLevel(args)
    const subjects = readSubjects(args)
    checkOptions(args, subjects)
    // Values that are none are told before a password is asked for.
    profileOptions(args)
    xmlOptions(args)
    pdfOptions(args)
    const shown = visibleOptions(args)
    const targets = readTargets(args, subjects)
    const making = { overwrite: args.has('force'), ...sourcesOf(args), ...documentPassword(context, args) }
    const make = args.has('document-timestamp') ? stamp(context, args, making) : await sign(context, args, { ...making, level }, shown)
    const statuses: Status[] = []
    for (const [i, subject] of subjects.entries()) {
      statuses.push(await tryOne(context, args, subject.input, (password) => make(subject, targets[i] as string, password)))
    }
    return worstStatus(statuses)
  },
}

/** Makes what is asked for of one file, with a password of the document where one was asked for; gives what is to be told. */
type Make = (subject: Subject, output: string, password: { readonly password?: string }) => Promise<{ readonly json: object; readonly text: string }>

async function sign(context: Context, args: Arguments, options: Omit<Common, 'signer' | 'visible'>, shown: ReturnType<typeof visibleOptions>): Promise<Make> {
  const signer = await readSigner(context, args)
  const name = signerName(signer)
  const visible = shown ? { visible: await readVisible(context, args, shown, name) } : {}
  return async (subject, output, password) => {
    const made = await signSubject(args, subject, output, { signer, ...options, ...visible, ...password })
    return { json: toJson(context, subject, output, name, made), text: toText(context, subject, output, name, made) }
  }
}

function stamp({ catalogue }: Context, args: Arguments, options: Omit<Stamping, 'sources' | 'field'> & { readonly sources?: Stamping['sources'] }): Make {
  const field = args.one('field')
  return async ({ input, format: kind }, output, password) => {
    const made: Stamped = await stampFile(input, output, { sources: {}, ...options, ...(field === undefined ? {} : { field }), ...password })
    return { json: { file: input, output, format: kind, documentTimestamp: made }, text: `${format(catalogue, 'sign.stamped', { input, output, ...made })}\n` }
  }
}

async function readSigner({ io, catalogue }: Context, args: Arguments): Promise<Signer> {
  const [path, variable] = [args.one('p12'), args.one('password-env')]
  if (path === undefined) throw usageError('keyMissing')
  const file = readSmallFile(path)
  if (variable !== undefined) return pkcs12Signer(file, passwordFromEnvironment(io, '--password-env', variable))
  if (!io.askPassword) throw usageError('passwordMissing', { option: '--password-env', path })
  return pkcs12Signer(file, await io.askPassword(format(catalogue, 'cli.askPassword', { path })))
}

function documentPassword({ io }: Context, args: Arguments): { password?: string } {
  const variable = args.one('document-password-env')
  return variable === undefined ? {} : { password: passwordFromEnvironment(io, '--document-password-env', variable) }
}

/** Errors that say that a file cannot be read or written, or is not what it has to be. */
const UNUSABLE = [
  'ERR_USAGE',
  'ERR_FILE_READ',
  'ERR_FILE_WRITE',
  'ERR_FILE_EXISTS',
  'ERR_PDF_HEADER',
  'ERR_PDF_XREF',
  'ERR_PDF_SYNTAX',
  'ERR_XML_SYNTAX',
  'ERR_XML_ENCODING',
  'ERR_XML_NAMESPACE',
  'ERR_XML_ENTITY',
  'ERR_CMS_SYNTAX',
] as const

/** One file that cannot be signed does not keep the others from it. */
async function tryOne(context: Context, args: Arguments, input: string, make: (password: { readonly password?: string }) => ReturnType<Make>): Promise<Status> {
  const { io, catalogue } = context
  try {
    const { json, text } = await makeAsking(context, args, input, make)
    io.stdout(args.has('json') ? `${safeJson(json)}\n` : text)
    return STATUS.passed
  } catch (error) {
    if (!isKysoError(error)) throw error
    if (args.has('json'))
      io.stdout(`${safeJson({ file: input, error: { code: error.code, text: errorWords(catalogue, error), detail: error.message, data: error.data } })}\n`)
    tellError(io, catalogue, error, 'sign', input)
    return isKysoError(error, ...UNUSABLE) ? STATUS.unusable : STATUS.failed
  }
}

/** Asks for the password of an encrypted document where somebody can be asked, and none was named. */
async function makeAsking({ io, catalogue }: Context, args: Arguments, input: string, make: Parameters<typeof tryOne>[3]): ReturnType<Make> {
  try {
    return await make({})
  } catch (error) {
    if (!isKysoError(error, 'ERR_PDF_PASSWORD') || args.has('document-password-env') || !io.askPassword) throw error
    return make({ password: await io.askPassword(format(catalogue, 'cli.askPassword', { path: input })) })
  }
}

function noteText({ catalogue }: Context, { code, data }: Note): string {
  return format(catalogue, `signNote.${code}`, data)
}

function toText(context: Context, { input }: Subject, output: string, signer: string, { size, level, content, notes }: Made): string {
  const data = { input, output, level, signer, size, content }
  const done = format(context.catalogue, content === undefined ? 'sign.done' : 'sign.doneBeside', data)
  return [done, ...notes.map((note) => `  ${noteText(context, note)}`)].map((line) => `${line}\n`).join('')
}

function toJson(context: Context, { input, format: kind }: Subject, output: string, signer: string, { size, level, content, profile, notes }: Made): object {
  return {
    file: input,
    output,
    format: kind,
    level,
    ...(profile === undefined ? {} : { profile }),
    signer,
    size,
    ...(content === undefined ? {} : { content }),
    ...(notes.length === 0 ? {} : { notes: notes.map((note) => ({ code: note.code, text: noteText(context, note), data: note.data })) }),
  }
}

function signerName({ certificates }: Signer): string {
  const [own] = certificates
  if (!own) return ''
  const { subject } = parseCertificate(own)
  return attributeTexts(subject, ATTRIBUTE.commonName)[0] ?? nameToString(subject)
}
