import { beforeAll, describe, expect, it } from 'vitest'
import { Lab, type LabExtension } from '../../src/testing/index.ts'
import { isExempt, parseCertificate } from '../../src/x509/index.ts'
import { octets, oid, seq, tlv } from '../cms/builder.ts'

const NULL = Uint8Array.of(5, 0)
const NO_REV_AVAIL: LabExtension = { oid: '2.5.29.56', value: NULL }
const SHORT_TERM: LabExtension = { oid: '0.4.0.194121.2.1', value: NULL }
const url = tlv(0x86, new TextEncoder().encode('http://a.example'))
const points = seq(seq(tlv(0xa0, tlv(0xa0, url))))
const access = (method: string, location: Uint8Array): LabExtension => ({ oid: '1.3.6.1.5.5.7.1.1', value: seq(seq(oid(method), location)) })

let lab: Lab
beforeAll(async () => {
  lab = await Lab.create()
})

async function exempt(...extensions: LabExtension[]): Promise<boolean> {
  return isExempt(parseCertificate((await lab.issue({ extensions })).certificate))
}

describe('nothing is asked about', () => {
  it('a certificate with noRevAvail, or a short-lived one', async () => {
    expect(await exempt()).toBe(false)
    expect(await exempt(NO_REV_AVAIL)).toBe(true)
    expect(await exempt(SHORT_TERM)).toBe(true)
    expect(await exempt(NO_REV_AVAIL, access('1.3.6.1.5.5.7.48.2', url))).toBe(true)
  })

  it('but one with noRevAvail that says where revocation is published all the same (RFC 9608 §3)', async () => {
    expect(await exempt(NO_REV_AVAIL, { oid: '2.5.29.31', value: points })).toBe(false)
    expect(await exempt(NO_REV_AVAIL, { oid: '2.5.29.46', value: points })).toBe(false)
    expect(await exempt(NO_REV_AVAIL, access('1.3.6.1.5.5.7.48.1', url))).toBe(false)
    // A responder whose location is no URL is one too.
    expect(await exempt(NO_REV_AVAIL, access('1.3.6.1.5.5.7.48.1', tlv(0x82, new TextEncoder().encode('a.example'))))).toBe(false)
    expect(await exempt(NO_REV_AVAIL, { oid: '1.3.6.1.5.5.7.1.1', value: octets(new Uint8Array()) })).toBe(false)
  })

  it('but one whose noRevAvail is damaged, or stands twice', async () => {
    expect(await exempt({ ...NO_REV_AVAIL, value: octets(new Uint8Array()) })).toBe(false)
    expect(await exempt(NO_REV_AVAIL, NO_REV_AVAIL)).toBe(false)
  })

  it('never an authority: by its constraints, or by what its key may do', async () => {
    for (const one of [NO_REV_AVAIL, SHORT_TERM]) {
      const authority = await lab.authority({ extensions: [one] })
      expect(isExempt(parseCertificate(authority.certificate))).toBe(false)
      const signing = await lab.issue({ extensions: [one], keyUsage: ['digitalSignature', 'keyCertSign'] })
      expect(isExempt(parseCertificate(signing.certificate))).toBe(false)
      expect(await exempt(one, { oid: '2.5.29.19', value: octets(new Uint8Array()) })).toBe(false)
    }
  })
})
