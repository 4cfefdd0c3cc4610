/** Signature wrapping: whatever is moved, copied or put around, an element is covered only if it is what was signed. */
import { describe, expect, it } from 'vitest'
import { DS, ENVELOPED, EXCLUSIVE, element, INCLUSIVE, reference, sign, template, transform, verify } from './sign.ts'

const EVIL = '<order Id="evil"><amount>1000000</amount></order>'
const EVIL_SAME_ID = EVIL.replace('evil', 'x')
const GOOD = '<order Id="x"><amount>1</amount></order>'

/** Each takes the signed document apart into the signed element and the signature, and puts them together another way. */
const WRAPPINGS: Readonly<Record<string, (good: string, signature: string) => string>> = {
  'the signed element moved aside': (good, signature) => `<root>${EVIL}<aside>${good}</aside>${signature}</root>`,
  'one of the same ID before it': (good, signature) => `<root>${EVIL_SAME_ID}<aside>${good}</aside>${signature}</root>`,
  'one of the same ID behind it': (good, signature) => `<root><aside>${good}</aside>${EVIL_SAME_ID}${signature}</root>`,
  'the same ID in other spelling': (good, signature) => `<root>${EVIL.replace('Id="evil"', 'ID="x"')}<aside>${good}</aside>${signature}</root>`,
  'the signed element inside the forged one': (good, signature) => `<root>${EVIL.replace('</order>', `${good}</order>`)}${signature}</root>`,
  'the signed element inside the signature': (good, signature) =>
    `<root>${EVIL}${signature.replace('</Signature>', `<Object>${good}</Object></Signature>`)}</root>`,
  'everything inside the forged one': (good, signature) => `<order><amount>1000000</amount><root>${good}${signature}</root></order>`,
  'the forged one inside the signature': (good, signature) =>
    `<root>${good}${signature.replace('</Signature>', `<Object>${EVIL}</Object></Signature>`)}</root>`,
  'the signature inside another': (good, signature) => `<root>${EVIL}<Signature xmlns="${DS}"><Object xmlns="">${good}${signature}</Object></Signature></root>`,
  'an ID declared by the document type': (good, signature) =>
    `<!DOCTYPE root [<!ATTLIST order key ID #IMPLIED>]><root>${EVIL.replace('Id="evil"', 'key="x"')}<aside>${good}</aside>${signature}</root>`,
  'an ID by default': (good, signature) =>
    `<!DOCTYPE root [<!ATTLIST evil Id CDATA "x">]><root><evil><amount>1000000</amount></evil><aside>${good}</aside>${signature}</root>`,
  'the forged one out of an entity': (good, signature) => `<!DOCTYPE root [<!ENTITY e '${EVIL_SAME_ID}'>]><root>&e;<aside>${good}</aside>${signature}</root>`,
  'an ID by a character reference': (good, signature) => `<root>${EVIL.replace('"evil"', '"&#x78;"')}<aside>${good}</aside>${signature}</root>`,
  'another namespace around it': (good, signature) => `<root xmlns:e="urn:e" e:a="1"><e:order>${EVIL}</e:order>${good}${signature}</root>`,
}

const FORMS: Readonly<Record<string, string>> = {
  'no transforms': reference('#x', ''),
  exclusive: reference('#x', transform(EXCLUSIVE)),
  'enveloped and inclusive': reference('#x', transform(ENVELOPED) + transform(INCLUSIVE)),
  xpointer: reference("#xpointer(id('x'))", transform(EXCLUSIVE)),
  'XPath by position': reference('', transform('http://www.w3.org/TR/1999/REC-xpath-19991116', '<XPath>ancestor-or-self::order[1][amount = 1]</XPath>')),
  'XPath by ID': reference('', transform('http://www.w3.org/TR/1999/REC-xpath-19991116', '<XPath>ancestor-or-self::order[@Id = "x"]</XPath>')),
  filter: reference(
    '',
    transform(
      'http://www.w3.org/2002/06/xmldsig-filter2',
      '<XPath xmlns="http://www.w3.org/2002/06/xmldsig-filter2" Filter="intersect">//order[@Id="x"][1]</XPath>',
    ),
  ),
}

describe.each(Object.entries(FORMS))('%s', (_, form) => {
  const signed = sign(`<root>${GOOD}${template(form)}</root>`)
  const signature = signed.slice(signed.indexOf('<Signature'), -'</root>'.length)

  it('is covered as it was signed', async () => {
    const verification = await verify(signed)
    expect(verification.covers(element(verification, 'order'))).toBe(true)
  })

  it.each(Object.entries(WRAPPINGS))('%s', async (name, wrap) => {
    const xml = wrap(GOOD, signature)
    const verification = await verify(xml, { index: name === 'the signature inside another' ? 1 : 0 })
    const { document } = verification.signature
    for (let node = 0; node < document.size; node++) {
      if (document.kind(node) !== 1 || !verification.covers(node)) continue
      // All that is ever covered is the order that was signed, and what is in it.
      expect(document.text(node)).toBe('1')
      expect(['order', 'amount']).toContain(document.name(node).local)
    }
  })
})
