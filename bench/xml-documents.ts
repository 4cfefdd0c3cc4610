/** The XML documents that are measured on: made anew for each run, equal from run to run. */
import { closeSync, openSync, writeSync } from 'node:fs'

/** `dense`: nothing but tags. `register`: entries with an attribute, texts and an empty element, as tax files have them. */
export type Shape = 'dense' | 'register'

const ENTRY: Readonly<Record<Shape, (i: number) => string>> = {
  dense: (i) => `<a><b>${i % 10}</b></a>`,
  register: (i) => `<r id="a${i}"><so>${i}</so><ten>Vật tư ${i}</ten><gia>${7 * i}</gia><t/></r>\n`,
}

const HEAD =
  '<?xml version="1.0" encoding="UTF-8"?>\n<HSo xmlns="http://kekhaithue.gdt.gov.vn/TKhaiThue" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n<Data id="data">'
const TAIL = '</Data>\n<CKyDTu></CKyDTu></HSo>\n'
const BLOCK = 1 << 20

/** Writes a document of at least `size` bytes, to be signed in its `CKyDTu`. */
export function writeXml(path: string, size: number, shape: Shape): void {
  const file = openSync(path, 'w')
  const entry = ENTRY[shape]
  let block = HEAD
  let written = 0
  for (let i = 0; written + block.length < size; i++) {
    block += entry(i)
    if (block.length < BLOCK) continue
    written += writeSync(file, block)
    block = ''
  }
  writeSync(file, block + TAIL)
  closeSync(file)
}
