import { describe, expect, it } from 'vitest'
import { utf8, fromUtf8 } from '../../src/core/bytes.ts'
import { signXml } from '../../src/xades/index.ts'
import { setting, NOW } from '../verify/lab-pdf.ts'
describe('x', () => {
  it('y', async () => {
    const made = await setting()
    for (const o of [{}, { packaging: 'enveloping' }, { packaging: 'detached', fileName: 'a b.txt' }, { packaging: 'internally-detached' }, { level: 'B-T' }] as const) {
      const out = await signXml(utf8('<?xml version="1.0"?>\r\n<a x=\'1\'><b/></a>'), { signer: made.signer.signer, signingTime: NOW, sources: { timestamp: made.lab.tsa.source }, ...o })
      console.log(fromUtf8(out))
    }
  })
})
