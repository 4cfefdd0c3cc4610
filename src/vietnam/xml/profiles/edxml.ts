/** Messages of the national document exchange axis (QCVN 102:2016): `edXML`, signed in its header. Attachments are signed in themselves. */
import type { XmlProfile } from '../profile.ts'

export const edxml: XmlProfile = {
  id: 'edxml',
  role: 'organisation',
  units: [{ name: 'edXML', namespaces: ['http://www.mic.gov.vn/TBT/QCVN_102_2016', 'http://www.e-doc.vn/Schema/'], within: [[]] }],
  places: [['edXMLEnvelope', 'edXMLHeader']],
  parts: [{ name: 'document', path: [], required: true, reference: 'document', transforms: ['enveloped-signature', 'exclusive'] }],
  canonicalization: 'exclusive',
  prefix: 'ds',
  keyValue: false,
}
