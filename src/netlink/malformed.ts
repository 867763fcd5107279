// The error for bytes that are not what their lengths say.

/** Bytes that cannot be netlink: a length that does not fit where it stands. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError'
  readonly code = 'ERR_MALFORMED'
  /** What was being read: a struct or the table of an attribute. */
  readonly what: string
  /** Byte offset of the header whose length is wrong. */
  readonly offset: number

  constructor(what: string, offset: number, claimed: number, available: number) {
    super(`malformed ${what} at byte ${offset}: it says it has ${claimed} bytes, ${available} are there`)
    this.what = what
    this.offset = offset
  }
}
