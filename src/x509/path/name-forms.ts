/**
 * Whether a name lies within a subtree, by its form (RFC 5280 §4.2.1.10). Names that are not what their form says are told
 * apart: they lie within nothing that is permitted, and within everything that is excluded.
 */
import type { GeneralName } from '../general-name.ts'
import { type Name, nameKey } from '../name.ts'

/** The answer where there is none: refused whichever way it is asked. */
export type Within = boolean | 'unclear'

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/

/** Whether a text in lower case is a host name: labels of letters, digits and hyphens; underscores are met. No dot at either end. */
function isHost(text: string): boolean {
  return text.length <= 253 && text.split('.').every((label) => LABEL.test(label))
}

/** A host name whose last label is a number is an address to all who resolve it. */
function isNumeric(host: string): boolean {
  return /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/.test(host)
}

/** At the end of a name of labels, or the whole of it. */
function endsIn(host: string, base: string): boolean {
  return host === base || host.endsWith(`.${base}`)
}

function dnsWithin(name: string, base: string): Within {
  const [host, tree] = [name.toLowerCase(), base.toLowerCase()]
  const wildcard = host.startsWith('*.')
  const rest = wildcard ? host.slice(2) : host
  if (!isHost(rest)) return 'unclear'
  if (tree === '' || endsIn(rest, tree)) return true
  // Some of the names that a wildcard stands for lie in the tree, others outside.
  return wildcard && endsIn(tree, rest) ? 'unclear' : false
}

const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i

/** Local part and host of a mailbox (RFC 2821 §4.1.2); quoted local parts have too many spellings to compare. */
function mailbox(text: string): { local: string; host: string } | null {
  const at = text.lastIndexOf('@')
  const [local, host] = [text.slice(0, at), text.slice(at + 1).toLowerCase()]
  return at > 0 && LOCAL.test(local) && isHost(host) ? { local, host } : null
}

function mailWithin(name: string, base: string): Within {
  const box = mailbox(name)
  if (!box) return 'unclear'
  const wanted = mailbox(base)
  if (!wanted) return hostWithin(box.host, base)
  if (box.host !== wanted.host) return false
  // The host decides whether case matters in the local part: neither the same box for sure nor another.
  return box.local === wanted.local || (box.local.toLowerCase() === wanted.local.toLowerCase() ? 'unclear' : false)
}

/** Mail and URI: a leading period stands for the hosts below, no period for that host alone. */
function hostWithin(host: string, base: string): boolean {
  const tree = base.toLowerCase()
  return tree.startsWith('.') ? host.endsWith(tree) && host.length > tree.length : host === tree
}

/** The host of a URI. Whatever two readers could read differently has none. */
function hostOf(uri: string): string | null {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)(?:[/?#]|$)/i.exec(uri)?.[1]
  const host = authority && /^(?:[a-z0-9._~!$&'()*+,;=:-]*@)?([a-z0-9._-]+)(?::\d*)?$/i.exec(authority)?.[1]?.toLowerCase()
  return host && isHost(host) && !isNumeric(host) ? host : null
}

function uriWithin(name: string, base: string): Within {
  const host = hostOf(name)
  return host === null ? 'unclear' : hostWithin(host, base)
}

const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

function addressWithin(name: Uint8Array, base: Uint8Array): Within {
  if (name.length !== 4 && name.length !== 16) return 'unclear'
  const half = base.length / 2
  if (name.length === half) return name.every((octet, i) => ((octet ^ (base[i] as number)) & (base[half + i] as number)) === 0)
  // An IPv4 address in the clothes of IPv6.
  const mapped = name.length === 16 && MAPPED_PREFIX.every((octet, i) => name[i] === octet)
  return mapped && addressWithin(name.subarray(12), base) === true ? 'unclear' : false
}

function directoryWithin(name: Name, base: Name): boolean {
  if (base.value.length > name.value.length) return false
  return base.value.every((rdn, i) => nameKey({ value: [rdn], bytes: base.bytes }) === nameKey({ value: [name.value[i] ?? []], bytes: name.bytes }))
}

/** Whether the name lies within the subtree; of different forms, it does not. Forms that RFC 5280 has no rule for are never clear. */
export function isWithin(name: GeneralName, base: GeneralName): Within {
  if (name.type === 'rfc822Name' && base.type === 'rfc822Name') return mailWithin(name.value, base.value)
  if (name.type === 'dNSName' && base.type === 'dNSName') return dnsWithin(name.value, base.value)
  if (name.type === 'uniformResourceIdentifier' && base.type === 'uniformResourceIdentifier') return uriWithin(name.value, base.value)
  if (name.type === 'iPAddress' && base.type === 'iPAddress') return addressWithin(name.value, base.value)
  if (name.type === 'directoryName' && base.type === 'directoryName') return directoryWithin(name.value, base.value)
  return name.type === base.type ? 'unclear' : false
}

function isMask(mask: Uint8Array): boolean {
  const bits = [...mask].map((octet) => octet.toString(2).padStart(8, '0')).join('')
  return !bits.includes('01')
}

/** Whether a subtree is one that its form allows; others cannot be processed. */
export function isSubtree(base: GeneralName): boolean {
  switch (base.type) {
    case 'dNSName':
      return base.value === '' || isHost(base.value.toLowerCase())
    case 'rfc822Name':
      return mailbox(base.value) !== null || isHost(base.value.toLowerCase().replace(/^\./, ''))
    case 'uniformResourceIdentifier':
      return isHost(base.value.toLowerCase().replace(/^\./, '')) && !isNumeric(base.value.toLowerCase())
    case 'iPAddress': {
      const { length } = base.value
      return (length === 8 || length === 32) && isMask(base.value.subarray(length / 2))
    }
    default:
      return true
  }
}

/** Whether a dNSName is in the preferred name syntax (§4.2.1.6), a wildcard for its first label allowed. */
export function isPreferredDnsName(name: string): boolean {
  const host = name.toLowerCase().replace(/^\*\./, '')
  return isHost(host) && !host.includes('_')
}

/** Whether a mail address is a mailbox as §4.2.1.6 wants it. */
export function isMailbox(name: string): boolean {
  return mailbox(name) !== null
}
