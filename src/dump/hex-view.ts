// `nl-dump --hex`: every byte of a message once, in order: its offset, the bytes, and beside them what they are.
import type { Colors } from 'picocolors/types.js'
import { NLA_HDRLEN } from '../netlink/attribute.ts'
import type { Node } from '../netlink/codec.ts'
import { nlmsghdr } from '../netlink/message.ts'
import { attributePadding } from './dissect.ts'
import type { DissectedMessage } from './dissected.ts'
import type { Names } from './names.ts'
import { bytePairs, nodeText } from './value.ts'

const PER_ROW = 16
const COLUMN = PER_ROW * 3 - 1
const INDENT = '  '

/** Rows for [offset, offset + length) of `b`; the first has the note. */
interface View {
  readonly b: Uint8Array
  readonly c: Colors
  readonly names: Names | undefined
  readonly lines: string[]
}

/** The lines below a message's head; `datagram` is what the message's offsets count in. */
export function hexLines(message: DissectedMessage, datagram: Uint8Array, c: Colors, names?: Names): string[] {
  const view: View = { b: datagram, c, names, lines: [] }
  messageRows(view, message, 0)
  return view.lines
}

function messageRows(view: View, message: DissectedMessage, depth: number): void {
  for (const node of message.header) fieldRow(view, node, depth, headerNote(view, node, message))
  for (const node of message.fields) nodeRows(view, node, depth + 1)
  if (message.echo) messageRows(view, message.echo, depth + 1)
  for (const node of message.attributes) nodeRows(view, node, depth + 1)
  const { dim } = view.c
  rows(view, message.offset + message.length, message.padding, INDENT.repeat(depth) + dim('padding'), dim)
}

/** The type and the flags of nlmsghdr in words. */
function headerNote(view: View, node: Node, message: DissectedMessage): string {
  if (node.name === nlmsghdr.fields[1]!.name) return `${message.typeName} (${message.type})`
  if (node.name === nlmsghdr.fields[2]!.name) return message.flagWords.join('|') || '0'
  return node.bytes ? '' : nodeText(node, view.names)
}

function nodeRows(view: View, node: Node, depth: number): void {
  if (node.type !== undefined) attributeRows(view, node, depth)
  else if (node.children) {
    for (const child of node.children) nodeRows(view, child, depth)
  } else if (node.malformed) {
    const note = INDENT.repeat(depth) + view.c.red(`✗ ${node.malformed}`)
    rows(view, node.offset, node.length, note, view.c.red)
  } else fieldRow(view, node, depth, node.bytes || node.name === 'padding' ? '' : nodeText(node, view.names))
}

function fieldRow(view: View, node: Node, depth: number, note: string): void {
  rows(view, node.offset, node.length, `${INDENT.repeat(depth)}${view.c.dim(node.name)} ${note}`)
}

/** An attribute's header with its name, type and length; its payload; its padding. */
function attributeRows(view: View, node: Node, depth: number): void {
  const { c } = view
  const name = node.name === 'unknown' ? c.yellow('unknown') : c.blue(node.name)
  const flags = `${node.nested ? ' nested' : ''}${node.byteOrder ? ' net-byteorder' : ''}`
  const padding = attributePadding(node)
  const sizes = `type ${node.type}${flags}, length ${NLA_HDRLEN + node.length}${padding > 0 ? ` + ${padding} padding` : ''}`
  rows(view, node.offset - NLA_HDRLEN, NLA_HDRLEN, `${INDENT.repeat(depth)}${name} ${c.dim(sizes)}`, c.blue)
  if (node.children) for (const child of node.children) nodeRows(view, child, depth + 1)
  else rows(view, node.offset, node.length, INDENT.repeat(depth + 1) + contentText(view, node))
  rows(view, node.offset + node.length, padding, INDENT.repeat(depth + 1) + c.dim('padding'), c.dim)
}

function contentText(view: View, node: Node): string {
  const { c } = view
  if (node.bytes) return c.yellow(node.codec ? `${node.codec.kind} that cannot be read` : 'bytes')
  return `${c.dim(node.codec?.kind ?? '')} ${nodeText(node, view.names)}`
}

function rows(view: View, offset: number, length: number, note: string, color = (text: string): string => text): void {
  for (let at = 0; at < length; at += PER_ROW) {
    const bytes = view.b.subarray(offset + at, offset + Math.min(at + PER_ROW, length))
    const place = view.c.dim((offset + at).toString(16).padStart(4, '0'))
    const text = bytePairs(bytes)
    const gap = at === 0 ? ' '.repeat(COLUMN - text.length + 2) + note : ''
    view.lines.push(`  ${place}  ${color(text)}${gap}`)
  }
}
