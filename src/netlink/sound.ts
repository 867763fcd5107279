// Whether a message's attributes are whole, all the way down: what dissect finds too, without making a tree of it.
import { align4, NLA_HDRLEN, NLA_TYPE_MASK } from './attribute.ts'
import { type Codec, type Fields, readable } from './codec.ts'
import type { RowInfo } from './table.ts'

/** The part of a table that is looked at here. */
interface Lookup {
  readonly byType: { get(type: number): RowInfo | undefined }
  /** Left out where the types are only numbers. */
  readonly byKey?: ReadonlyMap<string, RowInfo>
}

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
  let span: Span | undefined
  let at = p
  while (at + NLA_HDRLEN <= end) {
    const head = v.getUint32(at, true)
    const length = head & 0xffff
    if (length < NLA_HDRLEN || at + length > end) return false
    const codec = table?.byType.get((head >>> 16) & NLA_TYPE_MASK)?.codec
    if (codec?.sound) {
      span ??= { v, b, p, end: at, header }
      span.end = at
      siblings ??= siblingsIn(table!, span)
      if (!soundPayload(codec, v, b, at + NLA_HDRLEN, length - NLA_HDRLEN, header, siblings)) return false
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

// ── what stands before an attribute ────────────────────────────────────────

/** Attributes that are known to be whole, of a nest; those at `end` and behind it are not looked at. */
export interface Span {
  readonly v: DataView
  readonly b: Uint8Array
  readonly p: number
  end: number
  readonly header: Fields
}

type Siblings = new (span: Span) => Fields
const classes = new WeakMap<Lookup, Siblings>()

/** The values in a span by key, each read when it is asked for: words that others are chosen by. Lists are left out. */
export function siblingsIn(table: Lookup, span: Span): Fields {
  let known = classes.get(table)
  if (!known) classes.set(table, (known = siblingsClass(table)))
  return new known(span)
}

const SPAN = Symbol('span')

function siblingsClass({ byKey }: Lookup): Siblings {
  class Found {
    readonly [SPAN]: Span
    constructor(span: Span) {
      this[SPAN] = span
    }
  }
  for (const row of byKey?.values() ?? []) {
    const get = function (this: Found): unknown {
      const { v, b, p, end, header } = this[SPAN]
      const at = lastOf(row, v, b, p, end)
      return at === 0
        ? undefined
        : row.codec.read(v, b, at, v.getUint16(at - NLA_HDRLEN, true) - NLA_HDRLEN, header, {})
    }
    if (!row.many && !row.codec.sound) Object.defineProperty(Found.prototype, row.key, { get, enumerable: true })
  }
  return Found as unknown as Siblings
}

/** The payload of the last attribute of a row in [p, end) that can be read; 0 where there is none. */
export function lastOf({ type, codec }: RowInfo, v: DataView, b: Uint8Array, p: number, end: number): number {
  let found = 0
  for (let at = p; at + NLA_HDRLEN <= end; ) {
    const head = v.getUint32(at, true)
    const length = head & 0xffff
    if (((head >>> 16) & NLA_TYPE_MASK) === type && readable(codec, b, at + NLA_HDRLEN, length - NLA_HDRLEN))
      found = at + NLA_HDRLEN
    at += align4(length)
  }
  return found
}
