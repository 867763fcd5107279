// Text that is made a line at a time and written many lines at a time: bytes, for thousands of short strings that wait to
// be joined are dear to the collector of garbage.

/** Small enough that the allocator gives the same memory again. */
const PAGE = 64 * 1024
/** Bytes that a UTF-16 unit takes at most. */
const WIDEST = 3

export class Pages {
  #full: Buffer[] = []
  #page = Buffer.allocUnsafeSlow(PAGE)
  #used = 0

  add(text: string): void {
    const most = text.length * WIDEST
    if (this.#used + most > this.#page.length) {
      this.#end()
      if (most > PAGE) {
        this.#full.push(Buffer.from(text))
        return
      }
      this.#page = Buffer.allocUnsafeSlow(PAGE)
    }
    this.#used += this.#page.write(text, this.#used)
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
    if (this.#used === 0) return
    this.#full.push(this.#page.subarray(0, this.#used))
    this.#page = this.#page.subarray(this.#used)
    this.#used = 0
  }
}
