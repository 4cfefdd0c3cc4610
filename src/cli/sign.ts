/** `kyso sign`: signs files with a key file. */
import { basename, dirname, extname, join, resolve } from 'node:path'
import { isKysoError } from '../core/errors.ts'
import { format } from '../core/messages.ts'
import { readSmallFile } from '../node/folders.ts'
import { type SignFileOptions, signFile } from '../node/sign-file.ts'
import type { PadesLevel, SignPdfOptions } from '../pades/index.ts'
import { pkcs12Signer } from '../signers/pkcs12.ts'
import type { Signer } from '../signers/signer.ts'
import { httpSources, type Sources } from '../sources/index.ts'
import { ATTRIBUTE, attributeTexts, nameToString, parseCertificate } from '../x509/index.ts'
import type { Arguments } from './arguments.ts'
import { type Context, STATUS, type Status, worstStatus } from './io.ts'
import { passwordFromEnvironment } from './password.ts'
import type { Command } from './run.ts'
import { errorWords, tellError } from './tell.ts'
import { usageError } from './usage.ts'

export const signCommand: Command = {
  specs: {
    options: {
      format: 'value',
      level: 'value',
      p12: 'value',
      'password-env': 'value',
      tsa: 'list',
      field: 'value',
      reason: 'value',
      location: 'value',
      contact: 'value',
      name: 'value',
      'document-password-env': 'value',
      out: 'value',
      'out-dir': 'value',
      force: 'switch',
    },
    later: ['pkcs11', 'config', 'token', 'vietnam'],
  },
  async run(context, args) {
    const { files } = args
    if (files.length === 0) throw usageError('noFile')
    const level = readLevel(args)
    const targets = readTargets(args)
    const signer = await readSigner(context, args)
    const options: SignFileOptions = {
      signer,
      level,
      overwrite: args.has('force'),
      ...description(args),
      ...sourcesOf(args),
      ...documentPassword(context, args),
    }
    const statuses: Status[] = []
    for (const [i, input] of files.entries()) statuses.push(await signOne(context, args, input, targets[i] as string, options))
    return worstStatus(statuses)
  },
}

/** The level, as far as the other options go with it. */
function readLevel(args: Arguments): PadesLevel {
  const format = args.one('format') ?? 'pades'
  if (['xades', 'cades', 'asic'].includes(format)) throw usageError('laterValue', { option: '--format', value: format })
  if (format !== 'pades') throw usageError('badValue', { option: '--format', value: format, known: 'pades' })
  const tsa = args.has('tsa')
  const level = args.one('level') ?? (tsa ? 'B-T' : 'B-B')
  if (level === 'B-LT' || level === 'B-LTA') throw usageError('laterValue', { option: '--level', value: level })
  if (level !== 'B-B' && level !== 'B-T') throw usageError('badValue', { option: '--level', value: level, known: 'B-B, B-T' })
  if (level === 'B-T' && !tsa) throw usageError('tsaMissing')
  if (level === 'B-B' && tsa) throw usageError('tsaUnused')
  if (tsa && args.has('offline')) throw usageError('tsaOffline')
  return level
}

/** Where each signed file goes. */
function readTargets(args: Arguments): string[] {
  const [out, folder] = [args.one('out'), args.one('out-dir')]
  if (out !== undefined && folder !== undefined) throw usageError('outTwice')
  if (out !== undefined && args.files.length > 1) throw usageError('outWithSeveral')
  const targets = args.files.map((input) => {
    if (out !== undefined) return out
    const extension = extname(input)
    return join(folder ?? dirname(input), `${basename(input, extension)}.signed${extension || '.pdf'}`)
  })
  const twice = targets.find((target, i) => targets.findIndex((other) => resolve(other) === resolve(target)) !== i)
  if (twice !== undefined) throw usageError('sameTarget', { path: twice })
  return targets
}

async function readSigner({ io, catalogue }: Context, args: Arguments): Promise<Signer> {
  const [path, variable] = [args.one('p12'), args.one('password-env')]
  if (path === undefined) throw usageError('keyMissing')
  const file = readSmallFile(path)
  if (variable !== undefined) return pkcs12Signer(file, passwordFromEnvironment(io, '--password-env', variable))
  if (!io.askPassword) throw usageError('passwordMissing', { option: '--password-env', path })
  return pkcs12Signer(file, await io.askPassword(format(catalogue, 'cli.askPassword', { path })))
}

function description(args: Arguments): Pick<SignPdfOptions, 'field' | 'reason' | 'location' | 'contactInfo' | 'name'> {
  const text = (option: string, name: string): Record<string, string> => {
    const value = args.one(option)
    return value === undefined ? {} : { [name]: value }
  }
  return { ...text('field', 'field'), ...text('reason', 'reason'), ...text('location', 'location'), ...text('contact', 'contactInfo'), ...text('name', 'name') }
}

function sourcesOf(args: Arguments): { sources?: Sources } {
  if (!args.has('tsa')) return {}
  try {
    return { sources: httpSources({ tsa: args.all('tsa') }) }
  } catch (error) {
    if (!isKysoError(error, 'ERR_ARGUMENT')) throw error
    // What was given is not repeated: it may hold a password.
    throw usageError('badUrl', { option: '--tsa' })
  }
}

function documentPassword({ io }: Context, args: Arguments): { password?: string } {
  const variable = args.one('document-password-env')
  return variable === undefined ? {} : { password: passwordFromEnvironment(io, '--document-password-env', variable) }
}

/** One file that cannot be signed does not keep the others from it. */
async function signOne(context: Context, args: Arguments, input: string, output: string, options: SignFileOptions): Promise<Status> {
  const { io, catalogue } = context
  const json = args.has('json')
  const level = `PAdES ${options.level}`
  try {
    const { size } = await signAsking(context, input, output, options)
    const signer = signerName(options.signer)
    if (json) io.stdout(`${JSON.stringify({ file: input, output, level, signer, size })}\n`)
    else io.stdout(`${format(catalogue, 'sign.done', { input, output, level, signer, size })}\n`)
    return STATUS.passed
  } catch (error) {
    if (!isKysoError(error)) throw error
    if (json)
      io.stdout(
        `${JSON.stringify({ file: input, error: { code: error.code, text: errorWords(catalogue, error), detail: error.message, data: error.data } })}\n`,
      )
    tellError(io, catalogue, error, 'sign', input)
    return isKysoError(error, 'ERR_FILE_READ', 'ERR_FILE_WRITE', 'ERR_FILE_EXISTS', 'ERR_PDF_HEADER', 'ERR_PDF_XREF', 'ERR_PDF_SYNTAX')
      ? STATUS.unusable
      : STATUS.failed
  }
}

async function signAsking({ io, catalogue }: Context, input: string, output: string, options: SignFileOptions): Promise<{ readonly size: number }> {
  try {
    return await signFile(input, output, options)
  } catch (error) {
    if (!isKysoError(error, 'ERR_PDF_PASSWORD') || options.password !== undefined || !io.askPassword) throw error
    return signFile(input, output, { ...options, password: await io.askPassword(format(catalogue, 'cli.askPassword', { path: input })) })
  }
}

function signerName({ certificates }: Signer): string {
  const [own] = certificates
  if (!own) return ''
  const { subject } = parseCertificate(own)
  return attributeTexts(subject, ATTRIBUTE.commonName)[0] ?? nameToString(subject)
}
