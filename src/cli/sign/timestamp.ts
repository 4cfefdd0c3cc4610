/** `kyso sign --document-timestamp`: proof that a PDF, with all its signatures, was there at a time; nobody's signature. */
import { readAll } from '../../core/source.ts'
import { writeNew } from '../../node/write-new.ts'
import { readPdf, timestampPdf } from '../../pades/index.ts'
import type { Sources } from '../../sources/index.ts'
import { ATTRIBUTE, attributeTexts, nameToString } from '../../x509/index.ts'

/** What the time-stamps of a command line have in common. */
export interface Stamping {
  readonly sources: Sources
  readonly overwrite: boolean
  readonly field?: string
  readonly password?: string
}

/** A time-stamp that was made. */
export interface Stamped {
  readonly size: number
  /** ISO 8601 UTC. */
  readonly time: string | null
  readonly authority: string | null
}

/**
 * Time-stamps one file into another.
 *
 * @throws KysoError as `timestampPdf`, and what reading and writing files throws
 */
export async function stampFile(input: string, output: string, { overwrite, ...options }: Stamping): Promise<Stamped> {
  const made: { stamped?: Stamped } = {}
  await writeNew(input, output, { overwrite }, async (source, file) => {
    const bytes = await timestampPdf(readAll(source), options)
    file.write(bytes)
    made.stamped = await describe(bytes, options.password)
  })
  return made.stamped as Stamped
}

/** The time-stamp that was put last. */
async function describe(bytes: Uint8Array, password: string | undefined): Promise<Stamped> {
  const { documentTimestamps } = await readPdf(bytes, { compareRevisions: false, ...(password === undefined ? {} : { password }) })
  const last = documentTimestamps.at(-1)
  const subject = last?.certificate?.subject
  const authority = subject ? (attributeTexts(subject, ATTRIBUTE.commonName)[0] ?? nameToString(subject)) : null
  return { size: bytes.length, time: last?.time?.toISOString() ?? null, authority }
}
