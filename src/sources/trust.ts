/** Trust anchors and certificates out of what people have: DER, PEM, and the PKCS#7 bundles that authorities hand out (`.p7b`, `.p7c`). */
import { parseSignedData } from '../cms/signed-data.ts'
import { equal, fromLatin1 } from '../core/bytes.ts'
import { isKysoError, KysoError } from '../core/errors.ts'
import { type Certificate, parseCertificate } from '../x509/certificate.ts'
import { BASIC_CONSTRAINTS, keyUsages, readExtension } from '../x509/extensions.ts'
import { nameToString } from '../x509/name.ts'
import { type AnchorOptions, type TrustAnchor, trustAnchor } from '../x509/path/anchor.ts'
import { pemBlocks } from '../x509/pem.ts'

/** Certificates in one of the forms they are kept in: DER, a PKCS#7 bundle, PEM of either (bytes or text), or one that was read already. */
export type CertificateInput = Uint8Array | string | Certificate

/** What is said of anchors beyond their certificates; it holds for all of one call. */
export interface TrustAnchorsOptions extends AnchorOptions {
  /**
   * Whether a certificate that is no authority's may be an anchor; an error when left out. A signature made with this very certificate is
   * then trusted without asking who issued it. As any anchor's, its key is then also believed where it has signed other certificates.
   */
  readonly allowEndEntity?: boolean
}

/** What stands behind `BEGIN`. Some programs put a PKCS#7 bundle under the label of a certificate, so the label decides nothing. */
const LABELS: ReadonlySet<string> = new Set(['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE', 'PKCS7', 'PKCS #7 SIGNED DATA', 'CMS'])

/**
 * Reads certificates in any of the forms they are kept in, in their order, each once.
 *
 * @param inputs each DER, a PKCS#7 bundle (RFC 5652 SignedData; who signed it, if anybody, is not looked at), or PEM with any number of either
 * @throws KysoError `ERR_TRUST_FILE` where an input holds none, `ERR_CERTIFICATE_SYNTAX` where one is malformed, `ERR_ARGUMENT`
 * @example
 * ```ts
 * readCertificates(await readFile('chain.pem')).length // => 2
 * ```
 */
export function readCertificates(...inputs: readonly CertificateInput[]): Certificate[] {
  const found: Certificate[] = []
  const seen = new Set<string>()
  for (const certificate of inputs.flatMap(readInput)) {
    const key = fromLatin1(certificate.bytes)
    if (seen.has(key)) continue
    seen.add(key)
    found.push(certificate)
  }
  return found
}

/**
 * Trust anchors out of certificates: roots, or issuing CAs that are trusted themselves. Trust goes by name and key; the validity of a
 * certificate bounds its anchor. A certificate that stands in several inputs makes one anchor.
 *
 * @param inputs as {@link readCertificates} takes them; options may come last and hold for all
 * @throws KysoError `ERR_TRUST_NOT_CA` for a certificate that is no authority's (see `allowEndEntity`), `ERR_TRUST_FILE` where an input
 *   holds none, `ERR_CERTIFICATE_SYNTAX` where one is malformed, `ERR_ARGUMENT`
 * @example
 * ```ts
 * const trust = trustAnchors(await readFile('root.pem'), { distrustAfter: new Date('2027-06-30T17:00:00Z') })
 * const report = await verify(signed, { trust })
 * report.signatures[0].trustAnchor // => 'CN=Lab root,O=Phòng thí nghiệm Ký số,C=VN'
 * ```
 */
export function trustAnchors(...inputs: readonly CertificateInput[]): TrustAnchor[]
export function trustAnchors(...inputs: readonly [...CertificateInput[], TrustAnchorsOptions]): TrustAnchor[]
export function trustAnchors(...given: readonly (CertificateInput | TrustAnchorsOptions)[]): TrustAnchor[] {
  const inputs: CertificateInput[] = []
  let options: TrustAnchorsOptions = {}
  for (const [index, one] of given.entries()) {
    if (isInput(one)) inputs.push(one)
    else if (index === given.length - 1 && typeof one === 'object' && one !== null) options = one
    else throw noInput()
  }
  return anchorsOf(readCertificates(...inputs), options)
}

/** Anchors of certificates that were read. Throws as {@link trustAnchors} does. */
export function anchorsOf(certificates: readonly Certificate[], options: TrustAnchorsOptions = {}): TrustAnchor[] {
  const { allowEndEntity = false, ...said } = options
  return certificates.map((certificate) => {
    if (!allowEndEntity && !isAuthority(certificate)) {
      const subject = nameToString(certificate.subject)
      throw new KysoError('ERR_TRUST_NOT_CA', `the certificate of ${subject} is no authority’s`, { subject })
    }
    return trustAnchor(certificate, said)
  })
}

/** Whether a certificate may issue others (RFC 5280 §4.2.1.9, §4.2.1.3). Roots from before version 3 cannot say so. */
function isAuthority(certificate: Certificate): boolean {
  if (certificate.version < 3) return equal(certificate.issuer.bytes, certificate.subject.bytes)
  return readExtension(certificate, BASIC_CONSTRAINTS)?.cA === true && (keyUsages(certificate)?.includes('keyCertSign') ?? true)
}

function isInput(value: unknown): value is CertificateInput {
  return typeof value === 'string' || value instanceof Uint8Array || (typeof value === 'object' && value !== null && 'tbs' in value)
}

function noInput(): KysoError {
  return new KysoError('ERR_ARGUMENT', 'a certificate is given as bytes, as PEM text, or as one that was read', { argument: 'inputs' })
}

function readInput(input: CertificateInput): readonly Certificate[] {
  if (!isInput(input)) throw noInput()
  if (typeof input !== 'string' && !(input instanceof Uint8Array)) return [input]
  const structures =
    typeof input !== 'string' && input[0] === 0x30
      ? [input]
      : pemBlocks(typeof input === 'string' ? input : fromLatin1(input)).flatMap(({ label, bytes }) => (LABELS.has(label) ? [bytes] : []))
  const found = structures.flatMap(readStructure)
  if (found.length === 0) throw new KysoError('ERR_TRUST_FILE', 'there is no certificate', { purpose: 'untrusted' })
  return found
}

/** A certificate, or all of a bundle: one of a bundle that cannot be read would be missing without a word. */
function readStructure(bytes: Uint8Array): readonly Certificate[] {
  try {
    return [parseCertificate(bytes)]
  } catch (error) {
    if (!isKysoError(error, 'ERR_CERTIFICATE_SYNTAX')) throw error
    const bundle = readBundle(bytes)
    if (!bundle) throw error
    if (bundle.unread > 0) throw new KysoError('ERR_CERTIFICATE_SYNTAX', 'the bundle holds something that cannot be read', { count: bundle.unread })
    return bundle.certificates
  }
}

function readBundle(bytes: Uint8Array): Pick<ReturnType<typeof parseSignedData>, 'certificates' | 'unread'> | null {
  try {
    return parseSignedData(bytes)
  } catch (error) {
    if (!isKysoError(error, 'ERR_CMS_SYNTAX')) throw error
    return null
  }
}
