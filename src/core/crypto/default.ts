import { nodeCryptoModule, nodeCryptoProvider } from './node.ts'
import type { CryptoProvider } from './provider.ts'
import { webCryptoProvider } from './web.ts'

let cached: CryptoProvider | undefined

/**
 * The provider used when none is injected: Node's own crypto where there is one, WebCrypto elsewhere.
 *
 * @example
 * ```ts
 * defaultCrypto().name // => 'node:crypto'
 * ```
 */
export function defaultCrypto(): CryptoProvider {
  if (!cached) {
    const node = nodeCryptoModule()
    cached = node ? nodeCryptoProvider(node) : webCryptoProvider()
  }
  return cached
}
