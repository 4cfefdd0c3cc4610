/** Name constraints along a path (RFC 5280 §4.2.1.10, §6.1.3 (b)–(c), §6.1.4 (g)). */
import type { Budget } from '../../core/budget.ts'
import type { Certificate } from '../certificate.ts'
import * as ext from '../extensions.ts'
import type { GeneralName } from '../general-name.ts'
import { ATTRIBUTE, attributeTexts, isEmptyName } from '../name.ts'
import type { NameConstraints } from './inputs.ts'
import { isSubtree, isWithin } from './name-forms.ts'

/** Says why names end a path. */
type Tell = (code: 'nameNotPermitted' | 'nameExcluded' | 'constraintNotChecked', detail: string) => void

/** SmtpUTF8Mailbox (RFC 9598 §6): an otherName that constraints on mail addresses bind too. */
const SMTP_UTF8_MAILBOX = '1.3.6.1.5.5.7.8.9'

/** Forms that RFC 5280 §4.2.1.10 gives no rule for. */
const WITHOUT_RULE: ReadonlySet<GeneralName['type']> = new Set(['otherName', 'x400Address', 'ediPartyName', 'registeredID'])

/** Every name of a certificate that constraints bind: its subject, the mail addresses in it, and the alternative names. */
function namesOf(certificate: Certificate): GeneralName[] {
  const names: GeneralName[] = []
  if (!isEmptyName(certificate.subject)) names.push({ type: 'directoryName', value: certificate.subject })
  // The RFC asks for those only where there is no subjectAltName; readers show them either way.
  for (const value of attributeTexts(certificate.subject, ATTRIBUTE.email)) names.push({ type: 'rfc822Name', value })
  names.push(...(ext.readExtension(certificate, ext.SUBJECT_ALT_NAME) ?? []))
  return names
}

/** For a detail: form and value, as far as it is text. */
function describe(name: GeneralName): string {
  return typeof name.value === 'string' ? `${name.type} ${name.value}` : name.type
}

function file(byForm: Map<GeneralName['type'], GeneralName[]>, base: GeneralName): void {
  const list = byForm.get(base.type)
  if (list) list.push(base)
  else byForm.set(base.type, [base])
}

/** The state of name processing while it goes down a path: what each authority permits has to hold, and what any excludes. */
export class NameSpace {
  /** One layer an authority, by form: a name of that form lies within one of them. Their intersection need not be computed. */
  readonly #permitted: ReadonlyMap<GeneralName['type'], readonly GeneralName[]>[] = []
  readonly #excluded = new Map<GeneralName['type'], GeneralName[]>()
  readonly #budget: Budget

  constructor(budget: Budget) {
    this.#budget = budget
  }

  /** Adds what an authority, an anchor or the caller says. */
  constrain({ permittedSubtrees, excludedSubtrees }: NameConstraints, tell: Tell): void {
    const all = [...(permittedSubtrees ?? []), ...(excludedSubtrees ?? [])]
    this.#budget.spend('nameChecks', all.length)
    if (all.length === 0) tell('constraintNotChecked', 'name constraints without a subtree')
    // §4.2.1.10: minimum is zero and maximum absent; processing them otherwise is not defined.
    if (all.some(({ minimum, maximum }) => minimum !== 0 || maximum !== undefined)) tell('constraintNotChecked', 'a subtree with minimum or maximum')
    const odd = all.find(({ base }) => !isSubtree(base))
    if (odd) tell('constraintNotChecked', `a malformed subtree: ${describe(odd.base)}`)
    if (permittedSubtrees) {
      const layer = new Map<GeneralName['type'], GeneralName[]>()
      for (const { base } of permittedSubtrees) file(layer, base)
      this.#permitted.push(layer)
    }
    for (const { base } of excludedSubtrees ?? []) file(this.#excluded, base)
  }

  /** Whether a form is constrained at all. */
  #binds(type: GeneralName['type']): boolean {
    return this.#excluded.has(type) || this.#permitted.some((layer) => layer.has(type))
  }

  /**
   * Holds the names of a certificate against all that stands above it.
   *
   * @throws KysoError `ERR_CERTIFICATE_SYNTAX` where its names cannot be read, `ERR_BUDGET_EXCEEDED`
   */
  check(certificate: Certificate, tell: Tell): void {
    if (this.#permitted.length === 0 && this.#excluded.size === 0) return
    const names = namesOf(certificate)
    this.#budget.spend('nameChecks', names.length)
    for (const name of names) {
      const unicodeMail = name.type === 'otherName' && name.value.typeId === SMTP_UTF8_MAILBOX && this.#binds('rfc822Name')
      if (unicodeMail || (WITHOUT_RULE.has(name.type) && this.#binds(name.type))) tell('constraintNotChecked', `a constraint on names of the form ${name.type}`)
      else this.#checkName(name, tell)
    }
  }

  #checkName(name: GeneralName, tell: Tell): void {
    const excluded = this.#excluded.get(name.type) ?? []
    this.#budget.spend('nameChecks', excluded.length)
    if (excluded.some((base) => isWithin(name, base) !== false)) tell('nameExcluded', describe(name))
    for (const layer of this.#permitted) {
      const permitted = layer.get(name.type)
      if (!permitted) continue
      this.#budget.spend('nameChecks', permitted.length)
      if (!permitted.some((base) => isWithin(name, base) === true)) {
        tell('nameNotPermitted', describe(name))
        return
      }
    }
  }
}
