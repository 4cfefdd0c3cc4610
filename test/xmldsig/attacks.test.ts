/** Attacks on what a signature is said to cover, each on a signature that its signer really made. */
import { describe, expect, it } from 'vitest'
import { DS, ENVELOPED, EXCLUSIVE, element, INCLUSIVE, reference, results, sign, template, transform, verify } from './sign.ts'

const XPATH = 'http://www.w3.org/TR/1999/REC-xpath-19991116'
const FILTER2 = 'http://www.w3.org/2002/06/xmldsig-filter2'
const BASE64 = `${DS}base64`
const xpath = (expression: string): string => transform(XPATH, `<XPath xmlns:d="${DS}">${expression}</XPath>`)
const filter2 = (...filters: readonly (readonly [string, string])[]): string =>
  transform(FILTER2, filters.map(([operation, path]) => `<XPath xmlns="${FILTER2}" Filter="${operation}">${path}</XPath>`).join(''))

const covered = (verification: Awaited<ReturnType<typeof verify>>, ...names: string[]): string[] =>
  names.filter((name) => verification.covers(element(verification, name)))

describe('namespaces that a filter leaves out', () => {
  /** No namespace node is digested: what the prefix means is anybody's choice. */
  const withoutNamespaces = 'self::node()[not(count(. | ../namespace::*) = count(../namespace::*))] and not(ancestor-or-self::d:Signature)'
  it.each([
    ['on the element itself', '<r><p:order xmlns:p="urn:good">1</p:order>'],
    ['on its parent', '<r><a xmlns:p="urn:good"><p:order>1</p:order></a>'],
    ['on the document element', '<r xmlns:p="urn:good"><a><p:order>1</p:order></a>'],
    ['of an attribute', '<r xmlns:p="urn:good"><order p:amount="1">1</order>'],
  ])('cannot be changed under a covered element: %s', async (_, start) => {
    for (const c14n of [EXCLUSIVE, INCLUSIVE]) {
      const signed = sign(`${start}${template(reference('', xpath(withoutNamespaces) + transform(c14n)))}</r>`)
      const forged = await verify(signed.replace('urn:good', 'urn:evil'))
      expect(results(forged)).toEqual(['passed', 'passed'])
      expect(covered(forged, 'order')).toEqual([])
    }
  })

  it('cannot be changed above a covered element that alone is rendered without them', async () => {
    // All of `a` is in the set, of `order` all but its namespace nodes; exclusive form writes a prefix only where it is used.
    const expression = 'not(ancestor-or-self::d:Signature) and not(parent::p:order and count(. | ../namespace::*) = count(../namespace::*))'
    const filter = transform(XPATH, `<XPath xmlns:d="${DS}" xmlns:p="urn:good">${expression}</XPath>`)
    const signed = sign(`<r><a xmlns:p="urn:good"><p:order>1</p:order></a>${template(reference('', filter + transform(EXCLUSIVE)))}</r>`)
    const forged = await verify(signed.replace('<a xmlns:p="urn:good">', '<a xmlns:p="urn:evil">').replace('<p:order>1</p:order>', '<p:order>1</p:order>'))
    for (const name of ['r', 'a', 'order']) expect(forged.covers(element(forged, name)), name).toBe(false)
  })
})

