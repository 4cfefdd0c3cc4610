/** What the judge finds, and why a certificate path does not hold. */
export const findings = {
  'finding.byteRangeWrong':
    'The signature does not cover the whole document as it must: something may have been put in or left out unseen. Do not rely on the document; ask the signer for the original.',
  'finding.contentsPadding': 'Foreign data was put behind the signature, inside the room kept for it. Ask the signer for the original file.',
  'finding.dictionaryKeysTwice':
    'The signature states the same thing twice[ ({keys})], so that programs may read it differently. Ask the signer for the original file.',
  'finding.fileAmbiguous':
    'The file names two versions of the same part, so that programs may show different content. What was signed cannot be told for certain; ask the signer for the original file.',
  'finding.signerInfoCount': 'The signature holds no signer, or more than the single one that is allowed. Have the document signed again.',
  'finding.cmsMalformed': 'The signature data is damaged and cannot be read. Ask the signer for the original file, or have it signed again.',
  'finding.subFilterUnknown': 'The kind of signature[ ({subFilter})] is not known, so nothing was checked. Check it with the program it was made with.',
  'finding.contentTypeWrong': 'The signature says it is over another kind of content than it is. Have the document signed again.',
  'finding.contentAttached': 'The signature carries content of its own in place of the document’s. Do not rely on it; have the document signed again.',
  'finding.algorithmsDisagree': 'The signature names algorithms that contradict each other. Have the document signed again.',
  'finding.documentChanged': 'The document was changed after it was signed: it is no longer what was signed. Do not use it; ask the signer for the original.',
  'finding.signatureValueWrong':
    'The signature was not made with the key of the certificate it names, or it was altered. Do not rely on it; have the document signed again.',
  'finding.signatureValueUnknown': 'The signature could not be checked, because its algorithm or key is not supported. Have it checked by another program.',
  'finding.signerCertificateMissing': 'The signer’s certificate is not in the document. Get it from the signer and give it (--untrusted).',
  'finding.signingCertificateWrong': 'The signature is bound to another certificate than the one it shows. Do not rely on it; have the document signed again.',
  'finding.signingCertificateAbsent':
    'The signature is not bound to the signer’s certificate, as newer ones are. Older programs sign like this; for new documents use a program that makes PAdES, XAdES or CAdES signatures.',
  'finding.signedAttributesOrder': 'The signed data of the signature is stored in an unusual order. This changes nothing; no action is needed.',
  'finding.signedAttributesMissing': 'The signature lacks data that it must have (signed attributes). Have the document signed again.',
  'finding.chainImitates':
    'The certificate names {subject} as its issuer. You trust an authority of that name ({anchor}), but the key is another one: the name is borrowed. Do not trust this signature before the issuer has confirmed the certificate.',
  'finding.chainMissing':
    'No way leads from the certificate of {subject:name} to an authority that you trust. If you trust its issuer ({issuer:name}), get the root certificate from an official place and give it (--trust); missing certificates in between go to --untrusted.',
  'finding.chainProblem': 'The certificate of {subject:name} does not hold: {problem:problem}. Ask the signer for a signature with a proper certificate.',
  'finding.keyUsageWrong':
    'The signer’s certificate is not meant for signing documents[ (only for: {usages})]. Ask for a signature with a signing certificate.',
  'finding.certificateExpired':
    'The certificate of {subject:name} expired[ on {notAfter:time}], and no time-stamp proves that it was used before. Ask the signer to sign again with a valid certificate, with a time-stamp.',
  'finding.certificateNotYetValid':
    'The certificate of {subject:name} was not valid yet[: it begins on {notBefore:time}]. Check the time of validation and the clock of this computer.',
  'finding.revocationUnknown':
    'It is not known whether the certificate of {subject:name} was revoked. Get the revocation list (CRL) or an OCSP response of its issuer, give it (--crl, --ocsp) and verify again.',
  'finding.revocationStale':
    'What is known about revocation of the certificate of {subject:name} is too old. Get a newer CRL or OCSP response and verify again.',
  'finding.revocationRefused': 'A {kind:kind} about the certificate of {subject:name} was not used: {why:refusal}. Get it again from the issuer.',
  'finding.revocationWeak':
    'A {kind:kind} about the certificate of {subject:name} does not count: it is signed with {algorithm}[, {bits} bits], which is not considered safe[ since {until:day}]. Get one from the issuer that is signed with SHA-256 or better and a key of sufficient size.',
  'finding.revocationWeakCounted':
    'A {kind:kind} about the certificate of {subject:name} is signed with {algorithm}[, {bits} bits], which is not considered safe[ since {until:day}]. It was taken into account all the same.',
  'finding.wasOnHold':
    'The certificate of {subject:name} had been suspended from {time:time} on; the suspension was lifted. If the signature was made in between, ask the signer about it.',
  'finding.signerIsAnchor':
    'The certificate of {subject:name} is itself one that you trust: nobody stands above it, and whether it was revoked is not asked. Take it out of what you trust when it should no longer count.',
  'finding.signingCertificateSha1':
    'The signature is bound to its certificate by SHA-1 alone, as older programs do it. This is told only; for new documents use a program that binds it by SHA-256.',
  'finding.revoked':
    'The certificate of {subject:name} was revoked on {time:time} ({reason:reason})[; its key may have been in other hands from {invalidityDate:time} on], and nothing proves that the signature was made before. Do not rely on it; ask the signer to sign again with a valid certificate.',
  'finding.revoked.warning':
    'The certificate of {subject:name} was revoked on {time:time} ({reason:reason}). A time-stamp proves that it was used before that, so this signature is not affected.[ But its key may have been in other hands from {invalidityDate:time} on: ask the signer whether he signed.]',
  'finding.revokedAuthority':
    'The authority {subject:name}, which stands above the signer’s certificate, was revoked on {time:time} ({reason:reason}). Do not rely on the signature; ask for one under a valid authority.',
  'finding.revokedAuthority.warning':
    'The authority {subject:name}, which stands above the signer’s certificate, was revoked on {time:time} ({reason:reason}). A time-stamp proves that the signature was made before that, so it is not affected.',
  'finding.onHold': 'The certificate of {subject:name} is suspended since {time:time}. Ask its issuer, and verify again when the suspension is decided.',
  'finding.digestWeak':
    'The hash algorithm {algorithm}[ (used for {subject:name})] is not considered safe[ since {until:day}]. Have the document signed again with SHA-256 or better.',
  'finding.keyWeak':
    'The key of {subject:name} ({algorithm}[, {bits} bits]) is not considered safe[ since {until:day}]. Have the document signed again with a stronger key.',
  'finding.laterChanges':
    'After this signature the file was changed in a way that is not permitted or cannot be explained. What you see may not be what was signed: compare it with the signed version (kyso inspect --revision), or ask the signer.',
  'finding.laterOverlaid':
    'Something that was added later lies over what was signed[ (page {pages})]: a signature over the page, or an annotation over a signature. That is permitted, but look at the signed version (kyso inspect --revision) if what is below matters.',
  'finding.laterAnnotated':
    'Annotations came, changed or went after this signature[ (page {pages})], which permits it. They are not part of what was signed: do not take them for the signer’s words.',
  'finding.laterFilled':
    'After this signature the form was filled in further, which it permits[: {fields}]. What was filled in later is not confirmed by this signature; look for a later one that covers it.',
  'finding.laterUnread':
    'After this signature a form field was filled in, and whether it shows its value cannot be told[: {fields}]: the text is hidden, cut off, a picture, or in a font that cannot be read. Look at the field on the page, and compare it with the value that a form program gives; ask whoever filled it in where they differ.',
  'finding.laterCertified':
    'A later signature says that it certifies the document, which only the first signature can do. Take it for an ordinary signature; what it permits binds only what comes after it.',
  'finding.laterSaved': 'After this signature the file was saved again with nothing that anybody can see. Nothing need be done.',
  'finding.timestampUnusable':
    'The time-stamp[ of {time:time}] proves nothing ({why:sub}), so the time of signing rests on the signer’s word alone. Give what is missing for the time-stamp authority (--trust, --crl).',
  'finding.timestampOrder':
    'Time-stamps contradict each other[: {time:time} should not be later than {than:time}]. Check the clock of this computer, and ask the time-stamp authority.',
  'finding.timestampImprintWrong': 'The time-stamp was made for something else than this. It proves nothing here; have the document time-stamped again.',
  'finding.timestampCertificateWrong':
    'The certificate behind the time-stamp is not one for time-stamps. It proves nothing; use a recognised time-stamp authority.',
  'finding.timestampExtensionUnknown':
    'The time-stamp carries a condition[ ({extension})] that is not known here and must not be ignored, so it proves nothing. Have it checked by another program.',
  'finding.signingTimeClaimed':
    'The time of signing, {time:time}, is what the signer’s computer said; no time-stamp proves it. Where the time matters, ask for a signature with a time-stamp.',
  'finding.signingTimeZone':
    'The stated time of signing, {time:time}, is 7 hours {way:zone} the time-stamp ({proven:time}): {way:zoneCause}. The time-stamp counts; have the signing program corrected.',
  'finding.signedBeforeCertificate':
    'The signature was made before the certificate of {subject:name} began to be valid[ ({notBefore:time})]. Have the document signed again.',
  'finding.notChecked':
    'It could not be checked completely, because what was signed is not at hand or cannot be read. Get the complete file, or have it checked by another program.',
  'finding.xmlMalformed': 'The XML signature is not built as it must be and cannot be read. Ask the signer for the original file, or have it signed again.',
  'finding.canonicalizedOtherwise':
    'What was signed does not match in the form that the signature declares, but it does in another: {matchesUnder:form}. The fault is the signing program’s, not a change of the document; the signature is invalid all the same. Ask the signer for a file signed correctly.',
  'finding.laidOutAnew':
    'The file was laid out anew after it was signed ({matchesUnder:form}): the words are those that were signed, the file is not. Ask the signer for the original file, and pass it on unchanged.',
  'finding.referenceTarget':
    'The signature refers to something[ ({uri})] that is not in the document, is there twice or cannot be read as declared. Do not rely on it; ask the signer for the original file.',
  'finding.referenceUnsupported':
    'Part of what was signed[ ({uri})] is put together in a way that is not supported, so it was not checked. Have it checked by another program.',
  'finding.keyInfoContradicts':
    'The signature shows a key that is not that of the signer’s certificate beside it. Do not rely on it; have the document signed again.',
  'finding.propertiesElsewhere':
    'What the signer signed about the signature was moved away, and something else put in its place. Do not rely on the document; ask the signer for the original file.',
  'finding.countersignedMissing':
    'The signature is made to look as if it confirmed another one, but it does not cover that one. Do not rely on it; ask the signer for the original file.',
  'finding.manifestBroken': 'Files listed in the signed list (manifest)[: {uri}] are not what was signed. Do not use them; ask the signer for the originals.',
  'finding.manifestOpen':
    'What the list (manifest) in the signature names[: {uri}] could not be checked, or the list itself is not signed, malformed or out of its place. Get the listed files and give them too (--detached); where that does not help, ask the signer for the original.',
  'finding.givenNotCovered':
    'No signature of this file is over the content that was given beside it[: {name}]. Do not take that content for signed; find the signature file that belongs to it.',
  'finding.nothingCovered':
    'The signature covers no content at all, only data about itself. Ask the signer what was meant to be signed, and for a new signature.',
  'finding.signerAmbiguous':
    'Several certificates fit the key of the signature, and nothing signed says which is the signer’s. Have the document signed by a program that binds the certificate (XAdES).',
  'finding.contentMissing': 'What was signed is not in the signature file but beside it. Give that file too (--detached), unchanged.',
  'finding.anchorUnconfirmed':
    'The chain ends at {anchor:name}, whose key no second, independent source confirms. Before you rely on it, compare the fingerprint of its certificate with the one that the authority itself states.',
  'finding.noSignature': 'The document carries no signature. If it should, ask the sender for the signed version.',

  'problem.signatureInvalid': 'it was not signed by the issuer it names',
  'problem.algorithmMismatch': 'it names two different signature algorithms',
  'problem.algorithmUnsupported': 'its signature algorithm is not supported',
  'problem.keyInvalid': 'its issuer’s key is unfit',
  'problem.nameMismatch': 'the name of its issuer does not fit',
  'problem.notYetValid': 'it is not valid yet',
  'problem.expired': 'it has expired',
  'problem.notACa': 'it issued certificates without being an authority',
  'problem.pathTooLong': 'there are more authorities below it than it allows',
  'problem.keyUsageForbids': 'it is not allowed to sign certificates',
  'problem.unknownCriticalExtension': 'it carries a condition that is not known here and must not be ignored',
  'problem.constraintNotChecked': 'it carries restrictions that this version cannot check yet',
  'problem.malformedExtension': 'one of its extensions is damaged',
  'problem.anchorNotValid': 'the trusted root is not valid at that time',
  'problem.algorithmForbidden': 'its signature algorithm is not accepted',
  'problem.nameNotPermitted': 'its name lies outside of what an authority above it may certify',
  'problem.nameExcluded': 'an authority above it must not certify its name',
  'problem.policyMissing': 'it is valid for no certificate policy, and one is required',
  'problem.policyMappingInvalid': 'it maps certificate policies in a way that is not allowed',
  'problem.profileViolated': 'it is not made as RFC 5280 demands',
  'problem.anchorDistrusted': 'the trusted root is trusted only for certificates issued before',
  'problem.anchorPurpose': 'the trusted root is not trusted for this purpose',
  'problem.issuerNotFound': 'the certificate of its issuer was not found',
}
