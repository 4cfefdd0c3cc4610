/** Which profiles a document answers to, and at which of its places somebody can sign. */
import { KysoError } from '../../core/errors.ts'
import { NODE, type NodeId, parseXml, type XmlTable } from '../../xml/index.ts'
import { pathOf } from '../../xml/path.ts'
import { IdIndex } from '../../xmldsig/index.ts'
import { holdsSignature, resolve, resolvePlace, unitsOf } from './find.ts'
import type { ElementPath, VietnamXmlProfile, XmlProfile } from './profile.ts'
import { XML_PROFILES } from './profiles/index.ts'

/** A place for a signature. */
export interface VietnamXmlPlace {
  readonly profile: VietnamXmlProfile
  /** Path of the invoice, message or return that is signed. */
  readonly unit: string
  /** `free`: the place is there, or signing puts it in; `signed`: it holds a signature already; `missing` and `several` (of a name): nobody can sign there. */
  readonly state: 'free' | 'signed' | 'missing' | 'several'
}

/** A place as signing sees it. */
export interface FoundPlace {
  readonly profile: XmlProfile
  readonly unit: NodeId
  readonly state: VietnamXmlPlace['state']
  /** The place, or where it is put in. */
  readonly node?: NodeId
  /** Name of the element that is put in there. */
  readonly create?: string
  /** The place in words, for errors. */
  readonly path: ElementPath
}

/** The places of a profile's units; of several places of one profile the first that is free. */
export function placesOf(document: XmlTable, profile: XmlProfile): FoundPlace[] {
  return unitsOf(document, profile).map((unit) => {
    const found = profile.places.map((path) => placeAt(document, profile, unit, path))
    for (const state of ['free', 'signed', 'several'] as const) {
      // A place that stands there comes before one that would have to be put in.
      const all = found.filter((one) => one.state === state)
      const first = all.find(({ create }) => create === undefined) ?? (found.some((one) => one.state === 'signed') ? undefined : all[0])
      if (first) return first
    }
    return found[0] as FoundPlace
  })
}

function placeAt(document: XmlTable, profile: XmlProfile, unit: NodeId, path: ElementPath): FoundPlace {
  const common = { profile, unit, path }
  const found = resolvePlace(document, unit, path)
  if (found === 'several') return { ...common, state: 'several' }
  if (found !== 'missing') return { ...common, node: found.node, state: holdsSignature(document, found.node) ? 'signed' : 'free' }
  const parent = profile.createsPlace ? resolve(document, unit, path.slice(0, -1)) : 'missing'
  const create = path.at(-1)
  return typeof parent === 'string' || create === undefined ? { ...common, state: 'missing' } : { ...common, node: parent.node, create, state: 'free' }
}

/**
 * Where a document can be signed by the rules of its kind.
 *
 * @throws KysoError `ERR_XML_*` for a document that is no XML
 * @example
 * ```ts
 * detectVietnamXml(taxReturn) // => [{ profile: 'tax-return', unit: '/HSoThueDTu', state: 'free' }]
 * ```
 */
export function detectVietnamXml(document: Uint8Array | XmlTable): VietnamXmlPlace[] {
  const tree = document instanceof Uint8Array ? parseXml(document) : document
  return XML_PROFILES.flatMap((profile) => placesOf(tree, profile)).map(({ profile, unit, state }) => ({
    profile: profile.id,
    unit: pathOf(tree, unit),
    state,
  }))
}

/** What signing is told about where. */
export interface PlaceChoice {
  readonly profile?: VietnamXmlProfile
  readonly unit?: string
}

/**
 * The place that is meant. Without a profile it is the one free place that there is; of several those count whose tax code in the document
 * is the signer's, and then what lies inside comes first, as the envelope's signature covers it.
 *
 * @param fits whether the tax code that the document states for a place is the signer's
 * @throws KysoError `ERR_VN_PROFILE`, `ERR_VN_PLACE`
 */
export function choosePlace(document: XmlTable, { profile: id, unit }: PlaceChoice, fits: (place: FoundPlace) => boolean): FoundPlace {
  const profiles = id === undefined ? XML_PROFILES.filter(({ onlyNamed }) => onlyNamed !== true) : XML_PROFILES.filter((one) => one.id === id)
  if (profiles.length === 0) throw new KysoError('ERR_ARGUMENT', `no profile ${id}`, { argument: 'profile' })
  const all = profiles.flatMap((profile) => placesOf(document, profile)).filter((place) => unit === undefined || pathOf(document, place.unit) === unit)
  if (all.length === 0) throw profileProblem(id === undefined ? 'unknown' : 'mismatch', id, document)
  const usable = all.filter(({ state }) => state === 'free' || (state === 'signed' && id !== undefined))
  if (usable.length === 0) throw placeProblem(document, all)
  const own = usable.length > 1 ? usable.filter(fits) : []
  const left = own.length > 0 ? own : usable
  const [first] = left as [FoundPlace]
  const same = left.filter(({ profile }) => profile === first.profile)
  const ambiguous = same.length > 1 || (own.length === 0 && left.length > 1)
  if (ambiguous)
    throw profileProblem(
      'several',
      left
        .map(({ profile, unit: at }) => `${profile.id} ${pathOf(document, at)}`)
        .slice(0, 5)
        .join(', '),
      document,
    )
  return checkPath(document, first)
}

function profileProblem(why: 'unknown' | 'mismatch' | 'several', profiles: string | undefined, document: XmlTable): KysoError {
  const root = document.name(document.root).qualified
  return new KysoError('ERR_VN_PROFILE', `no single profile for a document ${root}: ${why}`, { why, root, ...(profiles === undefined ? {} : { profiles }) })
}

function placeProblem(document: XmlTable, all: readonly FoundPlace[]): KysoError {
  const told = all.find(({ state }) => state === 'several') ?? all.find(({ state }) => state === 'missing' && all.length === 1) ?? all[0]
  const place = told ? `${pathOf(document, told.unit)}/${told.path.join('/')}` : ''
  const why = told?.state === 'free' ? 'missing' : (told?.state ?? 'missing')
  return new KysoError('ERR_VN_PLACE', `no place for the signature: ${place} (${why})`, { place, why })
}

/** A path is handed on as text, and must not be an ID of the document at the same time. */
function checkPath(document: XmlTable, place: FoundPlace): FoundPlace {
  const path = place.node === undefined || document.kind(place.node) !== NODE.element ? '' : pathOf(document, place.node)
  if (path === '' || path.includes('…') || new IdIndex(document).find(path) !== undefined)
    throw new KysoError('ERR_VN_PLACE', `the place ${path} cannot be named`, { place: path, why: 'several' })
  return place
}
