import { readFileSync } from 'node:fs'
import { parseCertificate, trustAnchor } from 'kyso/x509'

/** What `verify` is given: the lab's root, and its revocation lists. */
export function trust(root, crls) {
  const file = (path) => new Uint8Array(readFileSync(path))
  return { trust: [trustAnchor(parseCertificate(file(root)))], crls: crls.map(file) }
}
