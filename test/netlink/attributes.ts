// Random attributes of a table, as the property tests and the child process without code generation need them: well
// formed at every depth that can be seen from outside. What a selector chooses gets attributes whose leaves are too short
// to be a header, so that they are well formed whatever reads them; behind a fixed header some are not.
import fc from 'fast-check'
import { type Codec, viewOf } from '../../src/netlink/codec.ts'
import { MalformedError } from '../../src/netlink/malformed.ts'
import type { Message, RowInfo, Table } from '../../src/netlink/table.ts'
import { attribute, concat } from '../dump/bytes.ts'

type Bytes = fc.Arbitrary<Uint8Array>

const DEEPEST = 3
const KINDS = [
  ...['veth', 'bridge', 'vxlan', 'bond', 'macvlan', 'vlan', 'gre', 'vrf', 'team'],
  ...['fq_codel', 'htb', 'netem', 'prio', 'u32', 'flower', 'gact', 'mirred', 'police', 'pedit', 'ct', 'no such kind'],
]
const kind: Bytes = fc.constantFrom(...KINDS).map(word => new TextEncoder().encode(`${word}\0`))
const anything: Bytes = fc.uint8Array({ maxLength: 40 })
const leaf: Bytes = fc.uint8Array({ maxLength: 3 })
const tree = (depth: number): Bytes =>
  depth === 0
    ? leaf
    : fc.oneof(
        leaf,
        fc
          .array(fc.tuple(fc.integer({ min: 0, max: 40 }), tree(depth - 1)), { maxLength: 4 })
          .map(parts => concat(...parts.map(([type, payload]) => attribute(type, payload)))),
      )

type Inner = Codec<any, any> & { table?: () => Table; many?: Inner; element?: Inner }

function payloadOf(row: RowInfo, depth: number): Bytes {
  const codec = row.codec as Inner
  return payloadOfCodec(codec.many ?? codec, depth)
}

function payloadOfCodec(codec: Inner, depth: number): Bytes {
  const { size, table, element } = codec
  if (depth === 0) return leaf
  if (table) return attributesOf(table(), depth - 1)
  if (element)
    return fc
      .array(payloadOfCodec(element, depth - 1), { maxLength: 3 })
      .map(items => concat(...items.map((item, i) => attribute(i + 1, item))))
  if (codec.kind === 'string') return fc.oneof(kind, anything)
  if (size !== undefined)
    return fc.oneof({ weight: 5, arbitrary: fc.uint8Array({ minLength: size, maxLength: size }) }, leaf)
  if (PLAIN.has(codec.kind)) return anything
  const header = fc.constantFrom(0, 4, 8, 12, 20).map(length => new Uint8Array(length))
  return fc.oneof(
    { weight: 3, arbitrary: tree(depth) },
    fc.tuple(header, tree(depth)).map(parts => concat(...parts)),
  )
}
/** Codecs without a size that read any bytes they accept. */
const PLAIN = new Set(['bytes', 'mac', 'ip', 'uint'])

/** Any number of a table's attributes in any order, and some that no table has. */
export function attributesOf(table: Table, depth = DEEPEST): Bytes {
  const known = [...table.byType.values()].map(row =>
    payloadOf(row, depth).map(payload => attribute(row.type, payload)),
  )
  const unknown = fc.tuple(fc.integer({ min: 0, max: 0x3fff }), leaf).map(([type, payload]) => attribute(type, payload))
  return fc.array(fc.oneof(unknown, ...known), { maxLength: 6 }).map(parts => concat(...parts))
}

/** The payload of a message: its header, aligned, and attributes. */
export const bodyOf = ({ header, table }: Message<any, any, any>): Bytes =>
  fc
    .tuple(fc.uint8Array({ minLength: header.span, maxLength: header.span }), attributesOf(table))
    .map(([fields, attributes]) => concat(fields, new Uint8Array(-header.span & 3), attributes))

/** What a decoder makes of a payload: a plain object, or 'malformed'. Offsets in lazy rows count from elsewhere. */
export function outcome(decode: Message<any, any, any>['decode'], b: Uint8Array, p = 0, end = b.length): unknown {
  try {
    return decode(viewOf(b), b, p, end)['toObject']()
  } catch (error) {
    if (error instanceof MalformedError) return 'malformed'
    throw error
  }
}
