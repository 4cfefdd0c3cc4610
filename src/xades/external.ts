/** Content beside the document that its signatures refer to. */

import { Budget } from '../core/budget.ts'
import { equal } from '../core/bytes.ts'
import { type Check, failed } from '../core/check.ts'
import { attempt } from '../core/errors.ts'
import { DocumentHashes } from '../core/hash.ts'
import { readAll } from '../core/source.ts'
import type { DetachedContent, ReadContext } from '../facts/index.ts'
import { digestOfUri } from '../xmldsig/algorithms.ts'
import type { ExternalResolver } from '../xmldsig/context.ts'
import { type Reference, readManifests, type XmlSignature } from '../xmldsig/signature.ts'

/** Last part of a path or URI. */
function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? ''
}

/** The name a URI ends in, its percent-encoding taken off. */
function nameOfUri(uri: string): string {
  const path = fileName(uri.replace(/[?#].*$/s, ''))
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

const isOutside = ({ uri }: Reference): boolean => uri === null || (uri !== '' && !uri.startsWith('#'))

/** Whom references outside mean among the content given: by the name that the URI ends in, or by the digest. */
export class Externals {
  readonly #contents: readonly { readonly content: DetachedContent; readonly hashes: DocumentHashes }[]

  #found = false

  constructor({ detached = [], crypto, budget }: ReadContext) {
    this.#contents = detached.map((content) => ({ content, hashes: new DocumentHashes(crypto, content.source, budget) }))
  }

  /** Content that was given where no reference asked for any: whoever gave it believes that it is what was signed. */
  get unused(): Check | undefined {
    const [first] = this.#contents
    if (this.#found || !first) return undefined
    const { name } = first.content
    const detail = 'no reference is over the content that was given'
    return failed('contentCovered', detail, { reason: 'given', ...(name === undefined ? {} : { name: fileName(name) }) })
  }

  /** A resolver for the references of one signature; `undefined` where there is nothing to resolve. */
  async resolverFor(signature: XmlSignature): Promise<ExternalResolver | undefined> {
    // What a manifest lists is looked for likewise; its references are counted where they are checked.
    const listed = attempt(() => readManifests(signature, new Budget())) ?? []
    const outside = [...signature.references, ...listed.flatMap(({ references }) => references)].filter(isOutside)
    if (outside.length === 0 || this.#contents.length === 0) return undefined
    const found = new Map<string | null, DetachedContent>()
    for (const reference of outside) {
      if (found.has(reference.uri)) continue
      const content = (await this.#find(reference)) ?? (outside.length === 1 && this.#contents.length === 1 ? this.#contents[0]?.content : undefined)
      if (content) found.set(reference.uri, content)
      this.#found ||= content !== undefined
    }
    return (uri) => {
      const content = found.get(uri)
      return content && readAll(content.source)
    }
  }

  async #find(reference: Reference): Promise<DetachedContent | undefined> {
    const wanted = reference.uri === null ? undefined : nameOfUri(reference.uri)
    const named = this.#contents.filter(({ content }) => wanted !== undefined && content.name !== undefined && fileName(content.name) === wanted)
    if (named.length === 1) return named[0]?.content
    const algorithm = attempt(() => digestOfUri(reference.digestMethod))
    if (algorithm === undefined) return named[0]?.content
    for (const { content, hashes } of named.length > 0 ? named : this.#contents)
      if (equal(await hashes.digest(algorithm, [{ offset: 0, length: content.source.size }]), reference.digestValue)) return content
    return named[0]?.content
  }
}
