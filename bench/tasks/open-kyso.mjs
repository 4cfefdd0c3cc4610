/** Opening a file: the cross-reference, the catalog, the root of the page tree. */
import { fileSource } from 'kyso/node'
import { openPdf } from 'kyso/pdf'

export function prepare({ pdf }) {
  return {
    'kyso openPdf': async () => {
      const source = fileSource(pdf)
      await openPdf(source)
      source.close()
    },
  }
}
