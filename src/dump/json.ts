// A dissected message as one JSON object: what `nl-dump --json` prints, a line each.
import { timeText } from '../netlink/capture.ts'
import type { Node } from '../netlink/codec.ts'
import { plainJson } from '../netlink/json.ts'
import { hexText } from '../netlink/text.ts'
import type { Relation } from './conversation.ts'
import { problems } from './dissect.ts'
import type { DissectedMessage } from './dissected.ts'
import { protocolName } from './protocols.ts'

/** Where a message comes from. */
export interface Origin {
  readonly file?: string
  /** `line 5`, `packet 3 at byte 124`. */
  readonly place?: string
  readonly direction?: 'sent' | 'received' | undefined
  /** Nanoseconds since 1970. */
  readonly time?: bigint | undefined
  /** The process that sent or received it. */
  readonly process?: number | undefined
  /** The namespace that a notification is of, where it is another one: its id here, and its name. */
  readonly nsid?: number | undefined
  readonly netns?: string | undefined
  /** Its number in the input. */
  readonly number?: number
  /** The request that it follows from. */
  readonly relation?: Relation | undefined
}

/**
 * The message with what JSON can hold: 64-bit numbers that are too large as strings, bytes as hexadecimal digits.
 *
 * @example
 * ```ts
 * import { link, requestBytes } from 'netloom'
 * import { dissect, messageJson } from 'netloom/dump'
 *
 * const bytes = requestBytes(link.set(7, { mtu: 1400 }))
 * const [message] = dissect(bytes)
 * messageJson(message).type
 * ```
 */
export function messageJson(message: DissectedMessage, origin: Origin = {}): Record<string, unknown> {
  const wrong = problems(message)
  const { time, relation, ...rest } = origin
  return {
    ...rest,
    ...(time === undefined ? {} : { time: timeText(time) }),
    ...(relation ? relationJson(relation) : {}),
    ...bodyJson(message),
    ...(wrong.length > 0 ? { problems: wrong } : {}),
  }
}

/** `of` is the request's number, `answer` which of its answers this is (0: the last), the time in milliseconds. */
const relationJson = ({ request, answer, elapsed }: Relation): Record<string, unknown> => ({
  of: request.number,
  ...(answer > 0 ? { answer } : {}),
  ...(elapsed === undefined ? {} : { milliseconds: Number(elapsed) / 1e6 }),
})

/** One line, without characters that a terminal would act on. */
export const jsonLine = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[\u007f-\u009f\u2028\u2029]/g,
    c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

function bodyJson(message: DissectedMessage): Record<string, unknown> {
  const { offset, length, protocol, typeName, family, type, flagWords, sequence, portId } = message
  return {
    offset,
    length,
    protocol: protocolName(protocol),
    ...(family === undefined ? {} : { family }),
    type: typeName,
    typeNumber: type,
    flags: flagWords,
    sequence,
    portId,
    ...(message.verdict ? { verdict: message.verdict } : {}),
    ...(message.capped ? { capped: true } : {}),
    header: message.header.map(nodeJson),
    fields: message.fields.map(nodeJson),
    ...(message.echo ? { request: bodyJson(message.echo) } : {}),
    attributes: message.attributes.map(nodeJson),
    ...(message.padding > 0 ? { padding: message.padding } : {}),
    ...(message.paddingBytes ? { paddingBytes: hexText(message.paddingBytes) } : {}),
    ...(message.malformed ? { malformed: message.malformed } : {}),
  }
}

function nodeJson(node: Node): Record<string, unknown> {
  return {
    name: node.name,
    ...(node.key === undefined || node.key.startsWith('_') ? {} : { key: node.key }),
    ...(node.type === undefined ? {} : { type: node.type }),
    ...(node.nested ? { nested: true } : {}),
    ...(node.byteOrder ? { byteOrder: true } : {}),
    offset: node.offset,
    length: node.length,
    ...(node.codec ? { kind: node.codec.kind } : {}),
    ...contentJson(node),
    ...(node.terminators === undefined ? {} : { terminators: node.terminators }),
    ...(node.padding ? { padding: hexText(node.padding) } : {}),
    ...(node.malformed ? { malformed: node.malformed } : {}),
  }
}

function contentJson(node: Node): Record<string, unknown> {
  if (node.bytes) return { bytes: hexText(node.bytes) }
  if (node.children) return { children: node.children.map(nodeJson) }
  return { value: plainJson(node.value) }
}
