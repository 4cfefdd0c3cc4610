import type { MessageData } from './errors.ts'

/**
 * One thing that was looked at, as a fact: it holds, it does not, or it could not be done. What a failed check means for a
 * verdict is the judge's to say.
 */
export interface Check {
  /** Stable name; `messages/` has a text for each that failed or was not done. */
  readonly name: CheckName
  readonly result: 'passed' | 'failed' | 'notDone'
  /** Technical English detail, and plain data for the catalogues. */
  readonly detail?: string
  readonly data?: MessageData
}

/** Checks on signatures and time-stamps. */
export type CheckName =
  // integrity
  | 'byteRange'
  | 'contentsPadding'
  | 'singleSignerInfo'
  | 'dictionaryKeys'
  | 'messageDigest'
  | 'contentDigest'
  | 'signatureValue'
  // form
  | 'cmsSyntax'
  | 'signedAttributes'
  | 'signedAttributesOrder'
  | 'contentType'
  | 'algorithmsAgree'
  | 'contentAbsent'
  // identity
  | 'signerCertificate'
  | 'signingCertificateAttribute'
  // time-stamps
  | 'messageImprint'
  | 'timestampCertificate'
  | 'timestampExtensions'
  // the file
  | 'unambiguous'
  // XML
  | 'reference'
  | 'xmlSyntax'
  | 'keyInfo'
  | 'manifest'
  | 'signedProperties'
  | 'countersigned'
  | 'contentCovered'

/** A check that holds; with a detail where something odd was tolerated. */
export function passed(name: CheckName, detail?: string, data?: MessageData): Check {
  return { name, result: 'passed', ...(detail === undefined ? {} : { detail }), ...(data ? { data } : {}) }
}

/** A check that does not hold. */
export function failed(name: CheckName, detail: string, data?: MessageData): Check {
  return data ? { name, result: 'failed', detail, data } : { name, result: 'failed', detail }
}

/** A check that could not be done, and why. */
export function notDone(name: CheckName, detail: string, data?: MessageData): Check {
  return data ? { name, result: 'notDone', detail, data } : { name, result: 'notDone', detail }
}
