/** Positions and kinds of organisations as they stand in front of names, in Vietnamese certificates and elsewhere. */

/** Positions, in lower case; each may have `phó`, `quyền`, `nguyên`… in front. The longer of two that fit counts. */
const POSITIONS: readonly string[] = [
  'bí thư thành ủy',
  'bí thư tỉnh ủy',
  'bí thư huyện ủy',
  'bí thư đảng ủy',
  'bí thư',
  'bộ trưởng',
  'thứ trưởng',
  'thủ tướng chính phủ',
  'thủ tướng',
  'thủ trưởng',
  'tổng cục trưởng',
  'chi cục trưởng',
  'cục trưởng',
  'vụ trưởng',
  'viện trưởng',
  'hiệu trưởng',
  'hiệu phó',
  'tổng giám đốc',
  'giám đốc',
  'kế toán trưởng',
  'chánh văn phòng',
  'chánh thanh tra',
  'chánh án',
  'chủ tịch hội đồng quản trị',
  'chủ tịch hội đồng thành viên',
  'chủ tịch ubnd',
  'chủ tịch ủy ban nhân dân',
  'chủ tịch hđnd',
  'chủ tịch hội đồng nhân dân',
  'chủ tịch',
  'trưởng phòng',
  'trưởng ban',
  'trưởng khoa',
  'trưởng trạm',
  'trưởng công an',
  'đội trưởng',
  'tổ trưởng',
  'tổng biên tập',
  'tổng thanh tra',
  'văn thư',
  'chuyên viên',
]

const BEFORE_POSITION: readonly string[] = ['phó', 'quyền', 'q.', 'p.', 'nguyên', 'thường trực']

/** What names of organisations begin with, in lower case. */
const ORGANISATIONS: readonly string[] = [
  'công ty',
  'cty',
  'tổng công ty',
  'tập đoàn',
  'chi nhánh',
  'doanh nghiệp',
  'hợp tác xã',
  'hộ kinh doanh',
  'ngân hàng',
  'bộ',
  'sở',
  'ban',
  'cục',
  'tổng cục',
  'chi cục',
  'vụ',
  'ủy ban',
  'uỷ ban',
  'ubnd',
  'hội',
  'hội đồng',
  'hđnd',
  'văn phòng',
  'phòng',
  'trung tâm',
  'trường',
  'đại học',
  'học viện',
  'bệnh viện',
  'trạm',
  'viện',
  'kho bạc',
  'bảo hiểm xã hội',
  'công an',
  'tòa án',
  'toà án',
  'thanh tra',
  'tỉnh ủy',
  'thành ủy',
  'huyện ủy',
  'đảng ủy',
  'báo',
  'đài',
  'máy chủ',
]

/** Family names that are also what organisations begin with, where a second word decides. */
const AMBIGUOUS: ReadonlySet<string> = new Set(['ban', 'bộ', 'sở', 'vụ', 'hội', 'phòng', 'báo', 'đài', 'viện', 'trạm', 'trường'])

/** Longest text that is looked at: a common name has 64 characters (RFC 5280 appendix A, ub-common-name), real ones go beyond. */
const MAX_LENGTH = 300

const words = (text: string): string[] => text.normalize('NFC').slice(0, MAX_LENGTH).trim().split(/\s+/).filter(Boolean)

/** How many of the words, from `start`, are the phrase. */
function matches(list: readonly string[], start: number, phrase: string): number {
  const parts = phrase.split(' ')
  return parts.every((part, i) => list[start + i]?.toLowerCase() === part) ? parts.length : 0
}

function longest(list: readonly string[], start: number, phrases: readonly string[]): number {
  return Math.max(0, ...phrases.map((phrase) => matches(list, start, phrase)))
}

/** A common name taken apart into a position and what follows it. Without a position, or with nothing behind it, all of it is the name. */
export function splitTitle(commonName: string): { readonly title?: string; readonly name: string } {
  const list = words(commonName)
  let start = 0
  while (start < list.length) {
    const before = longest(list, start, BEFORE_POSITION)
    const position = longest(list, start + before, POSITIONS)
    if (position === 0) break
    start += before + position
    // “Giám đốc - Nguyễn Văn A”, “Cục trưởng, …”
    if (/^[-–:,]$/.test(list[start] ?? '')) start++
  }
  const name = list.slice(start).join(' ')
  if (start === 0 || name === '') return { name: list.join(' ') }
  return {
    title: list
      .slice(0, start)
      .join(' ')
      .replace(/\s*[-–:,]$/, ''),
    name,
  }
}

/** Whether a name reads as that of an organisation. */
export function soundsLikeOrganisation(name: string): boolean {
  const list = words(name)
  const length = longest(list, 0, ORGANISATIONS)
  // Persons have two to five words; “BỘ TÀI CHÍNH” has three, so what is in capitals throughout decides.
  return length > 1 || (length === 1 && (!AMBIGUOUS.has(list[0]?.toLowerCase() ?? '') || list.length > 2))
}