describe('content that a transform makes nothing of', () => {
  const order = '<order Id="x">1</order>'
  it.each([
    ['XPath that no node passes', '#x', xpath('false()')],
    ['XPath that nothing but a comment passes', '#x', xpath('self::comment()')],
    ['XPath that takes the text alone', '#x', xpath('self::text()')],
    ['XPath that takes elements without text', '#x', xpath('self::order')],
    ['filter that takes away all', '', filter2(['subtract', '/'])],
    ['filter that takes away what it chose', '', filter2(['intersect', '//order'], ['subtract', '//order'])],
    ['filter that takes away the text', '', filter2(['intersect', '//order'], ['subtract', '//order/text()'])],
    ['base64 of the text', '#x', transform(BASE64)],
    ['base64 of a canonical form', '#x', xpath('self::text()') + transform(EXCLUSIVE) + transform(BASE64)],
  ])('%s', async (_, uri, transforms) => {
    const verification = await verify(sign(`<r><order Id="x">AAAA</order>${template(reference(uri, transforms))}</r>`))
    expect(results(verification)).toEqual(['passed', 'passed'])
    expect(covered(verification, 'r', 'order')).toEqual([])
    expect(verification.references[0]?.coverage.elements).toEqual([])
    expect(verification.references[0]?.coverage.whole).toBe(false)
  })

  it('an empty element chosen beside the one that is shown', async () => {
    const verification = await verify(sign(`<r>${order}<empty Id="e"/>${template(reference('#e', ''))}</r>`))
    expect(covered(verification, 'r', 'order', 'empty')).toEqual(['empty'])
  })

  it('the enveloped transform where the signature is the document element', async () => {
    const objects = `<Object><order>1</order></Object>`
    const verification = await verify(sign(`<?p?>${template(reference('', transform(ENVELOPED)), { objects })}`))
    expect(results(verification)).toEqual(['passed', 'passed'])
    expect(covered(verification, 'Signature', 'order')).toEqual([])
    expect(verification.references[0]?.coverage.whole).toBe(false)
    expect(verification.references[0]?.coverage.elements).toEqual([])
  })

  it('the enveloped transform on what stands inside the signature', async () => {
    const verification = await verify(
      sign(`<r>${template(reference('#o', transform(ENVELOPED)), { objects: '<Object Id="o"><order>1</order></Object>' })}</r>`),
    )
    expect(results(verification)).toEqual(['passed', 'passed'])
    expect(covered(verification, 'r', 'Object', 'order')).toEqual([])
  })

  it('the enveloped transform twice, and before a filter', async () => {
    const twice = transform(ENVELOPED).repeat(2)
    for (const transforms of [
      twice,
      transform(ENVELOPED) + xpath('not(ancestor-or-self::skip)'),
      xpath('not(ancestor-or-self::skip)') + transform(ENVELOPED),
    ]) {
      const verification = await verify(sign(`<r><order>1</order><skip><evil>2</evil></skip>${template(reference('', transforms))}</r>`))
      expect(results(verification)).toEqual(['passed', 'passed'])
      expect(covered(verification, 'SignedInfo', 'Signature')).toEqual([])
      expect(verification.covers(element(verification, 'evil'))).toBe(transforms === twice)
    }
  })
})

describe('octets that are parsed again', () => {
  const again = transform(EXCLUSIVE) + transform(EXCLUSIVE)
  it('show the same nodes, and IDs in them count for nothing', async () => {
    const verification = await verify(sign(`<r><order Id="x">1</order>${template(reference('#x', again))}</r>`))
    expect(covered(verification, 'r', 'order')).toEqual(['order'])
    const forged = await verify(sign(`<r><order Id="x">1</order>${template(reference('#x', again))}</r>`).replace('>1<', '>2<'))
    expect(results(forged)).toEqual(['passed', 'failed'])
  })

  it('show nothing once a filter went over them', async () => {
    const verification = await verify(sign(`<r><order Id="x">1<evil/></order>${template(reference('#x', again + xpath('not(self::evil)')))}</r>`))
    expect(results(verification)).toEqual(['passed', 'passed'])
    expect(covered(verification, 'r', 'order', 'evil')).toEqual([])
  })

  it('refuse the enveloped transform', async () => {
    const { references } = await verify(`<r>${template(reference('', transform(EXCLUSIVE) + transform(ENVELOPED)))}</r>`)
    expect(references[0]).toMatchObject({ result: 'failed', reason: 'transform' })
  })

  it('out of base64 are no nodes of the document', async () => {
    const inner = Buffer.from('<order Id="x">1</order>').toString('base64')
    const verification = await verify(sign(`<r><order Id="x">${inner}</order>${template(reference('#x', transform(BASE64) + transform(EXCLUSIVE)))}</r>`))
    expect(results(verification)).toEqual(['passed', 'passed'])
    expect(covered(verification, 'r', 'order')).toEqual([])
  })

  it('do not turn attributes of left-out elements into markup', async () => {
    // Attributes of an element that is not in the set are written where it would have stood.
    const filter = xpath('not(self::skip) and not(ancestor-or-self::d:Signature)')
    const signed = sign(`<r><order>1<skip a="&lt;evil>2&lt;/evil>"/></order>${template(reference('', filter + again))}</r>`)
    expect(covered(await verify(signed), 'r', 'order')).toEqual([])
  })
})

describe('references to the signature itself', () => {
  it.each([
    ['its SignedInfo', (text: string) => text.replace('<SignedInfo>', '<SignedInfo Id="x">')],
    ['its SignatureValue', (text: string) => text.replace('<SignatureValue>', '<SignatureValue Id="x">')],
    ['itself', (text: string) => text.replace('<Signature ', '<Signature Id="x" ')],
  ])('%s never hold', async (_, put) => {
    const text = put(`<r><order>1</order>${template(reference('#x', ''))}</r>`)
    const verification = await verify(text.replace('<DigestValue></DigestValue>', `<DigestValue>${'A'.repeat(43)}=</DigestValue>`))
    expect(results(verification)).toEqual(['failed', 'failed'])
    expect(covered(verification, 'r', 'order', 'SignedInfo', 'SignatureValue')).toEqual([])
  })

  it('let nobody put content into the signature', async () => {
    const signed = sign(`<r><order>1</order>${template(reference('', transform(ENVELOPED)))}</r>`)
    const forged = await verify(signed.replace('</Signature>', '<Object Id="evil"><amount>9</amount></Object></Signature>'))
    expect(results(forged)).toEqual(['passed', 'passed'])
    expect(covered(forged, 'amount', 'Object')).toEqual([])
  })

  it('of another signature inside take out this one alone', async () => {
    const inner = `<Signature xmlns="${DS}"><SignedInfo/></Signature>`
    const signed = sign(`<r><order>1</order>${template(reference('', transform(ENVELOPED)), { objects: `<Object>${inner}</Object>` })}</r>`)
    expect(results(await verify(signed))).toEqual(['passed', 'passed'])
    const outside = await verify(signed.replace('</r>', `${inner}</r>`))
    expect(results(outside)).toEqual(['passed', 'failed'])
  })
})

