// Text that is written as bytes from the start: long lists are thousands of short pieces, and strings of them would be
// joined, flattened and encoded before they go out.
import { Buffer } from 'node:buffer'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const FIRST_PRINTABLE = 0x20
const FIRST_BEYOND_ASCII = 0x80
/** Bytes that one UTF-16 unit takes at most. */
const LARGEST_UNIT = 3

/** A buffer that is filled, taken and filled again. */
export class ByteText {
  #bytes: Buffer
  /** Bytes written since the last `take`. */
  length = 0

  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity)
  }

  /** Writes `text`, from its `from`th unit on. */
  write(text: string, from = 0): void {
    const bytes = this.#room(text.length)
    const start = this.length
    let at = start
    for (let i = from; i < text.length; i++) {
      const c = text.charCodeAt(i)
      if (c >= FIRST_BEYOND_ASCII) {
        this.length = start + bytes.write(text.slice(from), start)
        return
      }
      bytes[at++] = c
    }
    this.length = at
  }

  /** Writes `text` as a JSON string. */
  quote(text: string): void {
    const bytes = this.#room(text.length + 2)
    const start = this.length
    let at = start
    bytes[at++] = QUOTE
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i)
      if (c < FIRST_PRINTABLE || c === QUOTE || c === BACKSLASH || c >= FIRST_BEYOND_ASCII) {
        this.write(JSON.stringify(text))
        return
      }
      bytes[at++] = c
    }
    bytes[at++] = QUOTE
    this.length = at
  }

  /** A copy of what was written, which is forgotten. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.length))
    this.length = 0
    return taken
  }

  /** The bytes, with room for `units` UTF-16 units more. */
  #room(units: number): Buffer {
    const needed = this.length + units * LARGEST_UNIT
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(needed * 2)
      this.#bytes.copy(larger, 0, 0, this.length)
      this.#bytes = larger
    }
    return this.#bytes
  }
}
