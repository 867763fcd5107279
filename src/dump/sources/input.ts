// A stream that is read piece by piece: holds what has come and is not read yet, and no more. Sources read it in
// generators that yield undefined where they must wait for more.
import { SourceError } from './datagram.ts'

/** No packet, block or message is believed to be longer: hostile lengths must not fill the memory. */
export const LONGEST = 16 * 1024 * 1024
/** Nor is a line. */
export const LONGEST_LINE = 2 * 1024 * 1024
/** What is looked at, at most, to tell the kind of an input. */
export const HEAD = 64 * 1024

const NEWLINE = 10

export class Input {
  /** Nothing follows what is here. */
  ended = false
  /** Tells something about the input that is no error: packets that are of no interest, say. */
  readonly note: (text: string) => void
  #window: Uint8Array = new Uint8Array(0)
  #next = 0
  #end = 0
  /** Where the window begins in the stream. */
  #base = 0
  #searched = 0
  #line = 0

  constructor(note: (text: string) => void = () => {}) {
    this.note = note
  }

  /** Adds what came; what was taken before stays as it is. */
  push(chunk: Uint8Array): void {
    const rest = this.#end - this.#next
    if (rest > 0 && this.#end + chunk.length <= this.#window.length) {
      this.#window.set(chunk, this.#end)
      this.#end += chunk.length
      return
    }
    this.#base += this.#next
    this.#searched -= this.#next
    // No Buffer: who reads the bytes would see arrays of two kinds, which V8 makes slow code for.
    if (rest === 0) this.#window = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    else {
      // Long pieces get room for more of them, so that many small chunks are not copied again and again.
      const room = rest > chunk.length ? rest : 0
      const window = new Uint8Array(rest + chunk.length + room)
      window.set(this.#window.subarray(this.#next, this.#end))
      window.set(chunk, rest)
      this.#window = window
    }
    this.#next = 0
    this.#end = rest + chunk.length
  }

  /** Bytes that are here. */
  get length(): number {
    return this.#end - this.#next
  }

  /** Bytes of the stream before what is here. */
  get position(): number {
    return this.#base + this.#next
  }

  /** Whether all was read. */
  get done(): boolean {
    return this.ended && this.#next === this.#end
  }

  /** The next bytes, at most `n`; they are still to be taken. */
  peek(n: number): Uint8Array {
    return this.#window.subarray(this.#next, Math.min(this.#next + n, this.#end))
  }

  /** Takes the next bytes, at most `n`. */
  take(n: number): Uint8Array {
    const bytes = this.peek(n)
    this.#next += bytes.length
    return bytes
  }

  /** The number of the line that `line` gave last, from 1 on. */
  get lineNumber(): number {
    return this.#line
  }

  /** Takes a line, without what ends it, each byte as one character; undefined where its end has not come yet. */
  line(): string | undefined {
    const from = Math.max(this.#searched, this.#next)
    const at = this.#window.subarray(0, this.#end).indexOf(NEWLINE, from)
    if (at < 0) {
      this.#searched = this.#end
      if (this.length > LONGEST_LINE) throw this.#tooLong()
      if (!this.ended || this.length === 0) return undefined
    }
    const end = at < 0 ? this.#end : at
    if (end - this.#next > LONGEST_LINE) throw this.#tooLong()
    const text = latin1(this.#window, this.#next, end)
    this.#next = Math.min(end + 1, this.#end)
    this.#line++
    return text.endsWith('\r') ? text.slice(0, -1) : text
  }

  #tooLong(): SourceError {
    return new SourceError(`line ${this.#line + 1} is longer than ${LONGEST_LINE} bytes`)
  }
}

/** Bytes as text, a character each: what is read of it is ASCII, and nothing is lost or refused. */
export const latin1 = (b: Uint8Array, from: number, to: number): string =>
  Buffer.from(b.buffer, b.byteOffset + from, to - from).toString('latin1')
