/** Makes the signature of one file, whatever its format. */
import { KysoError, type MessageData } from '../../core/errors.ts'
import { readAll } from '../../core/source.ts'
import { fileSource } from '../../node/file-source.ts'
import { signFile } from '../../node/sign-file.ts'
import { writeNew } from '../../node/write-new.ts'
import { signatureFields } from '../../pades/fields.ts'
import type { VisibleSignature } from '../../pades/index.ts'
import { openPdf } from '../../pdf/index.ts'
import type { Signer } from '../../signers/signer.ts'
import type { Sources } from '../../sources/index.ts'
import { completeVietnamXml, detectVietnamXml, prepareVietnamXml, type VietnamXmlForm, type VietnamXmlProfile } from '../../vietnam/index.ts'
import type { Arguments } from '../arguments.ts'
import { contentBeside } from '../beside.ts'
import { usageError } from '../usage.ts'
import { cmsOptions, pdfOptions, profileOptions, xmlOptions } from './options.ts'
import type { Subject } from './subject.ts'

/** What is the same for all files of a command line. */
export interface Common {
  readonly signer: Signer
  readonly level: 'B-B' | 'B-T'
  readonly overwrite: boolean
  readonly sources?: Sources
  /** Of encrypted PDFs. */
  readonly password?: string
  /** What is shown of a PDF's signature that states a time. */
  readonly visible?: (time: Date) => VisibleSignature
}

/** Something to be told of a signature that was made: `signNote.<code>`. */
export interface Note {
  readonly code: 'asCms' | 'added' | 'profile' | 'looksLike'
  readonly data: MessageData
}

/** What was made. */
export interface Made {
  readonly size: number
  /** `PAdES B-T`, for people. */
  readonly level: string
  /** The file that the signature is over and has to be kept with. */
  readonly content?: string
  readonly profile?: VietnamXmlProfile
  readonly notes: readonly Note[]
}

/** Largest document that is looked at for hints. */
const MAX_HINTED = 16 * 1024 * 1024

/** Largest file that is put into its signature, which is made in memory. */
const MAX_ATTACHED = 1024 * 1024 * 1024

function sizeOf(path: string): number {
  const source = fileSource(path)
  source.close()
  return source.size
}

/**
 * Signs a file into another.
 *
 * @throws KysoError as `signFile` and `signVietnamXml`
 */
export function signSubject(args: Arguments, subject: Subject, output: string, common: Common): Promise<Made> {
  if (subject.format === 'pades') return signPdf(args, subject, output, common)
  if (subject.format === 'cades') return signCms(args, subject, output, common)
  const profile = profileOptions(args)
  return profile ? signByProfile(profile, subject, output, common) : signXml(args, subject, output, common)
}

async function signPdf(args: Arguments, { input }: Subject, output: string, { visible, ...common }: Common): Promise<Made> {
  const { field, ...options } = pdfOptions(args)
  const signingTime = new Date()
  const shown = visible?.(signingTime)
  if (shown?.placement && field !== undefined) await checkNew(input, field, common.password)
  const named = field === undefined ? {} : { field }
  const { size } = await signFile(input, output, { ...common, ...options, ...named, signingTime, ...(shown ? { visible: shown } : {}) })
  return { size, level: `PAdES ${common.level}`, notes: [] }
}

/** A field that is there has its own place on the page: whoever names another is told, rather than passed over. */
async function checkNew(path: string, field: string, password: string | undefined): Promise<void> {
  const source = fileSource(path)
  try {
    const document = await openPdf(source, password === undefined ? {} : { password })
    const composed = field.normalize('NFC')
    if (signatureFields(document, document.budget).some(({ name }) => name.normalize('NFC') === composed)) throw usageError('boxField', { field })
  } finally {
    source.close()
  }
}

async function signCms(args: Arguments, { input, kind }: Subject, output: string, { password: _, visible: __, ...common }: Common): Promise<Made> {
  const options = cmsOptions(args)
  const isAdded = kind === 'cms'
  if (isAdded && options.attached) throw usageError('attachedAdded', { path: input })
  if (options.attached && sizeOf(input) > MAX_ATTACHED) throw usageError('attachedTooLarge', { path: input, limit: MAX_ATTACHED })
  const content = isAdded ? (args.one('detached') ?? contentBeside(input)) : undefined
  const { size } = await signFile(input, output, { format: 'cades', ...common, ...options, ...(content === undefined ? {} : { content }) })
  const over = isAdded ? content : options.attached ? undefined : input
  const notes: Note[] = isAdded ? [{ code: 'added', data: {} }] : kind === null && !options.attached && !args.has('format') ? [{ code: 'asCms', data: {} }] : []
  return { size, level: `CAdES ${common.level}`, ...(over === undefined ? {} : { content: over }), notes }
}

async function signXml(args: Arguments, { input, kind }: Subject, output: string, { password: _, visible: __, ...common }: Common): Promise<Made> {
  const options = xmlOptions(args)
  const { size } = await signFile(input, output, { format: 'xades', ...common, ...options })
  const chosen = ['packaging', 'place', 'element', 'form', 'format'].some((name) => args.has(name))
  const notes = kind === 'xml' && !chosen ? hints(input) : []
  const level = options.form === 'xmldsig' ? 'XML-DSig' : `XAdES ${common.level}`
  return { size, level, ...(options.packaging === 'detached' ? { content: input } : {}), notes }
}

/** Whoever signs an invoice in general words shall hear that there are rules for invoices. */
function hints(input: string): Note[] {
  const source = fileSource(input)
  try {
    if (source.size > MAX_HINTED) return []
    const found = detectVietnamXml(readAll(source)).find(({ state }) => state === 'free')
    return found ? [{ code: 'looksLike', data: { profile: found.profile } }] : []
  } finally {
    source.close()
  }
}

async function signByProfile(form: VietnamXmlForm, { input }: Subject, output: string, common: Common): Promise<Made> {
  const { signer, level, sources } = common
  const notes: Note[] = []
  const chosen: { profile?: VietnamXmlProfile } = {}
  const size = await writeNew(input, output, common, async (source, file) => {
    const { certificates, algorithm } = signer
    const prepared = await prepareVietnamXml(readAll(source), { ...form, level, certificates, algorithm })
    const [signature] = await signer.sign([prepared.request])
    if (!signature) throw new KysoError('ERR_SIGNATURE_MISMATCH', 'the signer gave no signature')
    file.write(await completeVietnamXml(prepared.document, prepared.state, signature, sources ? { sources } : {}))
    chosen.profile = prepared.profile
    notes.push({ code: 'profile', data: { profile: prepared.profile } })
  })
  const isXades = form.form === 'xades' || (form.form === undefined && level === 'B-T')
  return { size, level: isXades ? `XAdES ${level}` : 'XML-DSig', ...chosen, notes }
}
