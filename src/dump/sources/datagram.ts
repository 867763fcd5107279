// What every source gives: datagrams with where they come from, and the error for a source that breaks off.

export interface Datagram {
  readonly bytes: Uint8Array
  /** The netlink protocol's number, where the source says it. */
  readonly protocol?: number
  /** From user space to the kernel, or from it; where the source says it. */
  readonly direction?: 'sent' | 'received'
  /** Nanoseconds since 1970, where the source says it. */
  readonly time?: bigint
  /** Where in the source it is: `line 5`, `packet 3 at byte 124`. */
  readonly place: string
  /** What is wrong with it as the source has it. The bytes that are there are in `bytes`. */
  readonly broken?: string
}

/** A kind of input. */
export interface Source {
  /** `hex`, `pcap`. */
  readonly name: string
  /** Whether these bytes are of this kind, by their beginning. */
  matches(bytes: Uint8Array): boolean
  /** Its datagrams. Throws SourceError where it breaks off; what came before is good. */
  datagrams(bytes: Uint8Array): Iterable<Datagram>
}

/** A source that cannot be read, or not further. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
  readonly code = 'ERR_SOURCE'
}
