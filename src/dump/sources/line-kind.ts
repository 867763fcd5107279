// What a kind of text is: how to know it, and how to read it line by line.
import type { Datagram } from './datagram.ts'

export interface LineReader {
  /** The datagrams that are complete with this line; mostly none. Each byte of the file is a character of `text`. */
  line(text: string, number: number): Iterable<Datagram>
  /** Those that only the end completes. Throws SourceError where something is missing as a whole. */
  end(): Iterable<Datagram>
}

export interface LineKind {
  readonly name: string
  /** Whether a line is of this kind: never true for what may be ordinary text. */
  knows(line: string): boolean
  reader(): LineReader
}

export const NONE: readonly Datagram[] = []
