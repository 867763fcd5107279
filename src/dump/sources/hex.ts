// Hexadecimal text, a datagram a line: `> 1c000000…` sent, `< 24000000…` received, or without a mark.
// `#` begins a comment; `# protocol: generic` says what the lines behind it are. Spaces, colons, commas and 0x between
// the digits are passed over.
import { strictUtf8 } from '../../netlink/text.ts'
import { protocolNumber } from '../protocols.ts'
import { type Datagram, type Source, SourceError } from './datagram.ts'

export const hex: Source = { name: 'hex', matches, datagrams }

const PROTOCOL_LINE = /^\s*#\s*protocol:\s*(\S+)/
const MARKS = { '>': 'sent', '<': 'received' } as const

function matches(bytes: Uint8Array): boolean {
  // A character may be cut at the end of what is looked at; replacing it does no harm.
  const head = new TextDecoder().decode(bytes.subarray(0, 4096))
  const line = head.split('\n').find(text => text.trim() !== '' && !/^\s*#/.test(text))
  return line === undefined ? /^\s*#/m.test(head) : /^\s*[<>]?[\s:,]*(0x)?[0-9a-f]{1,2}/i.test(line)
}

function* datagrams(bytes: Uint8Array): Generator<Datagram> {
  const text = strictUtf8(bytes, 0, bytes.length)
  if (text === undefined) throw new SourceError('the text is not UTF-8')
  let protocol: number | undefined
  for (const [i, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const place = `line ${i + 1}`
    const header = PROTOCOL_LINE.exec(line)
    if (header) protocol = protocolOf(header[1]!, place)
    const datagram = readLine(line, place)
    if (datagram) yield protocol === undefined ? datagram : { ...datagram, protocol }
  }
}

function protocolOf(word: string, place: string): number {
  const protocol = protocolNumber(word)
  if (protocol === undefined) throw new SourceError(`${place}: '${word}' is no netlink protocol`)
  return protocol
}

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
    } else return { digits, bad: `column ${i + 1}: ${JSON.stringify(c)} is no hexadecimal digit`, last }
  }
  return { digits, last }
}
