/** What there is to be told of a CMS file, as plain data. */
import { type CmsForm, locate } from '../../cades/form.ts'
import { readCms } from '../../cades/read.ts'
import { CMS_ATTRIBUTE, type ParsedSignerInfo } from '../../cms/index.ts'
import { type OpenedSignedData, openSignedData } from '../../cms/signed-data.ts'
import { Budget } from '../../core/budget.ts'
import { isKysoError } from '../../core/errors.ts'
import type { ByteSource } from '../../core/source.ts'
import type { ReadDocument, ReadSignature } from '../../facts/index.ts'
import { nameToString } from '../../x509/index.ts'

/** What there is to be told. */
export interface CmsInspection {
  readonly file: string
  readonly format: 'cms'
  readonly size: number
  /** How it is written: binary, as text, or in an authority's answer. */
  readonly form: CmsForm
  readonly encoding: 'DER' | 'BER'
  readonly version: number
  readonly contentType: string
  /** Bytes of the content inside; `null` where it stands beside the file. */
  readonly content: number | null
  readonly certificates: readonly string[]
  readonly crls: number
  readonly ocsp: number
  readonly signatures: readonly CmsSignatureInspection[]
  /** Time of a time-stamp that is a file of its own. */
  readonly timestamp: string | null
  readonly oddities: ReadDocument['oddities']
}

/** A signer, or one who counter-signs. */
export interface CmsSignatureInspection {
  readonly id: string
  readonly parent?: string
  readonly level: string
  readonly version: number | null
  readonly digestAlgorithm: string | null
  readonly signatureAlgorithm: string | null
  /** Names of attributes, or their object identifiers; `null` of those who counter-sign. */
  readonly signed: readonly string[] | null
  readonly unsigned: readonly string[] | null
  readonly claims: ReadSignature['claims']
  readonly signer: string | null
  readonly time: string | null
  readonly timestamps: readonly (string | null)[]
}

const NAMES: ReadonlyMap<string, string> = new Map(Object.entries(CMS_ATTRIBUTE).map(([name, type]) => [type, name]))

function attributeNames(list: ParsedSignerInfo['signed']): string[] {
  return (list?.attributes ?? []).map(({ attrType }) => NAMES.get(attrType) ?? attrType)
}

function inspectSigner(read: ReadSignature, info: ParsedSignerInfo | undefined): CmsSignatureInspection {
  const { id, parent, level, claims, certificate, claimedTime, timestamps, digestAlgorithm, scheme } = read
  return {
    id,
    ...(parent === undefined ? {} : { parent }),
    level,
    version: info?.version ?? null,
    digestAlgorithm: digestAlgorithm ?? null,
    signatureAlgorithm: scheme?.kind ?? null,
    signed: info ? attributeNames(info.signed) : null,
    unsigned: info ? attributeNames(info.unsigned) : null,
    claims,
    signer: certificate ? nameToString(certificate.subject) : null,
    time: claimedTime?.toISOString() ?? null,
    timestamps: timestamps.map(({ time }) => time?.toISOString() ?? null),
  }
}

/** The SignerInfo that a signature of a reading was read from; those of counter-signatures lie inside others. */
function infoOf({ signerInfos }: OpenedSignedData, id: string): ParsedSignerInfo | undefined {
  const number = /^signature-(\d+)$/.exec(id)?.[1]
  return number === undefined ? undefined : signerInfos[Number(number) - 1]
}

async function tryRead(source: ByteSource): Promise<ReadDocument | undefined> {
  try {
    return await readCms(source)
  } catch (error) {
    if (!isKysoError(error)) throw error
    return undefined
  }
}

/**
 * Looks at a CMS file.
 *
 * @throws KysoError `ERR_CMS_SYNTAX`, `ERR_CMS_MIME`, `ERR_BUDGET_EXCEEDED`
 */
export async function inspectCms(file: string, source: ByteSource): Promise<CmsInspection> {
  const budget = new Budget()
  const { source: inner, start, form } = locate(source, budget)
  const cms = openSignedData(inner, budget, start)
  const read = await tryRead(source)
  return {
    file,
    format: 'cms',
    size: source.size,
    form,
    encoding: cms.ber ? 'BER' : 'DER',
    version: cms.version,
    contentType: cms.contentType,
    content: cms.content?.size ?? null,
    certificates: cms.certificates.map(({ subject }) => nameToString(subject)),
    crls: cms.crls.length,
    ocsp: cms.ocsp.length,
    signatures: (read?.signatures ?? []).map((one) => inspectSigner(one, infoOf(cms, one.id))),
    timestamp: read?.documentTimestamps[0]?.time?.toISOString() ?? null,
    oddities: read?.oddities ?? [],
  }
}
