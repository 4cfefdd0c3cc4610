/**
 * Which addresses lie in the open Internet. A certificate names the servers that are asked about it, and whoever made it up would
 * have a verifier knock on the doors of the network it runs in: those are opened only where the caller lists them.
 */
import { KysoError } from '../core/errors.ts'

/** Hosts and networks that may be asked although they are private. */
export interface Allowance {
  /** Whether a host is listed by name (or as an address); then any address of it will do. */
  host(hostname: string, port: string): boolean
  /** Whether an address is public, or lies in a network that is listed. What is no address is not allowed. */
  address(address: string): boolean
}

/** Address blocks of IPv4 that are not the Internet's (RFC 6890 and its registry), multicast and the reserved rest among them. */
const PRIVATE_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
].map(readNetwork)

/** Of IPv6 only 2000::/3 is the Internet's; these lie in it and are not. */
const GLOBAL_V6 = readNetwork('2000::/3')
const PRIVATE_V6 = ['2001::/23', '2001:db8::/32', '3fff::/20'].map(readNetwork)
/** IPv4 inside IPv6, and where in it: mapped, compatible, NAT64 (RFC 6052), 6to4 (RFC 3056). What counts is the address inside. */
const EMBEDDED = [
  { network: readNetwork('::ffff:0:0/96'), at: 12 },
  { network: readNetwork('64:ff9b::/96'), at: 12 },
  { network: readNetwork('2002::/16'), at: 2 },
]

interface Network {
  readonly bytes: Uint8Array
  readonly bits: number
}

/**
 * The octets of an address, four or sixteen; null for what is none.
 *
 * @param text as a URL's host or a socket has it; brackets and a zone are left out of account
 */
export function addressBytes(text: string): Uint8Array | null {
  const plain = text.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '')
  return plain.includes(':') ? v6(plain) : v4(plain)
}

function v4(text: string): Uint8Array | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null
  return Uint8Array.from(parts, Number)
}

function v6(text: string): Uint8Array | null {
  if (text.length > 45) return null
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [head, tail] = [words(halves[0] ?? ''), words(halves[1] ?? '')]
  if (!head || !tail) return null
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null
  return Uint8Array.from([...head, ...new Array<number>(missing).fill(0), ...tail].flatMap((word) => [word >> 8, word & 0xff]))
}

/** Groups of sixteen bits; the last two may be written as an IPv4 address (RFC 4291 §2.2). */
function words(text: string): number[] | null {
  if (text === '') return []
  const found: number[] = []
  for (const part of text.split(':')) {
    const inner = part.includes('.') ? v4(part) : null
    if (inner) found.push(((inner[0] ?? 0) << 8) | (inner[1] ?? 0), ((inner[2] ?? 0) << 8) | (inner[3] ?? 0))
    else if (/^[0-9a-f]{1,4}$/i.test(part)) found.push(Number.parseInt(part, 16))
    else return null
  }
  return found
}

function readNetwork(text: string): Network {
  const [address = '', length] = text.split('/')
  const bytes = addressBytes(address)
  const bits = length === undefined ? (bytes?.length ?? 0) * 8 : /^\d{1,3}$/.test(length) ? Number(length) : -1
  if (!bytes || bits < 0 || bits > bytes.length * 8) throw new KysoError('ERR_ARGUMENT', `${text.slice(0, 60)} is no network`)
  return { bytes, bits }
}

function within(bytes: Uint8Array, network: Network): boolean {
  if (bytes.length !== network.bytes.length) return false
  for (let bit = 0; bit < network.bits; bit += 8) {
    const mask = network.bits - bit >= 8 ? 0xff : (0xff << (8 - network.bits + bit)) & 0xff
    if ((((bytes[bit >> 3] ?? 0) ^ (network.bytes[bit >> 3] ?? 0)) & mask) !== 0) return false
  }
  return true
}

/** The IPv4 address that an IPv6 address stands for; the address itself where it stands for none. */
function innermost(bytes: Uint8Array): Uint8Array {
  const embedded = bytes.length === 16 ? EMBEDDED.find(({ network }) => within(bytes, network)) : undefined
  return embedded ? bytes.subarray(embedded.at, embedded.at + 4) : bytes
}

/**
 * Whether an address lies in the open Internet: not loopback, not a private or link-local network, not multicast, not reserved.
 *
 * @param address of IPv4 or IPv6; false for what is none
 */
export function isPublicAddress(address: string): boolean {
  const outer = addressBytes(address)
  if (!outer) return false
  const bytes = innermost(outer)
  if (bytes.length === 4) return !PRIVATE_V4.some((network) => within(bytes, network))
  return within(bytes, GLOBAL_V6) && !PRIVATE_V6.some((network) => within(bytes, network))
}

/** Names that lead into the machine or the local network by what they are (RFC 6761, RFC 6762, and `.internal`). */
export function isLocalName(hostname: string): boolean {
  return /(?:^|\.)(?:localhost|local|internal|home\.arpa)\.?$/i.test(hostname)
}

/**
 * Reads a list of what is allowed.
 *
 * @param list `true` for everything; else hosts (`ocsp.lab`, `ocsp.lab:8080`), addresses (`127.0.0.1`, `[::1]:8080`) and networks (`10.0.0.0/8`)
 * @throws KysoError `ERR_ARGUMENT`
 */
export function readAllowance(list: boolean | readonly string[] = []): Allowance {
  if (typeof list === 'boolean') return { host: () => list, address: (address) => list || isPublicAddress(address) }
  if (!Array.isArray(list) || !list.every((one) => typeof one === 'string' && one !== ''))
    throw new KysoError('ERR_ARGUMENT', 'allowPrivate: true, or hosts, addresses and networks')
  const hosts = new Set<string>()
  const networks: Network[] = []
  for (const entry of list) {
    if (entry.includes('/') || addressBytes(entry)) networks.push(readNetwork(entry))
    else hosts.add(entry.toLowerCase())
  }
  const inNetwork = (address: string): boolean => {
    const outer = addressBytes(address)
    return outer !== null && networks.some((network) => within(outer, network) || within(innermost(outer), network))
  }
  return {
    host: (hostname, port) => hosts.has(hostname.toLowerCase()) || (port !== '' && hosts.has(`${hostname.toLowerCase()}:${port}`)) || inNetwork(hostname),
    address: (address) => isPublicAddress(address) || inNetwork(address),
  }
}

/** Whether a URL leads into a private network by what it says; what its name leads to is known only once it is connected to. */
export function isPrivateUrl(url: URL, allowance: Allowance): boolean {
  if (allowance.host(url.hostname, url.port || (url.protocol === 'https:' ? '443' : '80'))) return false
  return addressBytes(url.hostname) ? !allowance.address(url.hostname) : isLocalName(url.hostname)
}
