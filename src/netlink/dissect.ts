// The lossless view of a message: a tree of every header field and attribute, in order, with duplicates, unknown
// ones, wire flags and offsets; and the way back from the tree's typed values to the same bytes.
import { align4, NLA_F_NESTED, NLA_F_NET_BYTEORDER, NLA_HDRLEN, NLA_TYPE_MASK, type Writer } from './attribute.ts'
import { type Fields, type Node, readable } from './codec.ts'
import { composeFields, dissectFields } from './struct.ts'
import type { Message, Payload, RowInfo } from './table.ts'

/** The part of a table that dissect looks at. */
export interface Lookup {
  readonly name: string
  readonly byType: { get(type: number): RowInfo | undefined }
}

/**
 * The nodes of the attributes in [p, end). Broken bytes become a last node that says what is wrong.
 * `siblings` collects their values; a message's own attributes join its header, as decoding has it.
 */
export function dissectAttributes(
  table: Lookup | undefined,
  v: DataView,
  b: Uint8Array,
  p: number,
  end: number,
  header: Fields,
  siblings: Fields = {},
): Node[] {
  const nodes: Node[] = []
  let at = p
  while (at + NLA_HDRLEN <= end) {
    const length = v.getUint16(at, true)
    const wire = v.getUint16(at + 2, true)
    if (length < NLA_HDRLEN || at + length > end) {
      nodes.push(broken(b, at, end, `an attribute's header says ${length} bytes, ${end - at} are there`))
      return nodes
    }
    const node = dissectAttribute(table, v, b, at, length, wire, header, siblings)
    if (node.key !== undefined) siblings[node.key] = node.value
    const next = Math.min(at + align4(length), end)
    if (!isAligned(b, at, length, next)) node.padding = b.slice(at + length, next)
    nodes.push(node)
    at = next
  }
  if (at < end) nodes.push(broken(b, at, end, `${end - at} bytes are over, too few for an attribute`))
  return nodes
}

/** Whether what follows an attribute is what it should be: the zeros of alignment, all of them. */
function isAligned(b: Uint8Array, at: number, length: number, next: number): boolean {
  for (let p = at + length; p < next; p++) if (b[p] !== 0) return false
  return next === at + align4(length)
}

function broken(b: Uint8Array, at: number, end: number, malformed: string): Node {
  return { name: 'malformed', offset: at, length: end - at, bytes: b.slice(at, end), malformed }
}

function dissectAttribute(
  table: Lookup | undefined,
  v: DataView,
  b: Uint8Array,
  at: number,
  length: number,
  wire: number,
  header: Fields,
  siblings: Fields,
): Node {
  const type = wire & NLA_TYPE_MASK
  const row = table?.byType.get(type)
  const p = at + NLA_HDRLEN
  const n = length - NLA_HDRLEN
  const node: Node = { name: row?.constant ?? 'unknown', type, offset: p, length: n }
  if (row) node.key = row.key
  if (wire & NLA_F_NESTED) node.nested = true
  if (wire & NLA_F_NET_BYTEORDER) node.byteOrder = true
  if (!row || !readable(row.codec, b, p, n)) {
    node.bytes = b.slice(p, p + n)
    return node
  }
  node.codec = row.codec
  if (row.codec.dissect) row.codec.dissect(node, v, b, p, n, header, siblings)
  else node.value = row.codec.read(v, b, p, n, header, siblings)
  return node
}

/** Writes dissected attributes back, from their typed values. */
export function composeAttributes(w: Writer, nodes: readonly Node[]): void {
  for (const node of nodes) {
    if (node.type === undefined) {
      if (node.bytes || node.codec) composePayload(w, node)
      continue
    }
    const start = w.length
    const at = w.fork(node.type | (node.nested ? NLA_F_NESTED : 0) | (node.byteOrder ? NLA_F_NET_BYTEORDER : 0))
    composePayload(w, node)
    const length = w.length - start
    w.join(at)
    if (node.padding) {
      w.truncate(start + length)
      w.raw(node.padding)
    }
  }
}

function composePayload(w: Writer, node: Node): void {
  if (node.bytes) w.raw(node.bytes)
  else if (node.codec?.compose) node.codec.compose(w, node)
  else if (node.children) composeAttributes(w, node.children)
  else node.codec!.write(w, node.value, {}, {})
}

/** A message's body as two lists of nodes: the fixed header's fields, and the attributes. */
export interface Body {
  readonly header: Node[]
  readonly attributes: Node[]
}

/** Dissects the payload [p, end) of a message. */
export function dissectBody(
  message: Pick<Message<any, any, any>, 'header' | 'table' | 'payload'>,
  v: DataView,
  b: Uint8Array,
  p: number,
  end: number,
): Body {
  const { span } = message.header
  const header = dissectFields(message.header.fields, v, b, p, Math.min(span, end - p))
  const fields: Fields = {}
  for (const node of header) if (node.key !== undefined) fields[node.key] = node.value
  if (message.payload) return { header, attributes: dissectPayload(message.payload, v, b, p + span, end, fields) }
  const from = Math.min(p + align4(span), end)
  const padding = from - p - span
  if (padding > 0) header.push({ name: 'padding', offset: p + span, length: padding, bytes: b.slice(p + span, from) })
  return { header, attributes: dissectAttributes(message.table, v, b, from, end, fields, fields) }
}

/** What stands behind a header instead of attributes; nothing where the message ends there. */
function dissectPayload(payload: Payload, v: DataView, b: Uint8Array, p: number, end: number, fields: Fields): Node[] {
  const n = end - p
  if (n <= 0) return []
  const { key, name, codec } = payload
  const node: Node = { name, key, offset: p, length: n, codec }
  if (codec.dissect) codec.dissect(node, v, b, p, n, fields, fields)
  else if (readable(codec, b, p, n)) node.value = codec.read(v, b, p, n, fields, fields)
  else node.bytes = b.slice(p, end)
  return [node]
}

/** Writes a dissected body back. */
export function composeBody(w: Writer, body: Body): void {
  composeFields(w, body.header)
  if (body.attributes.length > 0) w.align()
  composeAttributes(w, body.attributes)
}
