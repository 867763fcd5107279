// Whether a message's attributes are whole, all the way down: what dissect finds too, without making a tree of it.
import { align4, NLA_HDRLEN, NLA_TYPE_MASK } from './attribute.ts'
import { type Codec, type Fields, readable } from './codec.ts'
import type { Lookup } from './dissect.ts'

/**
 * Whether the attributes in [p, end), and those inside them, fill their places. `siblings` has their values, where they
 * are known: what is chosen by an attribute that stands before looks there.
 */
export function soundAttributes(
  table: Lookup | undefined,
  v: DataView,
  b: Uint8Array,
  p: number,
  end: number,
  header: Fields,
  siblings?: Fields,
): boolean {
  let at = p
  while (at + NLA_HDRLEN <= end) {
    const length = v.getUint16(at, true)
    if (length < NLA_HDRLEN || at + length > end) return false
    const codec = table?.byType.get(v.getUint16(at + 2, true) & NLA_TYPE_MASK)?.codec
    if (codec?.sound) {
      const payload = at + NLA_HDRLEN
      siblings ??= valuesBefore(table!, v, b, p, at, header)
      if (!soundPayload(codec, v, b, payload, length - NLA_HDRLEN, header, siblings)) return false
    }
    at += align4(length)
  }
  return at >= end
}

/** The same for one payload; one that cannot be read is bytes, which are always whole. */
export const soundPayload = (
  codec: Codec<any, any>,
  v: DataView,
  b: Uint8Array,
  p: number,
  n: number,
  header: Fields,
  siblings: Fields,
): boolean => !codec.sound || !readable(codec, b, p, n) || codec.sound(v, b, p, n, header, siblings)

/** What stands in [p, end) and holds no attributes: words that others are chosen by. */
function valuesBefore(table: Lookup, v: DataView, b: Uint8Array, p: number, end: number, header: Fields): Fields {
  const values: Fields = {}
  for (let at = p; at < end; at += align4(v.getUint16(at, true))) {
    const n = v.getUint16(at, true) - NLA_HDRLEN
    const row = table.byType.get(v.getUint16(at + 2, true) & NLA_TYPE_MASK)
    if (!row || row.codec.sound || !readable(row.codec, b, at + NLA_HDRLEN, n)) continue
    values[row.key] = row.codec.read(v, b, at + NLA_HDRLEN, n, header, values)
  }
  return values
}
