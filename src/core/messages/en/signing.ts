/** Why a field cannot be used, why a signature cannot be placed, and what a field asks of the one it is for. */
export const signing = {
  'fieldProblem.signed': 'it is signed already. Choose another one.',
  'fieldProblem.direct': 'it is written in a way that it cannot be filled. Save the document again as a new file in the program that made it.',
  'fieldProblem.type': 'it is not a signature field. Choose another name.',
  'fieldProblem.name': 'no field can be called so. Choose a name without a period.',
  'fieldProblem.taken': 'there is one of that name already. Choose another name.',
  'fieldProblem.missing': 'there is none of that name. Check the name, capital letters too.',
  'fieldProblem.ambiguous': 'several have that name. Ask for a copy that is in order.',
  'fieldProblem.lock': 'it has a lock of its own. Leave yours out, or choose another field.',

  'placementProblem.page': 'there is no such page[; the document has {pages:number}]. Choose another one; -1 is the last.',
  'placementProblem.direct': 'the page is written in a way that nothing can be put on it. Save the document again as a new file in the program that made it.',
  'placementProblem.size': 'its box has no size. Give a width and a height in points (1/72 inch).',
  'placementProblem.outside': 'its box goes beyond the page[, which is {width} by {height} points (1/72 inch)]. Choose another place, or a smaller box.',
  'placementProblem.missing': 'its field is new, and nothing says where it shall stand. Give a page and a place on it.',
  'placementProblem.fieldHidden': 'its field[ “{field}”] has no room on any page. Choose another field, or sign invisibly.',

  'seedValue.V': 'the field is of a later version of PDF than is known here. Sign with a newer program.',
  'seedValue.Filter': 'it has to be made by another signing program. Sign with that one, or ask for a field without this condition.',
  'seedValue.SubFilter': 'it has to be of another kind than PAdES. Sign with another program, or ask for a field without this condition.',
  'seedValue.DigestMethod': 'it has to use another hash algorithm. Choose one of those that are asked for.',
  'seedValue.Reasons': 'it has to state one of the reasons that the field lists. Choose the one that you agree to.',
  'seedValue.NoReason': 'it must not state a reason. Leave the reason out.',
  'seedValue.AddRevInfo':
    'it has to carry revocation information within itself, which PAdES does not do. Sign with another program, or ask for a field without this condition.',
  'seedValue.LegalAttestation':
    'it has to carry a legal attestation, which is not supported. Sign with another program, or ask for a field without this condition.',
  'seedValue.AppearanceFilter':
    'it has to be shown by an appearance of a certain name, which is not supported. Sign with another program, or ask for a field without this condition.',
  'seedValue.TimeStamp': 'it needs a time-stamp. Sign at level B-T or above (--tsa URL).',
  'seedValue.MDP':
    'it has to certify the document with the given permission (1: no change, 2: filling in and signing, 3: notes too). Certify with that, or leave the choice to the field.',
  'seedValue.MDP.approval': 'it must not certify the document. Sign without certifying.',
  'seedValue.MDP.first': 'it has to certify the document, which only the first signature can. Ask for a copy without signatures, or for another field.',
  'seedValue.LockDocument': 'it has to lock the document against any change. Lock it with permission 1, or leave the lock to the field.',
  'seedValue.LockDocument.not': 'it must not lock the document. Sign without that lock.',
  'seedValue.Cert.Subject': 'only certain certificates may be used. Choose one of them.',
  'seedValue.Cert.SubjectDN': 'the certificate has to be for somebody of a certain name. Choose such a certificate.',
  'seedValue.Cert.Issuer': 'the certificate has to come from a certain authority. Choose such a certificate.',
  'seedValue.Cert.OID': 'the certificate has to be issued under a certain policy. Choose such a certificate.',
  'seedValue.Cert.KeyUsage': 'the certificate has to be for certain uses only. Choose such a certificate.',
  'seedValue.Cert.URL': 'it has to be made by a certain signing service. Sign there, or ask for a field without this condition.',
} as const
