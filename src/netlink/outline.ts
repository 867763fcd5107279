// A message that is looked at and not decoded: one walk finds where its attributes lie and whether they are whole, all
// the way down; a value is read when it is asked for. A message that has an attribute twice, or a text in place of
// attributes, is left to decoding.
import { align4, NLA_HDRLEN, NLA_TYPE_MASK } from './attribute.ts'
import { type Codec, type Fields, readable } from './codec.ts'
import { lastOf, siblingsIn } from './sound.ts'
import type { Field } from './struct.ts'
import type { Many, Message, Nest, RowInfo, UnknownAttribute } from './table.ts'

type AnyMessage = Message<any, any, any>

/** A key of a message: the attribute and the header's field that have it. */
export interface Place {
  readonly key: string
  /** The key alone. */
  readonly path: readonly string[]
  /** The row's number in the table's order; -1 where no attribute has this key. */
  readonly slot: number
  readonly row: RowInfo | undefined
  readonly field: Field | undefined
  // What is asked for each value, where it is found faster than in codecs of many forms.
  readonly read: Codec<any, any>['read'] | undefined
  readonly readField: Codec<any, any>['read'] | undefined
  readonly many: boolean
  readonly lazy: boolean
}

/** The place of a key, of which a message may have nothing. */
export const placeOf = (key: string, slot = -1, row?: RowInfo, field?: Field): Place => ({
  key,
  path: [key],
  slot,
  row,
  field,
  read: row?.codec.read,
  readField: field?.codec.read,
  many: row?.many === true,
  lazy: row?.options.lazy === true,
})

/** What a message has under its keys, as decoding has it. */
export interface Values {
  /** The value at a path, whose first key stands at `place`. Throws MalformedError where that is broken within. */
  get(place: Place, path: readonly string[]): unknown
  /** The keys that have a value: the header's, then the attributes' as they stand in the message. */
  places(): readonly Place[]
  /** The attributes that no row knows, or whose size is not its row's. */
  unknown(): readonly UnknownAttribute[]
}

/** The places of a message's keys. */
export function placesOf({ header, table }: AnyMessage): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>()
  for (const field of header.fields)
    if (!field.key.startsWith('_')) places.set(field.key, placeOf(field.key, -1, undefined, field))
  let slot = 0
  for (const row of table.byType.values()) {
    const { key } = row
    if (!key.startsWith('_')) places.set(key, placeOf(key, slot, row, places.get(key)?.field))
    slot++
  }
  return places
}

/** What the walk asks of a row. */
interface Slot {
  readonly index: number
  /** The only size that it can have; -1 where others are possible. */
  readonly size: number
  readonly accepts: Codec<any, any>['accepts']
  readonly sound: Codec<any, any>['sound']
  readonly many: boolean
  /** A pad: no value. */
  readonly pad: boolean
  /** Whatever its bytes are, it is no unknown attribute. */
  readonly lazy: boolean
}

const slotOf = ({ key, codec, options, many }: RowInfo, index: number): Slot => ({
  index,
  size: codec.accepts || codec.size === undefined || codec.elastic ? -1 : codec.size,
  accepts: codec.accepts,
  sound: codec.sound,
  many,
  pad: key.startsWith('_'),
  lazy: options.lazy === true,
})

const fits = ({ size, accepts }: Slot, b: Uint8Array, p: number, n: number): boolean =>
  size >= 0 ? n === size : accepts === undefined || accepts(b, p, n)

const NOWHERE = Number.POSITIVE_INFINITY

/** Looks at messages of one definition, one after the other: what it tells is of the one that was read last. */
export class Outline implements Values {
  /** Bytes of the header; what is shorter is broken. */
  private readonly span: number
  private readonly hasPayload: boolean
  private readonly byKey: ReadonlyMap<string, Place>
  private readonly bySlot: (Place | undefined)[] = []
  private readonly ofHeader: readonly Place[]
  /** By attribute type. */
  private readonly slots: (Slot | undefined)[] = []
  /** Offsets of payloads by slot; 0: absent. */
  readonly at: number[] = []
  /** The slots that are present, as they came: so many of the list's, which is not cut. */
  private readonly found: number[] = []
  private count = 0
  /** Slot and offset, in turn, of what came again of rows that may. */
  private readonly again: number[] = []
  /** Offsets of payloads that no row reads. */
  private readonly strange: number[] = []
  /** What selectors look at: the header's fields, and the attributes before `limit`, where what they are asked about is. */
  private readonly fields: Fields = {}
  private limit = NOWHERE
  /** The datagram, and where the message's payload begins in it. */
  v!: DataView
  b!: Uint8Array
  p = 0

  constructor(message: AnyMessage) {
    this.span = message.header.span
    this.hasPayload = message.payload !== undefined
    this.byKey = placesOf(message)
    for (const row of message.table.byType.values()) {
      while (this.slots.length <= row.type) this.slots.push(undefined)
      this.slots[row.type] = slotOf(row, this.at.length)
      this.bySlot.push(this.byKey.get(row.key))
      this.at.push(0)
    }
    this.ofHeader = [...this.byKey.values()].filter(({ field }) => field !== undefined)
    for (const [key, place] of this.byKey)
      Object.defineProperty(this.fields, key, { get: () => this.before(place), enumerable: true })
  }

  /** Where a key stands. */
  place(key: string): Place | undefined {
    return this.byKey.get(key)
  }

