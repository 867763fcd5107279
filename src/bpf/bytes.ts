// Structs and names in an object's bytes, each held against the bytes that are there.
import { type Codec, viewOf } from '../netlink/codec.ts'
import type { Struct } from '../netlink/struct.ts'
import { utf8 } from '../netlink/text.ts'
import { broken } from './error.ts'

/** Reads `count` structs that follow each other from byte `at` on; `what` names them in an error. */
export function readRows<T>(
  b: Uint8Array,
  layout: Codec<T, any> & Pick<Struct, 'span'>,
  at: number,
  count: number,
  file: string,
  what: string,
): T[] {
  const { span } = layout
  const end = at + count * span
  if (!(end <= b.length)) throw broken(file, `${what} would end at byte ${end}, and there are ${b.length}`)
  const view = viewOf(b)
  return Array.from({ length: count }, (_, i) => layout.read(view, b, at + i * span, span, {}, {}))
}

/** The text at byte `at` of a table of strings. */
export function textAt(strings: Uint8Array, at: number, file: string, what: string): string {
  const end = strings.indexOf(0, at)
  if (end < 0) throw broken(file, `${what} begins at byte ${at} of ${strings.length}, and does not end there`)
  return utf8(strings, at, end - at)
}
