// The ways to show a message: one line, a tree, its bytes with what they are, one JSON object.
import picocolors from 'picocolors'
import type { Colors } from 'picocolors/types.js'
import { type ByteText, SPACE } from '../netlink/byte-text.ts'
import { utf8Bytes } from '../netlink/text.ts'
import type { DissectedMessage } from './dissected.ts'
import { explain } from './explain.ts'
import { fieldsOf } from './fields.ts'
import type { Glance, Head } from './glance.ts'
import {
  composedLine,
  headLine,
  isSent,
  type LineOrigin,
  relationOf,
  shortHead,
  shortLine,
  writeRelation,
} from './head.ts'
import { hexLines } from './hex-view.ts'
import { jsonLine, messageJson, type Origin } from './json.ts'
import type { Names } from './names.ts'
import { decodedSummary } from './summary.ts'
import { treeLines } from './tree.ts'
import { valueText } from './value.ts'

export type { Origin } from './json.ts'

/** `line`: a line a message (and below an error what explains it); `tree`: every attribute; `hex`: every byte. */
export type Format = 'line' | 'tree' | 'hex' | 'json'

export interface PrintOptions {
  /** Left out: `tree`. */
  readonly format?: Format
  /** Escape sequences for a terminal; off where it is not said. */
  readonly colors?: boolean
}

/** A message and where it is from. */
export interface Printable {
  readonly message: DissectedMessage
  /** What the message's offsets count in. */
  readonly datagram: Uint8Array
  /** Its number in the file, from 1 on. */
  readonly number: number
  readonly origin?: Origin
  /** Who knows the names behind indexes and descriptors. */
  readonly names?: Names
}

const INDENT = ' '.repeat(4)
/** Made once each. */
const plain = picocolors.createColors(false)
const colored = picocolors.createColors(true)

/**
 * A message as text, with the newline that ends it.
 *
 * @example
 * ```ts
 * import { link, requestBytes } from 'netloom'
 * import { dissect, print } from 'netloom/dump'
 *
 * const bytes = requestBytes(link.set(7, { mtu: 1400 }))
 * const [message] = dissect(bytes)
 * print({ message, datagram: bytes, number: 1 })
 * ```
 */
export function print(printable: Printable, options: PrintOptions = {}): string {
  const { message, datagram, number, origin = {} } = printable
  if (options.format === 'json') return `${jsonLine(messageJson(message, { ...origin, number }))}\n`
  const c: Colors = options.colors ? colored : plain
  const lines =
    options.format === 'line'
      ? [shortLine(message, summaryText(printable), number, origin, c)]
      : [headLine(message, number, origin, c)]
  if (options.format === 'hex') lines.push(...hexLines(message, datagram, c, printable.names))
  else if (options.format !== 'line') lines.push(...treeLines(message, c, INDENT, printable.names))
  lines.push(...explain(message, c, INDENT))
  return `${lines.join('\n')}\n`
}

/** A message as its line, with the newline that ends it. */
export function line(message: Glance, number: number, origin: LineOrigin, colors = false): string {
  const c = colors ? colored : plain
  if (origin.nsid !== undefined) return `${shortLine(message, glanceText(message, origin), number, origin, c)}\n`
  const { text } = headOf(message, origin, colors)
  return `${composedLine(number, text, glanceText(message, origin), relationOf(message, origin, c), c)}\n`
}

const HASH = 35
const NEWLINE = 10

/** The same of a message of this namespace, without colours, as bytes. */
export function writeLine(message: Glance, number: number, origin: LineOrigin, to: ByteText): void {
  const { summary } = message
  to.byte(HASH)
  to.decimal(number)
  to.byte(SPACE)
  to.add(headOf(message, origin, false).bytes)
  if (message.verdict) to.text(glanceText(message, origin))
  else to.add(summary.bytes, 0, summary.length)
  writeRelation(message, origin, to)
  to.byte(NEWLINE)
}

function headOf(message: Glance, origin: LineOrigin, colors: boolean): Head {
  const sent = isSent(message, origin)
  const which = (colors ? 2 : 0) + (sent ? 1 : 0)
  return (message.heads[which] ??= newHead(shortHead(message, sent, '', colors ? colored : plain)))
}

const newHead = (text: string): Head => ({ text, bytes: utf8Bytes(text) })

/** The summary; of an ack whose request is not known, what it was an ack of. */
const glanceText = ({ echoed, sequence, summary }: Glance, { relation }: LineOrigin): string =>
  echoed === undefined || relation ? summary.toString() : ` ${echoed} seq ${sequence}`

/** What a message is about; of an ack whose request is not known, what it was an ack of. A space before each word. */
function summaryText({ message, datagram, origin, names }: Printable): string {
  if (message.verdict)
    return message.echo && !origin?.relation ? ` ${message.echo.typeName} seq ${message.sequence}` : ''
  if (!message.message) return payloadText(message)
  return decodedSummary(message.message, message, fieldsOf(message, datagram), names)
}

/** A message that no table reads: how long it is; the texts of an event of a device, whose action stands before. */
function payloadText({ attributes }: DissectedMessage): string {
  const [payload] = attributes
  if (payload?.bytes) return ` ${payload.bytes.length} bytes`
  return attributes
    .filter(({ name, value }) => name !== 'ACTION' && value !== undefined)
    .map(({ name, value }) => ` ${name}=${/^[\w.:/-]+$/.test(String(value)) ? value : valueText(value)}`)
    .join('')
}
