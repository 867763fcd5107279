// Hexadecimal digits, a datagram a line: `> 1c000000…` sent, `< 24000000…` received, or without a mark.
// `#` begins a comment. Spaces, colons, commas and 0x between the digits are passed over. `xxd -p` breaks its lines:
// they are joined.
import { viewOf } from '../../netlink/codec.ts'
import { quoted } from '../value.ts'
import { Comments } from './comment.ts'
import type { Datagram } from './datagram.ts'
import { type LineKind, type LineReader, NONE } from './line-kind.ts'

export const plainLines: LineKind = {
  name: 'hexadecimal digits',
  knows: line =>
    /^(?:\xef\xbb\xbf)?\s*(?:[<>]\s*(?:0x)?[0-9a-f]{2}|(?:(?:0x)?[0-9a-f]{2}[\s:,]*){4})/i.test(line) ||
    /^(?:\xef\xbb\xbf)?\s*(?:0x)?[0-9a-f]{2}[0-9a-fx\s:,]*(?:#.*)?$/i.test(line),
  reader: () => new PlainReader(),
}

const MARKS = { '>': 'sent', '<': 'received' } as const
/** What `xxd -p` puts on a line. */
const XXD_BYTES = 30
/** Its lines are joined up to here: a longer message is no reason to wait. */
const MOST_JOINED = 1024 * 1024

class PlainReader implements LineReader {
  readonly #comments = new Comments()
  /** Whole lines of `xxd -p`, of a message that is longer. */
  #begun: { readonly place: string; readonly parts: Uint8Array[]; length: number; readonly whole: number } | undefined

  line(text: string, number: number): readonly Datagram[] {
    const line = number === 1 ? text.replace(/^\xef\xbb\xbf/, '') : text
    this.#comments.read(line, number)
    const found = readLine(line, `line ${number}`)
    if (!found) return NONE
    const joins = !found.broken && !found.direction && found.bytes.length <= XXD_BYTES
    if (this.#begun && joins) return this.#join(found.bytes)
    const before = this.end()
    if (joins && isCutByXxd(found.bytes)) {
      const whole = viewOf(found.bytes).getUint32(0, true)
      this.#begun = { place: found.place, parts: [found.bytes], length: XXD_BYTES, whole }
      return before
    }
    return [...before, this.#comments.datagram(found)]
  }

  #join(bytes: Uint8Array): readonly Datagram[] {
    const begun = this.#begun!
    begun.parts.push(bytes)
    begun.length += bytes.length
    return bytes.length < XXD_BYTES || begun.length > MOST_JOINED ? this.end() : NONE
  }

  end(): readonly Datagram[] {
    if (!this.#begun) return NONE
    const { place, parts } = this.#begun
    this.#begun = undefined
    return [this.#comments.datagram({ bytes: Uint8Array.from(Buffer.concat(parts)), place })]
  }
}

const isCutByXxd = (bytes: Uint8Array): boolean =>
  bytes.length === XXD_BYTES && viewOf(bytes).getUint32(0, true) > XXD_BYTES

/** The datagram of a line; undefined for a line that has none. Bytes before a bad digit are kept. */
function readLine(line: string, place: string): Datagram | undefined {
  const mark = /^\s*([<>])/.exec(line)
  const direction = mark ? { direction: MARKS[mark[1] as '>' | '<'] } : {}
  const { digits, bad, last } = readDigits(line, mark ? mark[0].length : 0)
  const bytes = Uint8Array.from(Buffer.from(digits.slice(0, digits.length & ~1), 'hex'))
  const odd = digits.length % 2 === 1 && !bad ? `column ${last}: an odd number of hexadecimal digits` : undefined
  const broken = bad ?? odd
  if (broken) return { bytes, place, ...direction, broken }
  return bytes.length > 0 ? { bytes, place, ...direction } : undefined
}

/** The digits from column `from` on; what stops them, if it is not the end or a comment; the last digit's column. */
function readDigits(line: string, from: number): { digits: string; bad?: string; last: number } {
  const whole = /^ ?[0-9a-fA-F]*$/.test(from === 0 ? line : line.slice(from)) ? line.slice(from).trimStart() : undefined
  if (whole !== undefined) return { digits: whole, last: line.length }
  let digits = ''
  let last = from
  for (let i = from; i < line.length; i++) {
    const c = line[i]!
    if (c === '#') break
    if (/[\s:,]/.test(c)) continue
    if (c === '0' && /[xX]/.test(line[i + 1] ?? '') && digits.length % 2 === 0) i++
    else if (/[0-9a-fA-F]/.test(c)) {
      digits += c
      last = i + 1
    } else return { digits, bad: `column ${i + 1}: ${quoted(c)} is no hexadecimal digit`, last }
  }
  return { digits, last }
}
