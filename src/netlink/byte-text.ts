// Text that is written as bytes of UTF-8 where it is to stay, numbers and addresses digit by digit: nl-dump's lines, and
// JSON of long lists. Strings of their own, joined later, would cost more than all else that makes them.
import { Buffer } from 'node:buffer'
import { isDotted, zeroRun } from './text.ts'

const ROOM = 4096
/** What a text grew to is given back beyond this. */
const MOST_KEPT = 1 << 20
/** Bytes that a UTF-16 unit takes at most. */
const WIDEST = 3

export const SPACE = 32
const ZERO = 48
const DOT = 46
const COLON = 58
const QUOTE = 34
const BACKSLASH = 92
const FIRST_BEYOND_ASCII = 128
const DIGITS = Uint8Array.from('0123456789abcdef', digit => digit.charCodeAt(0))
/** The last number whose digits 32-bit arithmetic finds. */
const MOST_SIMPLE = 0x7fffffff

const encoder = new TextEncoder()

/** Bytes that are not filled with zeros, for what is written before it is read. */
export const unfilled = (size: number): Uint8Array => new Uint8Array(Buffer.allocUnsafeSlow(size).buffer)

export class ByteText {
  // No Buffer: all that reads and writes bytes sees arrays of one kind, which V8 makes fast code for.
  bytes: Uint8Array
  length = 0

  constructor(bytes = unfilled(ROOM)) {
    this.bytes = bytes
  }

  clear(): void {
    this.length = 0
    if (this.bytes.length > MOST_KEPT) this.bytes = unfilled(ROOM)
  }

  toString(): string {
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.length).toString()
  }

  /** A copy of what was written, which is forgotten. */
  take(): Buffer {
    const taken = Buffer.from(this.bytes.subarray(0, this.length))
    this.length = 0
    return taken
  }

  /** Text that is bytes already. */
  add(text: Uint8Array, from = 0, end = text.length): void {
    const at = this.room(end - from) - from
    const { bytes } = this
    for (let i = from; i < end; i++) bytes[at + i] = text[i]!
  }

  text(text: string): void {
    const at = this.room(text.length)
    const { bytes } = this
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i)
      if (c >= FIRST_BEYOND_ASCII) {
        this.length = at
        this.wide(text)
        return
      }
      bytes[at + i] = c
    }
  }

  /** As a string of JSON. */
  quote(text: string): void {
    const start = this.room(text.length + 2)
    const { bytes } = this
    let at = start
    bytes[at++] = QUOTE
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i)
      if (c < SPACE || c === QUOTE || c === BACKSLASH || c >= FIRST_BEYOND_ASCII) {
        this.length = start
        this.text(JSON.stringify(text))
        return
      }
      bytes[at++] = c
    }
    bytes[at] = QUOTE
  }

  private wide(text: string): void {
    const most = text.length * WIDEST
    const at = this.room(most)
    this.length = at + encoder.encodeInto(text, this.bytes.subarray(at)).written
  }

  byte(c: number): void {
    const at = this.room(1)
    this.bytes[at] = c
  }

  decimal(n: number): void {
    if (n > MOST_SIMPLE || n < 0) {
      this.text(String(n))
      return
    }
    let digits = 1
    for (let rest = n; rest >= 10; rest = (rest / 10) | 0) digits++
    const at = this.room(digits)
    const { bytes } = this
    let rest = n
    for (let i = at + digits - 1; i >= at; i--) {
      const tens = (rest / 10) | 0
      bytes[i] = ZERO + rest - tens * 10
      rest = tens
    }
  }

  /** `02:00:00:00:00:01` */
  mac(b: Uint8Array, p: number, n: number): void {
    if (n === 0) return
    let at = this.room(3 * n - 1)
    const { bytes } = this
    for (let i = p; i < p + n; i++) {
      if (i > p) bytes[at++] = COLON
      bytes[at++] = DIGITS[b[i]! >> 4]!
      bytes[at++] = DIGITS[b[i]! & 15]!
    }
  }

  ipv4(b: Uint8Array, p: number): void {
    for (let i = 0; i < 4; i++) {
      if (i > 0) this.byte(DOT)
      this.decimal(b[p + i]!)
    }
  }

  /** RFC 5952, as text.ts has it. */
  ipv6(b: Uint8Array, p: number): void {
    const run = zeroRun(b, p)
    const dotted = isDotted(b, p, run)
    let colon = false
    for (let i = 0; i < 8; i++) {
      if (i === run >> 4) {
        this.byte(COLON)
        this.byte(COLON)
        colon = false
        i += (run & 15) - 1
      } else if (dotted && i === 6) {
        if (colon) this.byte(COLON)
        this.ipv4(b, p + 12)
        return
      } else {
        if (colon) this.byte(COLON)
        this.hex((b[p + 2 * i]! << 8) | b[p + 2 * i + 1]!)
        colon = true
      }
    }
  }

  /** A number of 16 bits, without leading zeros. */
  private hex(n: number): void {
    const digits = n > 0xfff ? 4 : n > 0xff ? 3 : n > 0xf ? 2 : 1
    const at = this.room(digits)
    const { bytes } = this
    for (let i = digits - 1, rest = n; i >= 0; i--, rest >>= 4) bytes[at + i] = DIGITS[rest & 15]!
  }

  /** Makes `n` more bytes part of the text; answers where they begin. */
  private room(n: number): number {
    const at = this.length
    const end = at + n
    if (end > this.bytes.length) this.grow(end)
    this.length = end
    return at
  }

  private grow(end: number): void {
    const larger = unfilled(2 * end)
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
  }
}
