/**
 * Certificate policies (RFC 5280 §6.1.2–6.1.5) by the graph of RFC 9618: each policy is one node a level, so that policies
 * and mappings of hostile size cost what they weigh, where the tree of RFC 5280 grows exponentially.
 */
import type { Budget } from '../../core/budget.ts'
import { type Certificate, isSelfIssued } from '../certificate.ts'
import * as ext from '../extensions.ts'
import type { MergedConstraints } from './inputs.ts'

/** anyPolicy (§4.2.1.4). */
export const ANY_POLICY = '2.5.29.32.0'

/** A node of the graph; its depth is its level. */
interface PolicyNode {
  readonly policy: string
  expected: ReadonlySet<string>
  readonly parents: ReadonlySet<PolicyNode>
}

type Level = Map<string, PolicyNode>

/** What policies a path is valid for. */
export interface ValidPolicies {
  /** authorities-constrained-policy-set: those that hold by what the authorities say; anyPolicy (`2.5.29.32.0`) for all. */
  readonly authorities: readonly string[]
  /** user-constrained-policy-set: those among them that were asked for. */
  readonly user: readonly string[]
}

/** Says where policies end a path. */
type Tell = (code: 'policyMissing' | 'policyMappingInvalid', detail: string) => void

/** The state of policy processing while it goes down a path. */
export class PolicyGraph {
  /** `null` is the graph without a node: no policy is valid any more. */
  #levels: Level[] | null
  #explicit: number
  #mapping: number
  #any: number
  readonly #user: ReadonlySet<string> | null
  readonly #budget: Budget
  #told = false

  /**
   * @param length number of certificates of the path
   * @param constraints the inputs of §6.1.1 (c)–(f)
   * @param budget pays for each policy and each mapping
   */
  constructor(length: number, constraints: MergedConstraints, budget: Budget) {
    this.#budget = budget
    this.#levels = [new Map([[ANY_POLICY, { policy: ANY_POLICY, expected: new Set([ANY_POLICY]), parents: new Set() }]])]
    this.#explicit = constraints.requireExplicitPolicy ? 0 : length + 1
    this.#mapping = constraints.inhibitPolicyMapping ? 0 : length + 1
    this.#any = constraints.inhibitAnyPolicy ? 0 : length + 1
    this.#user = constraints.policies
  }

  /** §6.1.3 (d)–(f): the policies of the next certificate downwards. */
  certificate(certificate: Certificate, policies: readonly string[] | undefined, isLeaf: boolean, tell: Tell): void {
    this.#budget.spend('nameChecks', policies?.length ?? 0)
    if (policies === undefined) this.#levels = null
    else if (this.#levels) this.#grow(this.#levels, policies, this.#any > 0 || (!isLeaf && isSelfIssued(certificate)))
    if (this.#explicit === 0 && !this.#levels) this.#missing(tell)
  }

  /** Told once a path: what is missing above is missing below. */
  #missing(tell: Tell): void {
    if (!this.#told) tell('policyMissing', 'no acceptable certificate policy is valid from here on, and one is required')
    this.#told = true
  }

  #grow(levels: Level[], policies: readonly string[], anyAllowed: boolean): void {
    const above = levels[levels.length - 1] as Level
    const expecting = new Map<string, Set<PolicyNode>>()
    for (const node of above.values())
      for (const policy of node.expected) {
        const nodes = expecting.get(policy)
        if (nodes) nodes.add(node)
        else expecting.set(policy, new Set([node]))
      }
    const level: Level = new Map()
    const add = (policy: string, parents: ReadonlySet<PolicyNode>): void => {
      level.set(policy, { policy, expected: new Set([policy]), parents })
    }
    const any = above.get(ANY_POLICY)
    for (const policy of policies) {
      if (policy === ANY_POLICY) continue
      const parents = expecting.get(policy) ?? (any && new Set([any]))
      if (parents) add(policy, parents)
    }
    if (policies.includes(ANY_POLICY) && anyAllowed) for (const [policy, parents] of expecting) if (!level.has(policy)) add(policy, parents)
    levels.push(level)
    this.#prune()
  }

  /** §6.1.3 (d)(3): what leads nowhere goes, from below. */
  #prune(): void {
    const levels = this.#levels
    if (!levels) return
    for (let depth = levels.length - 2; depth >= 0; depth--) {
      const used = new Set<PolicyNode>()
      for (const node of (levels[depth + 1] as Level).values()) for (const parent of node.parents) used.add(parent)
      const level = levels[depth] as Level
      for (const node of level.values()) if (!used.has(node)) level.delete(node.policy)
    }
    if (levels[0]?.size === 0 || levels[levels.length - 1]?.size === 0) this.#levels = null
  }

