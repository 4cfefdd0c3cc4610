/** GeneralName (RFC 5280 §4.2.1.6). */
import { choice, encoded, explicit, type Infer, ia5String, implicit, octetString, oid, sequence, sequenceOf } from '../asn1/index.ts'
import { NameSchema } from './name.ts'

/** One name of any of the forms; the rare ones stay encoded. */
export const GeneralName = choice({
  otherName: implicit(0, sequence({ typeId: oid(), value: explicit(0, encoded()) })),
  rfc822Name: implicit(1, ia5String()),
  dNSName: implicit(2, ia5String()),
  x400Address: implicit(3, sequenceOf(encoded())),
  directoryName: explicit(4, NameSchema),
  ediPartyName: implicit(5, sequenceOf(encoded())),
  uniformResourceIdentifier: implicit(6, ia5String()),
  iPAddress: implicit(7, octetString()),
  registeredID: implicit(8, oid()),
})
export type GeneralName = Infer<typeof GeneralName>

/** GeneralNames; empty ones are met in certificates of public authorities, although RFC 5280 wants one name at least. */
export const GeneralNames = sequenceOf(GeneralName)
export type GeneralNames = Infer<typeof GeneralNames>
