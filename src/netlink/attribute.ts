// The type-length-value layer: a writer that grows, with nests as fork/join, and the arithmetic of alignment.
// It knows bytes, not what they mean: tables and codecs are in schema.ts and codec.ts.

/** Bytes of an attribute's header: u16 length (header included), u16 type. */
export const NLA_HDRLEN = 4
/** Set in an attribute's type when its payload is attributes again. */
export const NLA_F_NESTED = 0x8000
/** Set in an attribute's type when its payload is in network byte order. */
export const NLA_F_NET_BYTEORDER = 0x4000
/** The attribute's type without the two flags. */
export const NLA_TYPE_MASK = 0x3fff

/** `length` rounded up to the 4 bytes that netlink aligns everything to. */
export const align4 = (length: number): number => (length + 3) & ~3

/**
 * Builds messages in host byte order (little-endian: every platform koffi and Node ship prebuilt for here).
 * The bytes behind `length` are always zero, so padding needs no writing.
 */
export class Writer {
  bytes: Uint8Array
  view: DataView
  /** Bytes written so far. */
  length = 0

  constructor(capacity = 512) {
    this.bytes = new Uint8Array(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  /** Makes room for `count` more bytes and moves past them; answers where they begin. */
  reserve(count: number): number {
    const at = this.length
    const end = at + count
    if (end > this.bytes.length) {
      const larger = new Uint8Array(Math.max(end, this.bytes.length * 2))
      larger.set(this.bytes.subarray(0, at))
      this.bytes = larger
      this.view = new DataView(larger.buffer)
    }
    this.length = end
    return at
  }

  u8(value: number): void {
    const at = this.reserve(1)
    this.view.setUint8(at, value)
  }

  u16(value: number): void {
    const at = this.reserve(2)
    this.view.setUint16(at, value, true)
  }

  u32(value: number): void {
    const at = this.reserve(4)
    this.view.setUint32(at, value, true)
  }

  /** In network byte order. */
  be32(value: number): void {
    const at = this.reserve(4)
    this.view.setUint32(at, value)
  }

  raw(bytes: ArrayLike<number>): void {
    const at = this.reserve(bytes.length)
    this.bytes.set(bytes, at)
  }

  /** Pads with zeros to a multiple of 4. */
  align(): void {
    this.reserve(align4(this.length) - this.length)
  }

  /** Begins an attribute; its payload is what is written until `join` is given the answer. */
  fork(type: number): number {
    const at = this.reserve(NLA_HDRLEN)
    this.view.setUint16(at + 2, type, true)
    return at
  }

  /** Ends the attribute that `fork` began: fills in its length and pads behind it. */
  join(at: number): void {
    const length = this.length - at
    if (length > 0xffff) throw new RangeError(`an attribute of ${length} bytes: at most 65535 fit in its length field`)
    this.view.setUint16(at, length, true)
    this.align()
  }

  /** Forgets all from `length` on, so that a request that cannot be encoded leaves nothing behind. */
  truncate(length: number): void {
    const end = this.length
    // A call of fill costs more than a short message has words.
    if (end - length > 256) this.bytes.fill(0, length, end)
    else {
      let at = length
      for (; at + 4 <= end; at += 4) this.view.setInt32(at, 0)
      for (; at < end; at++) this.bytes[at] = 0
    }
    this.length = length
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }
}
