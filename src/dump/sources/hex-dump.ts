// Dumps with an offset before every line: xxd, hexdump -C, od -Ax -tx1, tcpdump -x and -X, tshark -x. Offset 0 begins
// a datagram. Other lines between them are passed over; `*` stands for lines like the one before (hexdump, od).
import { quoted } from '../value.ts'
import { Comments } from './comment.ts'
import type { Datagram } from './datagram.ts'
import { LONGEST } from './input.ts'
import { type LineKind, type LineReader, NONE } from './line-kind.ts'

export const dumpLines: LineKind = {
  name: 'hexadecimal dump',
  knows: line => /^\s*(?:0x)?0{4,}:?\s+[0-9a-f]{2}/i.test(line),
  reader: () => new DumpReader(),
}

const LINE = /^\s*(0x)?([0-9a-f]{4,12})(?::|(?=\s|$))\s*/i
/** Bytes that a `*` may stand for: a few characters must not become a memory full of zeros. */
const MOST_REPEATED = 64 * 1024
/** Half of a line: hexdump -C leaves a wider gap behind it. */
const HALF = 8

interface Begun {
  readonly place: string
  readonly parts: Uint8Array[]
  length: number
  /** The column behind the digits, as the first line has it. */
  readonly column: number
  /** A `*` stood before this line. */
  repeats: boolean
  /** Lines of tcpdump: their offset is `0x0010`. */
  readonly isTcpdump: boolean
}

class DumpReader implements LineReader {
  readonly #comments = new Comments()
  #begun: Begun | undefined
  /** tcpdump shows a packet that it does not know twice. */
  #shown: Uint8Array | undefined

  line(text: string, number: number): readonly Datagram[] {
    this.#comments.read(text, number)
    const found = LINE.exec(text)
    if (this.#begun && text.trim() === '*') this.#begun.repeats = true
    else if (found) return this.#dumped(text, found, number)
    else {
      const before = this.end()
      this.#shown = undefined
      return before
    }
    return NONE
  }

  #dumped(text: string, found: RegExpExecArray, number: number): readonly Datagram[] {
    const offset = Number.parseInt(found[2]!, 16)
    const from = found[0].length
    if (offset === 0) {
      const before = this.end()
      this.#begin(text, from, `line ${number}`, found[1] !== undefined)
      return before
    }
    const begun = this.#begun
    if (!begun) return NONE
    if (begun.repeats) repeat(begun, offset)
    if (offset !== begun.length) return this.#end(`line ${number}: offset ${offset} follows ${begun.length}`)
    if (from >= text.length) return this.end()
    const { bytes, bad } = readBytes(text, from, begun.column)
    append(begun, bytes)
    if (bad !== undefined) return this.#end(`line ${number}: ${bad}`)
    if (begun.length > LONGEST) return this.#end(`line ${number}: no message is longer than ${LONGEST} bytes`)
    return NONE
  }

  #begin(text: string, from: number, place: string, isTcpdump: boolean): void {
    const column = digitsEnd(text, from)
    this.#begun = { place, parts: [], length: 0, column, repeats: false, isTcpdump }
    append(this.#begun, readBytes(text, from, column).bytes)
  }

  #end(broken?: string): readonly Datagram[] {
    const begun = this.#begun
    this.#begun = undefined
    if (!begun || begun.length === 0) return NONE
    const bytes = Uint8Array.from(Buffer.concat(begun.parts))
    const again = begun.isTcpdump && this.#shown !== undefined && Buffer.compare(bytes, this.#shown) === 0
    this.#shown = again ? undefined : bytes
    if (again) return NONE
    return [this.#comments.datagram({ bytes, place: begun.place, ...(broken ? { broken } : {}) })]
  }

  end(): readonly Datagram[] {
    return this.#end()
  }
}

function append(begun: Begun, bytes: Uint8Array): void {
  begun.parts.push(bytes)
  begun.length += bytes.length
}

/** Writes the last line again until `offset`. */
function repeat(begun: Begun, offset: number): void {
  begun.repeats = false
  const line = begun.parts.at(-1)!
  if (line.length === 0 || offset > begun.length + MOST_REPEATED) return
  while (begun.length < offset) append(begun, line.subarray(0, offset - begun.length))
}

/** Where the digits of a first line end and its text column begins. A first line is a full one. */
function digitsEnd(text: string, from: number): number {
  const groups = /([0-9a-f]{2})+(?=\s|$)( *)/giy
  groups.lastIndex = from
  let end = from
  let bytes = 0
  for (let group = groups.exec(text); group; group = groups.exec(text)) {
    const gap = group[2]!.length
    const digits = group[0].length - gap
    bytes += digits / 2
    end = group.index + digits
    const isMiddle = bytes === HALF && digits === 2 && gap === 2 && /^[0-9a-f]{2} /i.test(text.slice(end + gap))
    if (gap !== 1 && !isMiddle) break
  }
  return end
}

/** The bytes between two columns, and what is wrong with them. */
function readBytes(text: string, from: number, to: number): { bytes: Uint8Array; bad?: string } {
  const area = text.slice(from, to)
  const at = area.search(/[^0-9a-f\s]/i)
  const digits = (at < 0 ? area : area.slice(0, at)).replaceAll(/\s/g, '')
  const bytes = Uint8Array.from(Buffer.from(digits.slice(0, digits.length & ~1), 'hex'))
  if (at >= 0) return { bytes, bad: `column ${from + at + 1}: ${quoted(area[at]!)} is no hexadecimal digit` }
  return digits.length % 2 === 0 ? { bytes } : { bytes, bad: 'an odd number of hexadecimal digits' }
}
