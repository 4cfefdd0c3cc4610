/** What is said of a signature, in words. */
import { type Catalogue, format, type Language, loadMessages, type MessageKey } from '../../core/messages.ts'
import type { VietnamXmlMessage, VietnamXmlSignature } from './description.ts'

/** The text of one thing that is told. */
function messageText(catalogue: Catalogue, { code, data }: VietnamXmlMessage): string {
  // Every code has a text: one that is missing is an error of the compiler in this line.
  const key: MessageKey = `vnXml.${code}`
  return format(catalogue, key, data)
}

/**
 * A signature of a description in words: as whom somebody signed what, then everything that is to be told. Texts of the document are made
 * safe for terminals.
 *
 * @example
 * ```ts
 * const { signatures } = describeVietnamXml(signedEinvoice, await verify(signedEinvoice, { trust }))
 * const [kind] = await explainVietnamXml(signatures[0], 'vi')
 * kind // => 'hóa đơn điện tử, người bán'
 * ```
 */
export async function explainVietnamXml({ profile, messages }: Pick<VietnamXmlSignature, 'profile' | 'messages'>, language: Language): Promise<string[]> {
  const catalogue = await loadMessages(language)
  const heading: MessageKey[] = profile === null ? [] : [`vnProfile.${profile}`]
  return [...heading.map((key) => format(catalogue, key)), ...messages.map((message) => messageText(catalogue, message))]
}
