/** Declarations to the social insurance: signed by the unit (`CKYDTU_DVI`), or by the service it uses (`CKYDTU_IVAN`). */
import type { ElementPath, XmlProfile } from '../profile.ts'

const units = (within: readonly string[]): XmlProfile['units'] => within.map((name) => ({ name, namespaces: [''], within: [[]] }))

const places = (name: string): readonly ElementPath[] => [['CKyDTu', name], ['Content', name], [name]]

/** The programs of the insurance put the place in where a declaration has none. */
export const bhxhUnit: XmlProfile = {
  id: 'bhxh-unit',
  role: 'unit',
  units: units(['BaoHiemDienTu', 'BHXH', 'Envelope']),
  places: places('CKYDTU_DVI'),
  createsPlace: true,
  parts: [{ name: 'document', path: [], required: true, reference: 'document', transforms: ['enveloped-signature'] }],
  canonicalization: 'inclusive',
  prefix: '',
  signatureId: 'sigid',
  keyValue: true,
  // In UTC, and not signed: that is what the insurance's own programs write.
  time: { namespace: 'http://example.org/#signatureProperties', offset: 0, zone: true, id: 'proid', idOn: 'properties', signed: false },
}

export const bhxhIvan: XmlProfile = { ...bhxhUnit, id: 'bhxh-ivan', role: 'ivan', onlyNamed: true, places: places('CKYDTU_IVAN') }