  /** §6.1.4 (a), (b), (h)–(j): what an authority says of the certificates below it. */
  authority(certificate: Certificate, tell: Tell): void {
    const mappings = ext.readExtension(certificate, ext.POLICY_MAPPINGS) ?? []
    this.#budget.spend('nameChecks', mappings.length)
    if (mappings.some((one) => one.issuerDomainPolicy === ANY_POLICY || one.subjectDomainPolicy === ANY_POLICY)) {
      tell('policyMappingInvalid', 'a policy is mapped to or from anyPolicy')
      this.#levels = null
    }
    const mapped = new Map<string, Set<string>>()
    for (const { issuerDomainPolicy, subjectDomainPolicy } of mappings) {
      const to = mapped.get(issuerDomainPolicy)
      if (to) to.add(subjectDomainPolicy)
      else mapped.set(issuerDomainPolicy, new Set([subjectDomainPolicy]))
    }
    this.#map(mapped)
    if (!isSelfIssued(certificate)) {
      this.#explicit = Math.max(0, this.#explicit - 1)
      this.#mapping = Math.max(0, this.#mapping - 1)
      this.#any = Math.max(0, this.#any - 1)
    }
    const constraints = ext.readExtension(certificate, ext.POLICY_CONSTRAINTS)
    this.#explicit = lower(this.#explicit, constraints?.requireExplicitPolicy)
    this.#mapping = lower(this.#mapping, constraints?.inhibitPolicyMapping)
    this.#any = lower(this.#any, ext.readExtension(certificate, ext.INHIBIT_ANY_POLICY))
  }

  #map(mapped: ReadonlyMap<string, ReadonlySet<string>>): void {
    const levels = this.#levels
    if (!levels || mapped.size === 0) return
    const level = levels[levels.length - 1] as Level
    const wildcard = level.get(ANY_POLICY)
    for (const [policy, expected] of mapped) {
      const node = level.get(policy)
      if (this.#mapping === 0) level.delete(policy)
      else if (node) node.expected = expected
      else if (wildcard) level.set(policy, { policy, expected, parents: wildcard.parents })
    }
    this.#prune()
  }

  /** §6.1.5 (a), (b), (g): what came of it, with the leaf's own constraints. */
  finish(leaf: Certificate, tell: Tell): ValidPolicies {
    this.#explicit = Math.max(0, this.#explicit - 1)
    if (ext.readExtension(leaf, ext.POLICY_CONSTRAINTS)?.requireExplicitPolicy === 0) this.#explicit = 0
    const authorities = [...this.#authorities()]
    const user = this.#user
    const valid = user === null ? authorities : authorities.includes(ANY_POLICY) ? [...user] : authorities.filter((policy) => user.has(policy))
    if (this.#explicit === 0 && valid.length === 0) this.#missing(tell)
    return { authorities, user: valid }
  }

  /** RFC 9618 §5.6: the policies in the terms of the topmost authority, those that follow from anyPolicy. */
  #authorities(): Set<string> {
    const found = new Set<string>()
    const levels = this.#levels
    if (!levels) return found
    for (const level of levels)
      for (const { policy, parents } of level.values()) if (policy !== ANY_POLICY && [...parents].some((one) => one.policy === ANY_POLICY)) found.add(policy)
    if (levels[levels.length - 1]?.has(ANY_POLICY)) found.add(ANY_POLICY)
    return found
  }
}

function lower(counter: number, value: number | undefined): number {
  // A negative number is no SkipCerts (§4.2.1.11); the strictest reading of it is 0.
  return value === undefined ? counter : Math.min(counter, Math.max(0, value))
}
