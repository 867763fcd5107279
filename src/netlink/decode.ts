// The closure decoder: reads attributes row by row. It is the fallback of the compiled decoder (compile.ts) where
// code generation from strings is off, and its oracle in the property tests.
import { align4, NLA_HDRLEN, NLA_TYPE_MASK } from './attribute.ts'
import { type Fields, readable } from './codec.ts'
import { MalformedError } from './malformed.ts'
import type { FieldRows } from './struct.ts'
import { addUnknown, isMany, type Message, type MessageValue, type Rows, type Table } from './table.ts'

/** Reads the attributes in [p, end) into `o`, and answers it. */
export function decodeByClosures(
  table: Table,
  o: Fields,
  v: DataView,
  b: Uint8Array,
  p: number,
  end: number,
  header: Fields,
): Fields {
  let at = p
  while (at + NLA_HDRLEN <= end) {
    const length = v.getUint16(at, true)
    const type = v.getUint16(at + 2, true) & NLA_TYPE_MASK
    if (length < NLA_HDRLEN || at + length > end) throw new MalformedError(table.name, at, length, end - at)
    const row = table.byType.get(type)
    const payload = at + NLA_HDRLEN
    const n = length - NLA_HDRLEN
    if (row?.key.startsWith('_')) {
      // A pad: there for alignment, and for dissect.
    } else if (row && readable(row.codec, b, payload, n)) {
      const value = row.codec.read(v, b, payload, n, header, o)
      if (isMany(row.codec) && Array.isArray(o[row.key])) (o[row.key] as unknown[]).push(...(value as unknown[]))
      else o[row.key] = value
    } else addUnknown(o, type, b, payload, n)
    at += align4(length)
  }
  return o
}

/** Calls `handle` for every attribute in [p, end). Throws MalformedError where the lengths do not fit. */
export function eachAttribute(
  where: string,
  v: DataView,
  p: number,
  end: number,
  handle: (type: number, payload: number, size: number) => void,
): void {
  let at = p
  while (at + NLA_HDRLEN <= end) {
    const length = v.getUint16(at, true)
    if (length < NLA_HDRLEN || at + length > end) throw new MalformedError(where, at, length, end - at)
    handle(v.getUint16(at + 2, true) & NLA_TYPE_MASK, at + NLA_HDRLEN, length - NLA_HDRLEN)
    at += align4(length)
  }
}

/** Reads a whole message; nothing is lazy here. */
export function decodeMessageByClosures<H extends FieldRows, R extends Rows, D>(
  self: Message<H, R, D>,
  v: DataView,
  b: Uint8Array,
  p: number,
  end: number,
): MessageValue<H, R, D> {
  const o = Object.create(self.prototype) as Fields
  const { span } = self.header
  if (end - p < span) throw new MalformedError(`struct ${self.header.name}`, p, span, end - p)
  Object.assign(o, self.header.read(v, b, p, span, o, o))
  decodeByClosures(self.table, o, v, b, p + align4(span), end, o)
  return o as MessageValue<H, R, D>
}
