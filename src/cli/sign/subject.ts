/** What is to be signed: which signatures its format takes, and what the signed file is called. */
import { basename, dirname, extname, join, resolve } from 'node:path'
import { isKysoError } from '../../core/errors.ts'
import { fileSource } from '../../node/file-source.ts'
import type { Arguments } from '../arguments.ts'
import { type FileKind, kindOfName, kindOfSource } from '../kind.ts'
import { usageError } from '../usage.ts'

/** Formats of signatures. */
export type SignatureFormat = 'pades' | 'xades' | 'cades'

const FORMATS: readonly SignatureFormat[] = ['pades', 'xades', 'cades']

/** A file to be signed. */
export interface Subject {
  readonly input: string
  readonly format: SignatureFormat
  /** What the file is by its first bytes; `null`: none of those that hold signatures, or not readable. */
  readonly kind: FileKind | null
}

/** A file that cannot be read is told when it is signed. */
function kindOf(input: string): Subject['kind'] {
  try {
    const source = fileSource(input)
    try {
      return kindOfSource(source)
    } finally {
      source.close()
    }
  } catch (error) {
    if (!isKysoError(error)) throw error
    return null
  }
}

/** The value of `--format`. */
function wantedFormat(args: Arguments): SignatureFormat | undefined {
  const value = args.one('format')
  if (value === 'asic') throw usageError('laterValue', { option: '--format', value })
  const format = FORMATS.find((one) => one === value)
  if (value !== undefined && !format) throw usageError('badValue', { option: '--format', value, known: FORMATS.join(', ') })
  if (args.has('profile') && format !== undefined && format !== 'xades') throw usageError('optionFormat', { option: '--profile', format })
  return args.has('profile') ? 'xades' : format
}

const BY_KIND: Readonly<Record<FileKind, SignatureFormat>> = { pdf: 'pades', xml: 'xades', cms: 'cades' }

function formatFor(input: string, kind: Subject['kind']): SignatureFormat {
  const named = kind ?? kindOfName(input)
  return named === null ? 'cades' : BY_KIND[named]
}

/** The files of a command line. */
export function readSubjects(args: Arguments): Subject[] {
  const wanted = wantedFormat(args)
  return args.files.map((input) => {
    const kind = kindOf(input)
    return { input, kind, format: wanted ?? formatFor(input, kind) }
  })
}

/** `letter.pdf` and `.signed` make `letter.signed.pdf`. */
function inserted(name: string, word: string, otherwise: string): string {
  const extension = extname(name)
  return `${basename(name, extension)}${word}${extension || otherwise}`
}

/** Name of the signed file. */
function nameFor({ input, format, kind }: Subject, args: Arguments): string {
  const name = basename(input)
  const packaging = args.one('packaging') ?? 'enveloped'
  if (format === 'pades') return inserted(name, args.has('document-timestamp') ? '.stamped' : '.signed', '.pdf')
  if (format === 'cades') {
    if (kind === 'cms') return inserted(name, '.signed', '.p7s')
    return `${name}.${args.has('attached') ? 'p7m' : 'p7s'}`
  }
  if (packaging === 'detached') return `${name}.signature.xml`
  return kind === 'xml' || packaging === 'enveloped' ? inserted(name, '.signed', '.xml') : `${name}.signed.xml`
}

/** Where each signed file goes. */
export function readTargets(args: Arguments, subjects: readonly Subject[]): string[] {
  const [out, folder] = [args.one('out'), args.one('out-dir')]
  if (out !== undefined && folder !== undefined) throw usageError('outTwice')
  if (out !== undefined && subjects.length > 1) throw usageError('outWithSeveral')
  const targets = subjects.map((subject) => out ?? join(folder ?? dirname(subject.input), nameFor(subject, args)))
  const twice = targets.find((target, i) => targets.findIndex((other) => resolve(other) === resolve(target)) !== i)
  if (twice !== undefined) throw usageError('sameTarget', { path: twice })
  return targets
}
