/** GeneralName (RFC 5280 §4.2.1.6). */
import { any, choice, explicit, ia5String, implicit, type Infer, octetString, oid, sequence, sequenceOf } from '../asn1/index.ts'
import { NameSchema } from './name.ts'

/** One name of any of the forms; the rare ones stay encoded. */
export const GeneralName = choice({
  otherName: implicit(0, sequence({ typeId: oid(), value: explicit(0, any()) })),
  rfc822Name: implicit(1, ia5String()),
  dNSName: implicit(2, ia5String()),
  x400Address: implicit(3, sequenceOf(any())),
  directoryName: explicit(4, NameSchema),
  ediPartyName: implicit(5, sequenceOf(any())),
  uniformResourceIdentifier: implicit(6, ia5String()),
  iPAddress: implicit(7, octetString()),
  registeredID: implicit(8, oid()),
})
export type GeneralName = Infer<typeof GeneralName>

/** GeneralNames. */
export const GeneralNames = sequenceOf(GeneralName, { min: 1 })
export type GeneralNames = Infer<typeof GeneralNames>
