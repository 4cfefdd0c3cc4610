/** Joining of `xml:base` values: Canonical XML 1.1 §2.4 with its Appendix A, which changes RFC 3986 §5.2 so that relative bases can be joined. */

interface UriReference {
  readonly scheme: string | undefined
  readonly authority: string | undefined
  readonly path: string
  readonly query: string | undefined
}

/** RFC 3986 Appendix B, by hand: no pattern that a hostile value could slow down. The fragment is dropped. */
function split(reference: string): UriReference {
  const hash = reference.indexOf('#')
  let rest = hash < 0 ? reference : reference.slice(0, hash)
  const mark = rest.indexOf('?')
  const query = mark < 0 ? undefined : rest.slice(mark + 1)
  if (mark >= 0) rest = rest.slice(0, mark)
  let scheme: string | undefined
  const colon = rest.indexOf(':')
  const slash = rest.indexOf('/')
  if (colon > 0 && (slash < 0 || colon < slash)) {
    scheme = rest.slice(0, colon)
    rest = rest.slice(colon + 1)
  }
  let authority: string | undefined
  if (rest.startsWith('//')) {
    const end = rest.indexOf('/', 2)
    authority = end < 0 ? rest.slice(2) : rest.slice(2, end)
    rest = end < 0 ? '' : rest.slice(end)
  }
  return { scheme, authority, path: rest, query }
}

/**
 * Remove Dot Segments of Appendix A: leading `../` of a relative path stay, runs of `/` become one, a trailing `..` becomes `../`.
 *
 * @param path of a URI reference
 */
export function removeDotSegments(path: string): string {
  const segments = path.split('/')
  const absolute = path.startsWith('/')
  const out: string[] = []
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i] as string
    const last = i === segments.length - 1
    if (segment === '..') {
      if (out.length > 0 && out[out.length - 1] !== '..') out.pop()
      else if (!absolute) out.push('..')
    } else if (segment !== '' && segment !== '.') out.push(segment)
    else if (!last) continue
    // What ends in a directory keeps its slash, unless nothing is left of a relative path.
    if (last && (segment === '' || segment === '.' || segment === '..') && out.length > 0) out.push('')
  }
  return (absolute ? '/' : '') + out.join('/')
}

/**
 * Join URI References of Canonical XML 1.1.
 *
 * @param base an `xml:base` value further out; need not be absolute
 * @param reference the value further in
 */
export function joinUriReferences(base: string, reference: string): string {
  const outer = split(base)
  const inner = split(reference)
  const basePath = outer.path === '..' || outer.path.endsWith('/..') ? `${outer.path}/` : outer.path
  let { scheme, authority, query } = inner
  let path: string
  if (scheme !== undefined) path = removeDotSegments(inner.path)
  else {
    scheme = outer.scheme
    if (authority !== undefined) path = removeDotSegments(inner.path)
    else {
      authority = outer.authority
      if (inner.path === '') {
        path = basePath
        query ??= outer.query
      } else if (inner.path.startsWith('/')) path = removeDotSegments(inner.path)
      else if (authority !== undefined && basePath === '') path = removeDotSegments(`/${inner.path}`)
      else path = removeDotSegments(basePath.slice(0, basePath.lastIndexOf('/') + 1) + inner.path)
    }
  }
  return (scheme === undefined ? '' : `${scheme}:`) + (authority === undefined ? '' : `//${authority}`) + path + (query === undefined ? '' : `?${query}`)
}
