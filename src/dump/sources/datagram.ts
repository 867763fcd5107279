// What every source gives: datagrams with where they come from, and the error for a source that breaks off.
import type { Input } from './input.ts'

export interface Datagram {
  readonly bytes: Uint8Array
  /** The netlink protocol's number, where the source says it. */
  readonly protocol?: number
  /** From user space to the kernel, or from it; where the source says it. */
  readonly direction?: 'sent' | 'received'
  /**
   * Nanoseconds since 1970, where the source says it. Traces that have only the time of day (strace -t) count from
   * their first day's midnight, those that have only differences (strace -r) from their beginning.
   */
  readonly time?: bigint
  /** Where in the source it is: `line 5`, `packet 3 at byte 124`. */
  readonly place: string
  /** The process that sent or received it, where the source says it. */
  readonly process?: number
  /** Which of several sockets it went over, where the source says it: answers come where their request went. */
  readonly socket?: string
  /** The path of the network namespace that its socket was opened in, where the source saw the process enter it. */
  readonly netns?: string
  /** The paths of the process's open files by descriptor, as far as the source saw them opened: namespaces, mostly. */
  readonly files?: ReadonlyMap<number, string>
  /** The namespace id that a notification is marked with, where it is of another namespace. */
  readonly nsid?: number
  /** What is wrong with it as the source has it. The bytes that are there are in `bytes`. */
  readonly broken?: string
}

/** A kind of input. */
export interface Source {
  /** `hex`, `pcap`. */
  readonly name: string
  /** Whether an input that begins with these bytes is of this kind; undefined where more of it must be seen. */
  matches(head: Uint8Array, isWhole: boolean): boolean | undefined
  /**
   * Its datagrams, as they come; undefined where more input must come first.
   * Throws SourceError where it breaks off; what came before is good.
   */
  datagrams(input: Input): Generator<Datagram | undefined, void, void>
}

/** A source that cannot be read, or not further. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
  readonly code = 'ERR_SOURCE'
}
