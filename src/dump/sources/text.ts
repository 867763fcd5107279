// Text of whatever kind: which kind it is, is told from the first line that any of them knows.
import type { Datagram, Source } from './datagram.ts'
import { codeLines } from './hex-code.ts'
import { dumpLines } from './hex-dump.ts'
import { plainLines } from './hex-plain.ts'
import { HEAD, type Input, latin1 } from './input.ts'
import type { LineKind, LineReader } from './line-kind.ts'
import { straceLines } from './strace.ts'

/** In the order in which they are asked: what a later one would take for its own comes first. */
const KINDS: readonly LineKind[] = [straceLines, dumpLines, codeLines, plainLines]

export const text: Source = {
  name: `${straceLines.name}, hexadecimal text`,
  matches: (head, isWhole) => {
    if (head.includes(0)) return false
    return kindOf(head, isWhole) ? true : isWhole ? false : undefined
  },
  datagrams,
}

/** strace's text, whatever it begins with. */
export const straceText: Source = {
  name: straceLines.name,
  matches: () => true,
  datagrams: input => read(input, straceLines.reader()),
}

function kindOf(head: Uint8Array, isWhole: boolean): LineKind | undefined {
  const lines = latin1(head, 0, head.length).split(/\r?\n/)
  // What the last line will be is not known yet.
  if (!isWhole) lines.pop()
  for (const line of lines) {
    const kind = isComment(line) ? undefined : KINDS.find(candidate => candidate.knows(shortened(line)))
    if (kind) return kind
  }
  return isWhole && lines.some(isComment) && lines.every(line => isComment(line) || line === '')
    ? plainLines
    : undefined
}

/** A long line's beginning and end: they tell enough, and no pattern takes long over them. */
const shortened = (line: string): string => (line.length > 1000 ? line.slice(0, 500) + line.slice(-500) : line)

const isComment = (line: string): boolean => /^(?:\xef\xbb\xbf)?\s*#/.test(line)

function datagrams(input: Input): Generator<Datagram | undefined, void, void> {
  return read(input, kindOf(input.peek(HEAD), true)!.reader())
}

function* read(input: Input, reader: LineReader): Generator<Datagram | undefined, void, void> {
  while (!input.done) {
    const line = input.line()
    if (line === undefined) yield
    else yield* reader.line(line, input.lineNumber)
  }
  yield* reader.end()
}
