// Text that is made a line at a time and written many lines at a time: bytes, for thousands of short strings that wait to
// be joined are dear to the collector of garbage.

/** Small enough that the allocator gives the same memory again. */
const PAGE = 64 * 1024
/** Characters that are written at once: a call for each line would cost more than they do. */
const SOME = 2048
/** Bytes that a UTF-16 unit takes at most. */
const WIDEST = 3

export class Pages {
  #full: Buffer[] = []
  #page = Buffer.allocUnsafeSlow(PAGE)
  #used = 0
  #lines = ''

  add(text: string): void {
    this.#lines += text
    if (this.#lines.length > SOME) this.#write()
  }

  #write(): void {
    const text = this.#lines
    this.#lines = ''
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
    this.#write()
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
