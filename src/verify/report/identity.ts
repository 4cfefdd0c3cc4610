/** Who a signer is beyond the attributes of X.509: what a caller's own reading of the certificate adds to the report. */
import { type Catalogue, format, type MessageKey } from '../../core/messages.ts'
import { safeText } from '../../core/text.ts'

/** Kinds of identifiers that reports have words for. */
export type IdentifierKind = 'taxCode' | 'citizenId' | 'identityCard' | 'passport' | 'budgetCode' | 'insuranceCode' | 'other'

/** One identifier of a signer. */
export interface SignerIdentifier {
  readonly kind: IdentifierKind
  readonly value: string
}

/** What a reader of identities gives. Every text is from the certificate: make it safe before it is shown. */
export interface SignerIdentity {
  /** Every identifier, of which there may be several of a kind; `other` as it stands in the certificate. */
  readonly identifiers?: readonly SignerIdentifier[]
  /** Tax code (mã số thuế); as all that follow the first of its kind. */
  readonly taxCode?: string
  /** Citizen identity number (căn cước công dân). */
  readonly citizenId?: string
  /** Number of the older identity card (chứng minh nhân dân). */
  readonly identityCard?: string
  readonly passport?: string
  /** Code of a unit that is financed by the state budget (mã số đơn vị có quan hệ với ngân sách). */
  readonly budgetCode?: string
  /** Social insurance code (mã số bảo hiểm xã hội). */
  readonly insuranceCode?: string
  /** The person, without position. */
  readonly personName?: string
  /** The person's position. */
  readonly title?: string
}

/** A line for each identifier, with its label where it is of a known kind. */
export function identifierLines(catalogue: Catalogue, identifiers: readonly SignerIdentifier[]): string[] {
  return identifiers.map(({ kind, value }) => {
    const key: MessageKey = `identifier.${kind}`
    return kind === 'other' ? safeText(value) : format(catalogue, key, { value })
  })
}
