// What a command of nl-dump is given besides its arguments: its streams; and how it says that it was called wrongly.

/** Where a command reads and writes. */
export interface Io {
  readonly version: string
  /** Whether standard output is a terminal that shows colours. */
  readonly colors: boolean
  /** A file's bytes, piece by piece; `-` is standard input. Fails with the system's code. */
  open(path: string): AsyncIterable<Uint8Array>
  /** Bytes are text in UTF-8. */
  out(text: string | Buffer): Promise<void>
  err(text: string): void
}

/** Wrong usage: exit status 2. */
export class UsageError extends Error {}
