import { beforeAll, describe, expect, it } from 'vitest'
import { latin1 } from '../../src/core/bytes.ts'
import { Lab, pem } from '../../src/testing/index.ts'
import { certificatesOf, derOrPem, pemBlocks } from '../../src/x509/index.ts'

let lab: Lab
beforeAll(async () => {
  lab = await Lab.create()
})

describe('PEM', () => {
  it('is read with several blocks and text around them', () => {
    const text = `subject: somebody\n${pem(lab.root.certificate, 'CERTIFICATE')}between\r\n${pem(lab.ca.certificate, 'CERTIFICATE').replaceAll('\n', '\r\n')}after`
    expect(certificatesOf(latin1(text))).toEqual([lab.root.certificate, lab.ca.certificate])
    expect(pemBlocks(text).map(({ label }) => label)).toEqual(['CERTIFICATE', 'CERTIFICATE'])
  })

  it('gives only the blocks that are asked for', () => {
    const text = pem(lab.root.certificate, 'CERTIFICATE') + pem(lab.ca.certificate, 'X509 CRL')
    expect(derOrPem(latin1(text), ['X509 CRL'])).toEqual([lab.ca.certificate])
    expect(derOrPem(lab.ca.certificate, ['X509 CRL'])).toEqual([lab.ca.certificate])
  })

  it('skips blocks that do not end, end as something else, or hold no base64', () => {
    const good = pem(lab.root.certificate, 'CERTIFICATE')
    const only = (text: string): number => pemBlocks(text).length
    expect(only('-----BEGIN CERTIFICATE-----\nAAAA\n')).toBe(0)
    expect(only('-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n')).toBe(0)
    expect(only(`-----BEGIN A-----\nAAAA\n-----END B-----\n${good}`)).toBe(1)
    expect(only(`-----BEGIN A-----\nAAAA\n${good}`)).toBe(1)
    expect(only('-----BEGIN ')).toBe(0)
    expect(only('')).toBe(0)
  })

  it('takes work in proportion to its length, however many blocks begin', () => {
    // Each beginning would look for its end through the whole text: some 10^11 steps.
    const begins = '-----BEGIN A-----\n'.repeat(300_000)
    expect(pemBlocks(`${begins}-----END B-----\n`)).toEqual([])
    expect(pemBlocks(begins)).toEqual([])
    expect(pemBlocks('-----BEGIN '.repeat(300_000))).toEqual([])
    expect(pemBlocks(`${'-----BEGIN A-----\n-----END B-----\n'.repeat(100_000)}`)).toEqual([])
  })
})
