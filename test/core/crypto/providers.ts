import * as nodeCrypto from 'node:crypto'
import { Crypto as PeculiarCrypto } from '@peculiar/webcrypto'
import { nodeCryptoProvider } from '../../../src/core/crypto/node.ts'
import type { CryptoProvider, PublicKey, SignatureScheme, SignedBytes } from '../../../src/core/crypto/provider.ts'
import { webCryptoProvider } from '../../../src/core/crypto/web.ts'

/** WebCrypto that has nothing but random numbers: what kyso's own fallbacks do alone. */
const bare: Crypto = {
  getRandomValues: (array) => globalThis.crypto.getRandomValues(array),
  randomUUID: () => nodeCrypto.randomUUID(),
  subtle: new Proxy({} as SubtleCrypto, {
    get: () => () => Promise.reject(new DOMException('not here', 'NotSupportedError')),
  }),
}

/** Every provider that has to give the same answers. */
export const PROVIDERS: ReadonlyMap<string, CryptoProvider> = new Map([
  ['node', nodeCryptoProvider(nodeCrypto)],
  ['web', webCryptoProvider()],
  ['@peculiar/webcrypto', webCryptoProvider(new PeculiarCrypto())],
  ['bare', webCryptoProvider(bare)],
])

/** What each provider answers, by name. */
export async function answers(scheme: SignatureScheme, key: PublicKey, data: SignedBytes, signature: Uint8Array): Promise<Record<string, boolean>> {
  const all: Record<string, boolean> = {}
  for (const [name, provider] of PROVIDERS) all[name] = await provider.verify(scheme, key, data, signature)
  return all
}

/** What {@link answers} gives when all agree. */
export function unanimous(answer: boolean): Record<string, boolean> {
  return Object.fromEntries([...PROVIDERS.keys()].map((name) => [name, answer]))
}
