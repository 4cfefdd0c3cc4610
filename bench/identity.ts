/** Who signs: an RSA-2048 key under a lab's authorities, in a PKCS #12 file as OpenSSL writes it. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { testingDoor } from './doors.ts'

/** Paths that the tasks are given. */
export interface Identity {
  readonly p12: string
  readonly password: string
  /** The root's certificate in DER and in PEM. */
  readonly root: string
  readonly rootPem: string
  /** DER of a CRL of the root and of one of the issuing CA. */
  readonly crls: readonly string[]
}

const PASSWORD = 'bench'

/** Makes the files of an identity in a folder. */
export async function makeIdentity(folder: string): Promise<Identity> {
  const { Lab, pem } = await testingDoor()
  // Names in ASCII: with others what @signpdf signs does not name its certificate (node-forge writes the issuer in another encoding).
  const lab = await Lab.create({ keys: 'RSA-2048', rootName: 'CN=Bench Root,C=VN', caName: 'CN=Bench CA,C=VN' })
  const { certificate, chain, pkcs8 } = await lab.issue({ algorithm: 'RSA-2048', subject: 'CN=Bench Signer,C=VN' })
  const write = (name: string, content: Uint8Array | string): string => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  const key = write('key.pem', pem(pkcs8, 'PRIVATE KEY'))
  const leaf = write('leaf.pem', pem(certificate, 'CERTIFICATE'))
  const issuers = chain.slice(1).map((one) => pem(one, 'CERTIFICATE'))
  const others = write('chain.pem', issuers.join(''))
  const p12 = join(folder, 'signer.p12')
  execFileSync('openssl', ['pkcs12', '-export', '-inkey', key, '-in', leaf, '-certfile', others, '-passout', `pass:${PASSWORD}`, '-out', p12])
  const crls = [write('root.crl', await lab.crl(lab.root)), write('ca.crl', await lab.crl())]
  const root = lab.anchors[0] as Uint8Array
  return { p12, password: PASSWORD, root: write('root.der', root), rootPem: write('root.pem', pem(root, 'CERTIFICATE')), crls }
}
