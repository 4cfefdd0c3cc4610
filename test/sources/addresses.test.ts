import { BlockList } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressBytes, isPrivateUrl, isPublicAddress, readAllowance } from '../../src/sources/addresses.ts'
import { thrown } from './server.ts'

describe('addresses', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.0', '100.63.0.1', '100.128.0.1', '2606:4700::1111', '[2001:4860:4860::8888]', '::ffff:8.8.8.8'])(
    '%s is public',
    (address) => expect(isPublicAddress(address)).toBe(true),
  )

  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '[::1]',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::127.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    'fe80::1%eth0',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    '2001:db8::1',
    '2001::1',
    'example.test',
    '1.2.3',
    '01.2.3.4',
    '1:2:3',
    '1::2::3',
    '',
  ])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false))

  it('are read as Node reads them', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(32), (address, bits) => {
        const bytes = addressBytes(address)
        expect(bytes?.length).toBe(address.includes(':') ? 16 : 4)
        const family = address.includes(':') ? 'ipv6' : 'ipv4'
        const list = new BlockList()
        list.addSubnet(address, bits, family)
        const other = family === 'ipv4' ? '255.0.0.1' : 'ffff::1'
        const allowed = readAllowance([`${address}/${bits}`])
        expect(allowed.address(address)).toBe(true)
        expect(allowed.address(other)).toBe(list.check(other, family))
      }),
    )
  })
})

describe('what is allowed', () => {
  const priv = (url: string, list?: boolean | readonly string[]): boolean => isPrivateUrl(new URL(url), readAllowance(list))

  it('is nothing private by itself', () => {
    for (const url of [
      'http://127.0.0.1/',
      'http://0x7f.1/',
      'http://2130706433/',
      'http://[::1]/',
      'http://localhost/',
      'http://a.localhost./',
      'http://nas.local/',
    ])
      expect([url, priv(url)]).toEqual([url, true])
    for (const url of ['http://8.8.8.8/', 'http://ocsp.example/', 'https://[2606:4700::1111]/']) expect([url, priv(url)]).toEqual([url, false])
  })

  it('is what is listed', () => {
    expect(priv('http://127.0.0.1:8080/', ['127.0.0.1'])).toBe(false)
    expect(priv('http://127.0.0.1:8080/', ['127.0.0.1:8080'])).toBe(false)
    expect(priv('http://127.0.0.1:8081/', ['127.0.0.1:8080'])).toBe(true)
    expect(priv('http://localhost/', ['LOCALHOST'])).toBe(false)
    expect(priv('http://localhost/', ['localhost:80'])).toBe(false)
    expect(priv('http://10.2.3.4/', ['10.0.0.0/8'])).toBe(false)
    expect(priv('http://[::ffff:10.2.3.4]/', ['10.0.0.0/8'])).toBe(false)
    expect(priv('http://11.2.3.4/', ['10.0.0.0/8'])).toBe(false)
    expect(priv('http://192.168.0.1/', ['10.0.0.0/8'])).toBe(true)
    expect(priv('http://localhost/', true)).toBe(false)
    expect(priv('http://localhost/', false)).toBe(true)
  })

  it.each([['10.0.0.0/33'], ['10.0.0/8'], ['::/129'], ['10.0.0.0/-1'], ['a/b'], ['']])('is no %j', (entry) => {
    expect(thrown(() => readAllowance([entry])).code).toBe('ERR_ARGUMENT')
  })
})