describe('IDs', () => {
  const signed = sign(`<r><order Id="x">1</order><hole/>${template(reference('#x', ''))}</r>`)
  it.each([
    ['in another attribute', '<evil id="x"/>', ''],
    ['that normalisation makes the same', '<evil xml:id=" x "/>', ''],
    ['by a character reference', '<evil ID="&#120;"/>', ''],
    ['by an entity in the value', '<evil Id="&e;"/>', '<!DOCTYPE r [<!ENTITY e "x">]>'],
    ['in the text of an entity', '&e;', `<!DOCTYPE r [<!ENTITY e "<evil Id='x'/>">]>`],
    ['by default', '<evil/>', '<!DOCTYPE r [<!ATTLIST evil Id CDATA "x">]>'],
    ['by default and declared', '<evil/>', '<!DOCTYPE r [<!ATTLIST evil key ID "x">]>'],
    ['declared and padded', '<evil key="  x "/>', '<!DOCTYPE r [<!ATTLIST evil key ID #IMPLIED>]>'],
    ['inside the signature', '', ''],
  ])('borne twice are refused: %s', async (name, evil, doctype) => {
    const whole = `${doctype}${signed.replace('<hole/>', `<hole>${evil}</hole>`)}`
    const text = name === 'inside the signature' ? whole.replace('</Signature>', '<Object><evil Id="x"/></Object></Signature>') : whole
    const verification = await verify(text)
    expect(verification.references[0]).toMatchObject({ result: 'failed', reason: 'duplicateId' })
  })

  it('on one element in two attributes are one', async () => {
    expect(results(await verify(sign(`<r><order Id="x" id="x">1</order>${template(reference('#x', ''))}</r>`)))).toEqual(['passed', 'passed'])
  })

  it('of other spelling name nothing', async () => {
    for (const uri of ['#X', '#x ', '# x', '#%78', '#', '##x', "#xpointer(id(' x'))"]) {
      const { references } = await verify(`<r><order Id="x">1</order>${template(reference(uri, ''))}</r>`)
      expect(references[0]?.result, uri).toBe('failed')
    }
  })

  it('that are empty name nothing: others take "#" for the whole document', async () => {
    const { references } = await verify(`<r><order Id="">1</order>${template(reference('#', ''))}</r>`)
    expect(references[0]).toMatchObject({ result: 'failed', reason: 'notFound' })
  })
})

describe('what a covered element says', () => {
  it('is not shortened by comments, and changes of them are no changes', async () => {
    const signed = sign(`<r><order Id="x">1000<!-- --></order>${template(reference('#x', ''))}</r>`)
    const moved = await verify(signed.replace('1000<!-- -->', '1<!-- -->000'))
    expect(results(moved)).toEqual(['passed', 'passed'])
    expect(moved.signature.document.text(element(moved, 'order'))).toBe('1000')
  })

  it('reads the same as what was digested: line ends in entities', async () => {
    const text = (entity: string) => `<!DOCTYPE r [<!ENTITY e "${entity}">]><r><order Id="x">1&e;000</order>${template(reference('#x', ''))}</r>`
    const signed = await verify(sign(text('&#10;')))
    const other = await verify(sign(text('&#10;')).replace('&#10;', '&#13;'))
    const read = (one: typeof signed): string => one.signature.document.text(element(one, 'order'))
    expect(results(other)[1] === 'failed' || read(other) === read(signed)).toBe(true)
  })

  it('is bound with its place in CDATA, references and entities', async () => {
    const signed = sign(`<r><order Id="x">&lt;a/></order>${template(reference('#x', ''))}</r>`)
    for (const same of ['<![CDATA[<a/>]]>', '&#60;a/&#x3e;', '<![CDATA[<]]>a/>']) {
      const verification = await verify(signed.replace('&lt;a/>', same))
      expect(results(verification)).toEqual(['passed', 'passed'])
      expect(verification.signature.document.text(element(verification, 'order'))).toBe('<a/>')
    }
    expect(results(await verify(signed.replace('&lt;a/>', '<a/>')))).toEqual(['passed', 'failed'])
  })
})