  /** Takes the payload [p, end) of a message. False where it is broken, or is left to decoding. */
  read(v: DataView, b: Uint8Array, p: number, end: number): boolean {
    const { span, at, found, slots, fields } = this
    if (this.hasPayload || end - p < span) return false
    for (let i = 0; i < this.count; i++) at[found[i]!] = 0
    this.count = 0
    // Both are rare, and clearing what is empty costs more than all else here.
    if (this.again.length > 0) this.again.length = 0
    if (this.strange.length > 0) this.strange.length = 0
    this.limit = NOWHERE
    this.v = v
    this.b = b
    this.p = p
    let next = Math.min(p + align4(span), end)
    while (next + NLA_HDRLEN <= end) {
      const head = v.getUint32(next, true)
      const length = head & 0xffff
      if (length < NLA_HDRLEN || next + length > end) return false
      const payload = next + NLA_HDRLEN
      const n = length - NLA_HDRLEN
      const type = (head >>> 16) & NLA_TYPE_MASK
      const slot = type < slots.length ? slots[type] : undefined
      if (slot === undefined || !(slot.lazy || fits(slot, b, payload, n))) this.strange.push(payload)
      else if (!slot.pad) {
        if (slot.sound !== undefined && fits(slot, b, payload, n) && !slot.sound(v, b, payload, n, fields, fields))
          return false
        if (at[slot.index] === 0) {
          at[slot.index] = payload
          found[this.count++] = slot.index
        } else if (slot.many) this.again.push(slot.index, payload)
        else return false
      }
      next += align4(length)
    }
    return next >= end
  }

  get(place: Place, path: readonly string[]): unknown {
    const { slot } = place
    const at = slot < 0 ? 0 : this.at[slot]!
    if (at === 0) return place.field === undefined ? undefined : inside(this.header(place), path, 1)
    if (path.length === 1) return this.value(place, at)
    this.limit = at
    return valueAt(place.row!, this.v, this.b, at, this.size(at), path, 1, this.fields, this.fields)
  }

  places(): readonly Place[] {
    const places = this.ofHeader.slice()
    const lazy: Place[] = []
    for (let i = 0; i < this.count; i++) {
      const place = this.bySlot[this.found[i]!]!
      if (place.lazy) lazy.push(place)
      else if (place.field === undefined) places.push(place)
    }
    return lazy.length > 0 ? [...places, ...lazy.sort((one, other) => one.slot - other.slot)] : places
  }

  unknown(): readonly UnknownAttribute[] {
    if (this.strange.length === 0) return NONE
    return this.strange.map(at => ({
      type: this.v.getUint16(at - 2, true) & NLA_TYPE_MASK,
      bytes: this.b.subarray(at, at + this.size(at)),
    }))
  }

  private header({ field, readField }: Place): unknown {
    return readField!(this.v, this.b, this.p + field!.offset, field!.size, this.fields, this.fields)
  }

  private value(place: Place, at: number): unknown {
    const { read, row, slot } = place
    this.limit = place.lazy ? NOWHERE : at
    if (place.many) return this.all(row!.codec as Many, slot, at)
    const n = this.size(at)
    if (place.lazy && !readable(row!.codec, this.b, at, n)) return this.b.slice(at, at + n)
    return read!(this.v, this.b, at, n, this.fields, this.fields)
  }

  private all({ many }: Many, slot: number, first: number): unknown[] {
    const values: unknown[] = []
    const one = (at: number): void => {
      this.limit = at
      values.push(many.read(this.v, this.b, at, this.size(at), this.fields, this.fields))
    }
    one(first)
    for (let i = 0; i < this.again.length; i += 2) if (this.again[i] === slot) one(this.again[i + 1]!)
    return values
  }

  /** Bytes of the payload at an offset. */
  size(at: number): number {
    return this.v.getUint16(at - NLA_HDRLEN, true) - NLA_HDRLEN
  }

  /** What a selector sees of a key. */
  private before(place: Place): unknown {
    const at = place.slot < 0 ? 0 : this.at[place.slot]!
    const { limit } = this
    if (at === 0 || at >= limit) return place.field && this.header(place)
    const value = this.value(place, at)
    this.limit = limit
    return value
  }
}

const NONE: readonly UnknownAttribute[] = []

/** What is at path[i…] of a value. */
function inside(value: unknown, path: readonly string[], i: number): unknown {
  let found = value
  for (let k = i; k < path.length; k++) {
    if (typeof found !== 'object' || found === null) return undefined
    found = (found as Fields)[path[k]!]
  }
  return found
}

interface Chooser {
  choose(header: Fields, siblings: Fields): Codec<any, any> | undefined
}

/** What is at path[i…] of an attribute: of nests only what is on the way is read. */
function valueAt(
  { codec, many }: RowInfo,
  v: DataView,
  b: Uint8Array,
  p: number,
  n: number,
  path: readonly string[],
  i: number,
  header: Fields,
  siblings: Fields,
): unknown {
  const chosen = 'choose' in codec ? (codec as unknown as Chooser).choose(header, siblings) : codec
  if (!chosen || !('table' in chosen)) return inside(codec.read(v, b, p, n, header, siblings), path, i)
  if (many) return undefined
  const table = (chosen as Nest).table()
  const row = table.byKey.get(path[i]!)
  if (!row || row.key.startsWith('_')) return undefined
  const at = lastOf(row, v, b, p, p + n)
  if (at === 0) return undefined
  const size = v.getUint16(at - NLA_HDRLEN, true) - NLA_HDRLEN
  const before = siblingsIn(table, { v, b, p, end: at - NLA_HDRLEN, header })
  if (i + 1 < path.length) return valueAt(row, v, b, at, size, path, i + 1, header, before)
  if (row.many) return (table.decode(v, b, p, p + n, header) as Fields)[row.key]
  return row.codec.read(v, b, at, size, header, before)
}
