// Whether a message's attributes are whole, all the way down: what dissect finds too, without making a tree of it.
import { align4, NLA_HDRLEN, NLA_TYPE_MASK } from './attribute.ts'
import { type Codec, type Fields, readable } from './codec.ts'
import type { RowInfo, Table } from './table.ts'

/** The part of a table that is looked at here. */
type Lookup = Pick<Table, 'byType' | 'byKey'>

/** A row whose payloads hold attributes, and whether what they are is chosen by what stands before. */
interface DeepRow {
  readonly codec: Codec<any, any>
  readonly chosen: boolean
}
/** Of each table, by attribute type; most have none, and their attributes need only be hopped over. */
const deepRows = new WeakMap<Lookup, readonly (DeepRow | undefined)[]>()

function deepRowsOf(table: Lookup): readonly (DeepRow | undefined)[] {
  const known = deepRows.get(table)
  if (known) return known
  const rows: (DeepRow | undefined)[] = []
  for (const { type, codec } of table.byType.values()) {
    if (!codec.sound) continue
    while (rows.length <= type) rows.push(undefined)
    rows[type] = { codec, chosen: !('table' in codec) }
  }
  deepRows.set(table, rows)
  return rows
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
  const deep = table && deepRowsOf(table)
  let span: Span | undefined
  let at = p
  while (at + NLA_HDRLEN <= end) {
    const head = v.getUint32(at, true)
    const length = head & 0xffff
    if (length < NLA_HDRLEN || at + length > end) return false
    const type = (head >>> 16) & NLA_TYPE_MASK
    const row = deep && type < deep.length ? deep[type] : undefined
    if (row) {
      if (row.chosen && !siblings) siblings = siblingsIn(table!, (span = { v, b, p, end: at, header }))
      if (span) span.end = at
      const n = length - NLA_HDRLEN
      if (!soundPayload(row.codec, v, b, at + NLA_HDRLEN, n, header, siblings ?? NONE)) return false
    }
    at += align4(length)
  }
  return at >= end
}

const NONE: Fields = {}

/** Whether the attributes in [p, end), which `codec` reads whatever their types are, fill their places. */
export function soundElements(
  codec: Codec<any, any>,
  v: DataView,
  b: Uint8Array,
  p: number,
  end: number,
  header: Fields,
): boolean {
  let at = p
  while (at + NLA_HDRLEN <= end) {
    const length = v.getUint16(at, true)
    if (length < NLA_HDRLEN || at + length > end) return false
    if (!soundPayload(codec, v, b, at + NLA_HDRLEN, length - NLA_HDRLEN, header, NONE)) return false
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
  for (const row of byKey.values()) {
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
