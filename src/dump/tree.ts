// The annotated tree: a line an attribute, nests indented, a struct's fields side by side.
import type { Colors } from 'picocolors/types.js'
import type { Node } from '../netlink/codec.ts'
import type { DissectedMessage } from './dissected.ts'
import { echoLine } from './head.ts'
import type { Names } from './names.ts'
import { bytePairs, nodeText } from './value.ts'

const INDENT = '  '
const WIDTH = 100

interface View {
  readonly c: Colors
  readonly names: Names | undefined
}

/** The lines below a message's head. */
export const treeLines = (
  message: DissectedMessage,
  c: Colors,
  indent = INDENT.repeat(2),
  names: Names | undefined = undefined,
): string[] => messageLines({ c, names }, message, indent)

function messageLines(view: View, message: DissectedMessage, indent: string): string[] {
  const fields = message.malformed ? [...message.header, ...message.fields] : message.fields
  const lines = message.verdict && !message.malformed ? [] : fieldLines(view, fields, indent)
  if (message.echo) lines.push(...echoLines(view, message.echo, indent))
  return [
    ...lines,
    ...message.attributes.flatMap(node => pointed(node, nodeLines(view, node, indent), message, view.c)),
  ]
}

/** Adds the names behind the numbers of an extended ack: the attribute at an offset, the one that is missing. */
function pointed(node: Node, lines: string[], { verdict }: DissectedMessage, c: Colors): string[] {
  const name =
    node.key === 'offset' ? verdict?.attribute?.join(' › ') : node.key === 'missingType' ? verdict?.missing : undefined
  return name === undefined ? lines : lines.map(line => `${line}${c.dim('  → ')}${c.red(name)}`)
}

function echoLines(view: View, echo: DissectedMessage, indent: string): string[] {
  return [`${indent}${echoLine(echo, view.c)}`, ...messageLines(view, echo, indent + INDENT)]
}

function nodeLines(view: View, node: Node, indent: string): string[] {
  const { c } = view
  if (node.malformed)
    return [`${indent}${c.red(`✗ byte ${node.offset}: ${node.malformed}`)}`, ...byteLines(node, indent + INDENT, c)]
  if (node.children) return [`${indent}${nameText(node, c)}`, ...childLines(view, node.children, indent + INDENT)]
  if (node.bytes) return [`${indent}${nameText(node, c)}${sizeText(node, c)}`, ...byteLines(node, indent + INDENT, c)]
  return [`${indent}${nameText(node, c)}  ${nodeText(node, view.names)}`]
}

/** A struct's fields, then attributes. */
function childLines(view: View, nodes: readonly Node[], indent: string): string[] {
  const plain = nodes.filter(isPlainField)
  const rest = nodes.filter(node => !isPlainField(node))
  return [...fieldLines(view, plain, indent), ...rest.flatMap(node => nodeLines(view, node, indent))]
}

const isPlainField = (node: Node): boolean => node.type === undefined && !node.children && !node.malformed

/** Fields side by side, as many as a line holds. Pads are shown only where they are not zero. */
function fieldLines(view: View, fields: readonly Node[], indent: string): string[] {
  const { c, names } = view
  const nested = fields.filter(node => !isPlainField(node))
  const lines: string[] = []
  let line = ''
  let width = 0
  for (const node of fields.filter(field => isPlainField(field) && !isQuietPad(field))) {
    const text = node.bytes ? bytePairs(node.bytes) : nodeText(node, names)
    const size = node.name.length + 1 + text.length + 2
    if (line !== '' && indent.length + width + size > WIDTH) {
      lines.push(indent + line.trimEnd())
      line = ''
      width = 0
    }
    line += `${c.dim(node.name)} ${node.bytes ? c.yellow(text) : text}  `
    width += size
  }
  if (line !== '') lines.push(indent + line.trimEnd())
  return [...lines, ...nested.flatMap(node => nodeLines(view, node, indent))]
}

const isQuietPad = (node: Node): boolean =>
  !node.bytes && (node.name === 'padding' || (node.key?.startsWith('_') === true && !node.value))

function nameText(node: Node, c: Colors): string {
  if (node.type === undefined) return c.dim(node.name)
  const name = node.name === 'unknown' ? c.yellow(`unknown (${node.type})`) : c.blue(node.name)
  const flags = `${node.nested && !node.children ? ' nested' : ''}${node.byteOrder ? ' net-byteorder' : ''}`
  return `${name}${c.dim(flags)}`
}

const sizeText = (node: Node, c: Colors): string => c.dim(`  ${node.length} bytes`)

function byteLines(node: Node, indent: string, c: Colors): string[] {
  const lines: string[] = []
  for (let at = 0; at < (node.bytes?.length ?? 0); at += 32)
    lines.push(indent + c.yellow(bytePairs(node.bytes!.subarray(at, at + 32))))
  return lines
}
