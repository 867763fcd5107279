// An error explained: where in the request the kernel points, with the bytes underlined; what it allows there; what it
// misses; what usually causes it.
import type { Colors } from 'picocolors/types.js'
import { NLA_HDRLEN } from '../netlink/attribute.ts'
import type { Node } from '../netlink/codec.ts'
import { compose } from './dissect.ts'
import type { DissectedMessage } from './dissected.ts'
import { bytePairs, valueText } from './value.ts'

const PER_ROW = 16
/** Rows of bytes that are shown of one attribute. */
const MOST_ROWS = 4

/** The lines below the head of an error; none where it says nothing more. */
export function explain(message: DissectedMessage, c: Colors, indent: string): string[] {
  const { verdict, refused } = message
  if (!verdict) return []
  const lines: string[] = []
  if (verdict.offset !== undefined && refused) lines.push(...pointing(refused, verdict.offset, c))
  if (verdict.policy) lines.push(`${c.dim('allowed:')} ${verdict.policy}`)
  if (verdict.missing)
    lines.push(
      `${c.dim('missing:')} ${c.red(verdict.missing)}${verdict.missingIn ? ` in ${verdict.missingIn.join(' › ')}` : ''}`,
    )
  const advice = isProbe(refused)
    ? 'iproute2 asks so whether the kernel can make links at all; it goes on'
    : verdict.advice
  if (advice) lines.push(`${c.dim('usually:')} ${advice}`)
  return lines.map(line => indent + line)
}

/** What iproute2 sends before its first RTM_NEWLINK: a change of no link, which fails (ip/iplink.c: iplink_have_newlink). */
const isProbe = (request: DissectedMessage | undefined): boolean =>
  request?.typeName === 'RTM_NEWLINK' && request.length === 32 && request.fields.every(isZero)

const isZero = ({ codec, value }: Node): boolean =>
  value === 0 || (Array.isArray(value) && value.length === 0) || codec?.words?.byWord.get(String(value)) === 0

/** `IFLA_MTU 20`, the rows of the request that hold it, and a line under its bytes. */
function pointing(request: DissectedMessage, offset: number, c: Colors): string[] {
  const bytes = compose(request)
  if (offset >= bytes.length) return [`${c.dim('at:')} byte ${offset}, which the request does not have`]
  const found = spanAt(request, offset)
  const end = Math.min(found ? offset + found.length : offset + 1, bytes.length)
  const first = offset - (offset % PER_ROW)
  const last = Math.min(end, first + MOST_ROWS * PER_ROW)
  const lines: string[] = []
  for (let row = first; row < last; row += PER_ROW) {
    const from = Math.max(offset, row)
    const to = Math.min(end, row + PER_ROW)
    const before = bytePairs(bytes.subarray(row, from))
    const marked = bytePairs(bytes.subarray(from, to))
    const after = bytePairs(bytes.subarray(to, row + PER_ROW))
    const text = [c.dim(before), c.underline(c.red(marked)), c.dim(after)].filter(
      (_, i) => [before, marked, after][i] !== '',
    )
    lines.push(`${c.dim(row.toString(16).padStart(4, '0'))}  ${text.join(' ')}`)
    lines.push(`${' '.repeat(6 + (from - row) * 3)}${c.red('^'.repeat(marked.length))}`)
  }
  if (last < end) lines.push(c.dim(`… ${end - last} bytes more`))
  const what = found
    ? `${found.path.join(' › ')}${found.text === '' ? '' : ` ${found.text}`}`
    : 'no attribute begins there'
  return [`${c.dim('at:')} ${c.red(what)}${c.dim(`, byte ${offset} of the request`)}`, ...lines]
}

interface Found {
  readonly path: readonly string[]
  /** Its value, where it is one. */
  readonly text: string
  /** Bytes of it, from the offset on. */
  readonly length: number
}

/** The field or attribute that begins at an offset of the request. */
function spanAt(request: DissectedMessage, offset: number): Found | undefined {
  const at = request.offset + offset
  const field = [...request.header, ...request.fields].find(node => node.offset === at)
  if (field) return { path: [field.name], text: textOf(field), length: field.length }
  return attributeAt(request.attributes, at, [])
}

function attributeAt(nodes: readonly Node[], at: number, above: readonly string[]): Found | undefined {
  for (const node of nodes) {
    const start = node.type === undefined ? node.offset : node.offset - NLA_HDRLEN
    const path = [...above, node.name]
    if (start === at && node.type !== undefined)
      return { path, text: textOf(node), length: node.offset + node.length - start }
    if (at >= start && at < node.offset + node.length) return attributeAt(node.children ?? [], at, path)
  }
  return undefined
}

const MOST_TEXT = 40
function textOf(node: Node): string {
  const text = node.children || node.value === undefined ? '' : valueText(node.value, node.codec)
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text
}
