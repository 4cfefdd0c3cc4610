/** The canonicalisation algorithms of XML signatures, and the URIs that name them. */

/** One of the six: Canonical XML 1.0 (`inclusive`) and 1.1 (`inclusive11`), Exclusive XML Canonicalization 1.0; each with or without comments. */
export interface C14nAlgorithm {
  readonly method: 'inclusive' | 'inclusive11' | 'exclusive'
  readonly comments: boolean
}

const URIS: Readonly<Record<C14nAlgorithm['method'], { readonly without: string; readonly with: string }>> = {
  inclusive: {
    without: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
    with: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments',
  },
  inclusive11: { without: 'http://www.w3.org/2006/12/xml-c14n11', with: 'http://www.w3.org/2006/12/xml-c14n11#WithComments' },
  exclusive: { without: 'http://www.w3.org/2001/10/xml-exc-c14n#', with: 'http://www.w3.org/2001/10/xml-exc-c14n#WithComments' },
}

const ALGORITHMS: ReadonlyMap<string, C14nAlgorithm> = new Map(
  (Object.keys(URIS) as C14nAlgorithm['method'][]).flatMap((method): [string, C14nAlgorithm][] => [
    [URIS[method].without, { method, comments: false }],
    [URIS[method].with, { method, comments: true }],
  ]),
)

/** The algorithm a URI names (XML-DSig 1.1 §6.5); `undefined` for any other URI. */
export function c14nFromUri(uri: string): C14nAlgorithm | undefined {
  return ALGORITHMS.get(uri)
}

/** The URI that names an algorithm. */
export function c14nUri(algorithm: C14nAlgorithm): string {
  return URIS[algorithm.method][algorithm.comments ? 'with' : 'without']
}
