// Text that is made a line at a time and written many lines at a time: bytes, for thousands of short strings that wait to
// be joined are dear to the collector of garbage.
import { ByteText, unfilled } from '../../netlink/byte-text.ts'

/** Small enough that the allocator gives the same memory again. */
const PAGE = 64 * 1024
/** What is left of a page when it is full: most lines are shorter, and a longer one makes its page larger. */
const MARGIN = 1024

export class Pages {
  #full: Buffer[] = []
  /** Whose length grows as lines are added. */
  #page = new ByteText(unfilled(PAGE))

  add(text: string): void {
    this.page().text(text)
  }

  /** Where the next line is to be written. */
  page(): ByteText {
    if (this.#page.bytes.length - this.#page.length < MARGIN) this.#end()
    return this.#page
  }

  /** All that was added since it was called last. */
  take(): Buffer[] {
    this.#end()
    const pages = this.#full
    this.#full = []
    return pages
  }

  /** What is on the page is given away; what is free on it is used on. */
  #end(): void {
    const { bytes, length } = this.#page
    if (length === 0) return
    this.#full.push(Buffer.from(bytes.buffer, bytes.byteOffset, length))
    const rest = bytes.subarray(length)
    this.#page = new ByteText(rest.length >= MARGIN ? rest : unfilled(PAGE))
  }
}
