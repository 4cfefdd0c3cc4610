/** What is found on the signatures of Vietnam's XML documents. */
export const vietnamXml = {
  'vnProfile.einvoice-seller': 'electronic invoice, seller',
  'vnProfile.einvoice-buyer': 'electronic invoice, buyer',
  'vnProfile.einvoice-tax-authority': 'electronic invoice, tax authority',
  'vnProfile.message-envelope': 'message to the tax authority',
  'vnProfile.withholding-voucher': 'voucher of income tax withheld',
  'vnProfile.tax-return': 'tax return',
  'vnProfile.tax-registration': 'tax registration',
  'vnProfile.tax-notice': 'notice of the tax authority',
  'vnProfile.einvoice-notice': 'notice of the tax authority on electronic invoices',
  'vnProfile.bhxh-unit': 'social insurance declaration, unit',
  'vnProfile.bhxh-ivan': 'social insurance declaration, I-VAN service',
  'vnProfile.health-claim': 'health insurance claim',
  'vnProfile.edxml': 'document exchange message (edXML)',

  'vnRole.seller': 'seller',
  'vnRole.buyer': 'buyer',
  'vnRole.taxAuthority': 'tax authority',
  'vnRole.taxpayer': 'taxpayer',
  'vnRole.incomePayer': 'who pays the income',
  'vnRole.unit': 'unit',
  'vnRole.ivan': 'I-VAN service',
  'vnRole.organisation': 'organisation',

  'vnPart.invoiceData': 'the data of the invoice (DLHDon)',
  'vnPart.authorityCode': 'the code of the tax authority (MCCQT)',
  'vnPart.messageHead': 'the head of the message (TTChung)',
  'vnPart.messageData': 'the data of the message (DLieu)',
  'vnPart.voucherData': 'the data of the voucher (DLCTu)',
  'vnPart.declaration': 'the declaration',
  'vnPart.registration': 'the registration',
  'vnPart.notice': 'the notice',
  'vnPart.noticeNumber': 'number and date of the notice (STBao)',
  'vnPart.document': 'the whole document',

  'vnProfileProblem.unknown': 'it is none of the known kinds. Choose how to sign it yourself, as an ordinary XML file.',
  'vnProfileProblem.mismatch': 'it is not of the kind that was asked for. Choose another profile, or leave it out.',
  'vnProfileProblem.several': 'there is more than one way. Name the profile, and which of the documents in the file is meant.',
  'vnPlaceProblem.missing': 'the element is not there. Have the program that made the document write it, as <X></X>.',
  'vnPlaceProblem.several': 'the element is there more than once. Have the program that made the document write it once.',
  'vnPlaceProblem.signed': 'it is signed already. Name the profile if a further signature is to stand beside that.',
  'vnReferenceProblem.missing': 'it is not in the document. Have the document made again, complete.',
  'vnReferenceProblem.several': 'it is in the document more than once. Have the document made again.',
  'vnReferenceProblem.noId': 'it has no Id attribute to be named by. Have the program that made the document write one.',
  'vnReferenceProblem.duplicateId': 'another element has the same Id. Have the document made again with Ids of their own.',

  'vnXml.covered': 'Signed: {part:vnPart}.',
  'vnXml.profileUnknown':
    'The signature stands at a place ({place}) that none of the known kinds of documents has for one. What it is for cannot be told; ask the sender.',
  'vnIntact.failed': 'The signature is not intact, so that nothing in the document counts as signed by it. Ask the signer for a file that is signed correctly.',
  'vnIntact.unknown': 'It could not be found out whether the signature is intact, so that nothing in the document counts as signed by it yet.',
  'vnXml.notIntact': '{why:vnIntact}',
  'vnXml.partNotCovered': 'NOT signed: {part:vnPart}. It may have been changed unseen; do not rely on it because of this signature.',
  'vnXml.partMissing': 'The document lacks what this signature has to cover: {part:vnPart}. Ask the sender for the complete original.',
  'vnXml.partRepeated':
    'The document holds more than one of what this signature is for: {part:vnPart}. Programs may read another one than was signed; do not use the document.',
  'vnXml.placeRepeated':
    'The document holds a further list of signatures (DSCKS) that is not empty. Programs may read another one than was verified; ask the sender for the original.',
  'vnXml.signingTimeNotCovered': 'The stated time of signing ({text}) is NOT signed: anybody can change it. Where the time matters, ask for a time-stamp.',
  'vnXml.signingTimeMissing': 'The signature states no time of signing. Where the time matters, ask for a time-stamp.',
  'vnXml.signingTimeSeveral': 'The signature states more than one time of signing. None of them is taken; ask the signer.',
  'vnXml.signingTimeUnreadable': 'The stated time of signing ({text}) is no time that can be read. Ask the signer to have the program corrected.',
  'vnXml.signingTimeZoneAssumed': 'The stated time of signing ({text}) has no time zone; it was read as Vietnam’s time: {time:time}.',
  'vnXml.signingTimeOutsideCertificate':
    'The stated time of signing, {time:time}, lies outside the validity of the signer’s certificate ({notBefore:time} to {notAfter:time}). Ask the signer about it.',
  'vnXml.signingTimeAfterTimestamp':
    'The stated time of signing, {time:time}, is later than the time-stamp ({proven:time}). The time-stamp counts; ask the signer to set the clock right.',
  'vnXml.signingTimeZone':
    'The stated time of signing, {time:time}, is 7 hours off the time-stamp ({proven:time}): local time and UTC were mixed up. The time-stamp counts; have the signing program corrected.',
  'vnXml.taxCodeSame': 'The signer’s certificate bears the tax code of the document ({document}).',
  'vnXml.taxCodeOther':
    'The signer’s certificate is for another tax code ({certificate}) than the document states ({document}). Ask the sender whose signature this is.',
  'vnXml.taxCodeNotInCertificate':
    'The signer’s certificate bears no tax code, so that it cannot be held against the document’s ({document}). Find out who the signer is before you rely on it.',
  'vnXml.taxCodeNotCovered':
    'The tax code that the document states for the signer is NOT signed, so it was not read. Find out by other means whose document this is.',
  'vnXml.taxCodeMissing': 'The document states no tax code for the signer, or not exactly one. Find out by other means whose document this is.',
}
