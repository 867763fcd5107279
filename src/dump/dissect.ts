// The lossless view of a datagram: every message with its header, body, acks and offsets, whatever the bytes are.
// Broken bytes become notes (`malformed`), never exceptions. `compose` goes the way back, from the typed values alone.
import { adviceFor } from '../netlink/advice.ts'
import { align4, NLA_HDRLEN, Writer } from '../netlink/attribute.ts'
import { type Codec, type Node, viewOf } from '../netlink/codec.ts'
import { composeAttributes, dissectAttributes, dissectBody } from '../netlink/dissect.ts'
import { EXTENDED_ACK, nlmsgerr } from '../netlink/error.ts'
import {
  messageFlags as flagsAt,
  messagePortId,
  messageSequence,
  messageType,
  NETLINK_AUDIT,
  NETLINK_KOBJECT_UEVENT,
  NETLINK_ROUTE,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  NLMSG_MIN_TYPE,
  nlmsghdr,
} from '../netlink/message.ts'
import { policyText } from '../netlink/policy.ts'
import { composeFields, dissectFields } from '../netlink/struct.ts'
import { errnoCode, errnoText } from '../sys/errno.ts'
import { Conversation } from './conversation.ts'
import type { DissectedMessage, Verdict } from './dissected.ts'
import { nestTable } from './nest-table.ts'
import { identify, messageFlags } from './protocols.ts'
import { dissectUevent } from './uevent.ts'

export interface DissectOptions {
  /** The netlink protocol's number: 0 (route, the default), 16 (generic)… */
  readonly protocol?: number | undefined
  /** What earlier datagrams of the same capture told; give the same one for each. */
  readonly conversation?: Conversation | undefined
}

/** Bytes that are neither a value nor malformed: a body that no table reads. */
const payloadNode = (b: Uint8Array, p: number, end: number): Node => ({
  name: 'payload',
  offset: p,
  length: end - p,
  bytes: b.slice(p, end),
})

const malformedNode = (b: Uint8Array, p: number, end: number, malformed: string): Node => ({
  ...payloadNode(b, p, end),
  name: 'malformed',
  malformed,
})

/**
 * The messages of a datagram. Never throws: what cannot be read is `malformed`, with its bytes.
 *
 * @example
 * ```ts
 * import { link, requestBytes } from 'netloom'
 * import { dissect } from 'netloom/dump'
 *
 * const bytes = requestBytes(link.set(7, { mtu: 1400 }))
 * const [message] = dissect(bytes)
 * console.log(message.typeName) // RTM_NEWLINK
 * ```
 */
export function dissect(bytes: Uint8Array, options: DissectOptions = {}): DissectedMessage[] {
  if (options.protocol === NETLINK_KOBJECT_UEVENT) return bytes.length === 0 ? [] : [dissectUevent(bytes)]
  const reader = new Reader(bytes, options.protocol ?? NETLINK_ROUTE, options.conversation ?? new Conversation())
  const messages: DissectedMessage[] = []
  for (let p = 0; p < bytes.length; ) {
    const { message, next } = reader.next(p)
    messages.push(message)
    p = next
  }
  return messages
}

/** Where the message behind `end` begins; the end of the datagram when only zeros follow, as iproute2 sends them. */
export function nextMessage(b: Uint8Array, end: number, alignment: number): number {
  const next = Math.min(end + alignment, b.length)
  let p = next
  while (p < b.length && b[p] === 0) p++
  return p === b.length ? p : next
}

/** The message with what pads behind it. It is ours until it is handed out: nothing is copied. */
function padded(message: Unfinished, padding: Uint8Array): DissectedMessage {
  message.padding = padding.length
  if (padding.some(byte => byte !== 0)) message.paddingBytes = padding
  return message
}

type Unfinished = { -readonly [K in keyof DissectedMessage]: DissectedMessage[K] }

type Body = Pick<DissectedMessage, 'fields' | 'attributes'> &
  Pick<Partial<DissectedMessage>, 'echo' | 'verdict' | 'refused'>

/** Reads a datagram message by message. */
export class Reader {
  private readonly b: Uint8Array
  private readonly v: DataView
  private readonly protocol: number
  private readonly conversation: Conversation

  constructor(b: Uint8Array, protocol: number, conversation: Conversation) {
    this.b = b
    this.v = viewOf(b)
    this.protocol = protocol
    this.conversation = conversation
  }

  /** The message whose nlmsghdr begins at `p`, and where the next one does. */
  next(p: number): { message: DissectedMessage; next: number } {
    const { b } = this
    const found = this.message(p, b.length)
    const end = found.offset + found.length
    const next = found.malformed === undefined ? nextMessage(b, end, align4(found.length) - found.length) : end
    return { message: padded(found, b.slice(end, next)), next }
  }

  /** As far as it is there. */
  private message(p: number, limit: number): DissectedMessage {
    const found = this.read(p, limit, false)
    if (found.malformed === undefined && found.flags & NLM_F_REQUEST)
      this.conversation.addRequest(found, this.b.slice(p, p + found.length))
    if (found.typeName === 'CTRL_CMD_NEWFAMILY') this.conversation.addFamily(found.attributes)
    return found
  }

  private read(p: number, limit: number, isEcho: boolean): DissectedMessage {
    const rest = limit - p
    if (rest < NLMSG_HDRLEN)
      return this.broken(p, limit, `only ${rest} of the ${NLMSG_HDRLEN} bytes of a message's header are there`)
    const uncounted = this.isUncounted(p, rest)
    const claimed = this.v.getUint32(p, true) + (uncounted ? NLMSG_HDRLEN : 0)
    if (claimed < NLMSG_HDRLEN) return this.broken(p, limit, `a message's header says it has ${claimed} bytes`)
    const end = Math.min(p + claimed, limit)
    const common = this.common(p, end)
    const malformed = claimed > rest ? `the header says it has ${claimed} bytes, ${rest} are there` : undefined
    const body = this.guarded(common, p + NLMSG_HDRLEN, end, isEcho)
    return Object.assign(common, body, malformed ? { malformed } : undefined, uncounted ? { uncounted } : undefined)
  }

  /** kernel/audit.c: kauditd_send_multicast_skb tells of the 'length quirks' of what goes to the daemon. */
  private isUncounted(p: number, rest: number): boolean {
    return this.protocol === NETLINK_AUDIT && p === 0 && this.v.getUint32(p, true) + NLMSG_HDRLEN === rest
  }

  private broken(p: number, limit: number, malformed: string): DissectedMessage {
    const header = dissectFields(nlmsghdr.fields, this.v, this.b, p, Math.min(NLMSG_HDRLEN, limit - p))
    const body = Math.min(p + NLMSG_HDRLEN, limit)
    const attributes = body < limit ? [malformedNode(this.b, body, limit, 'what follows cannot be read')] : []
    return {
      protocol: this.protocol,
      offset: p,
      length: limit - p,
      type: 0,
      typeName: 'malformed',
      flags: 0,
      flagWords: [],
      sequence: 0,
      portId: 0,
      header,
      fields: [],
      attributes,
      padding: 0,
      malformed,
    }
  }

  /** All that the nlmsghdr tells. */
  private common(p: number, end: number): Omit<DissectedMessage, keyof Body> {
    const type = messageType(this.v, p)
    const flags = flagsAt(this.v, p)
    const identity = identify(this.protocol, this.v, p, end, this.conversation.families)
    return {
      protocol: this.protocol,
      offset: p,
      length: end - p,
      type,
      flags,
      flagWords: messageFlags(type, identity.typeName, flags),
      sequence: messageSequence(this.v, p),
      portId: messagePortId(this.v, p),
      header: dissectFields(nlmsghdr.fields, this.v, this.b, p, NLMSG_HDRLEN),
      padding: 0,
      ...identity,
    }
  }

  /** The body; where a table fails on hostile bytes, they are shown as they are. */
  private guarded(common: Omit<DissectedMessage, keyof Body>, p: number, end: number, isEcho: boolean): Body {
    try {
      return this.body(common, p, end, isEcho)
    } catch (error) {
      const why = `the body cannot be read: ${error instanceof Error ? error.message : error}`
      return { fields: [], attributes: [malformedNode(this.b, p, end, why)] }
    }
  }

  private body(common: Omit<DissectedMessage, keyof Body>, p: number, end: number, isEcho: boolean): Body {
    if (common.type === NLMSG_ERROR && !isEcho) return this.error(common.flags, p, end)
    if (common.type === NLMSG_DONE) return this.done(common.flags, p, end)
    if (common.message && common.type >= NLMSG_MIN_TYPE) {
      const { header, attributes } = dissectBody(common.message, this.v, this.b, p, end)
      return { fields: header.map(typedPadding), attributes }
    }
    return { fields: [], attributes: p < end ? [payloadNode(this.b, p, end)] : [] }
  }

  private done(flags: number, p: number, end: number): Body {
    const size = Math.min(nlmsgerr.span, end - p)
    const fields = dissectFields(nlmsgerr.fields, this.v, this.b, p, size)
    const attributes = this.tail(flags, p + size, end)
    return { fields, attributes, ...verdictOf(fields, attributes) }
  }

  private error(flags: number, p: number, end: number): Body {
    const size = Math.min(nlmsgerr.span, end - p)
    const fields = dissectFields(nlmsgerr.fields, this.v, this.b, p, size)
    if (size < nlmsgerr.span) return { fields, attributes: [] }
    const echo = this.echo(flags, p + size, end)
    const attributes = this.tail(flags, echo.offset + echo.length + echo.padding, end)
    const request = echo.capped ? this.remembered(echo) : echo
    return { fields, echo, attributes, ...verdictOf(fields, attributes, request) }
  }

  /** The request that a capped echo is the header of. */
  private remembered(echo: DissectedMessage): DissectedMessage | undefined {
    const exchange = this.conversation.request(echo)
    if (!exchange) return undefined
    const { bytes, protocol } = exchange
    return new Reader(bytes, protocol, this.conversation).read(0, bytes.length, true)
  }

  /** The request given back, and what aligns the attributes behind it. */
  private echo(flags: number, p: number, end: number): DissectedMessage {
    const found = this.headerOnly(flags, p, end) ?? this.read(p, end, true)
    const after = found.offset + found.length
    return padded(found, this.b.slice(after, Math.min(p + align4(found.length), end)))
  }

  /** The header of a request that is capped, or of which nothing more is there (kernels before 4.2). */
  private headerOnly(flags: number, p: number, end: number): DissectedMessage | undefined {
    const rest = end - p
    const capped = rest === NLMSG_HDRLEN || (rest > NLMSG_HDRLEN && (flags & NLM_F_CAPPED) !== 0)
    return capped ? { ...this.common(p, p + NLMSG_HDRLEN), fields: [], attributes: [], capped: true } : undefined
  }

  /** The attributes of an extended ack. */
  private tail(flags: number, p: number, end: number): Node[] {
    if (p >= end) return []
    if (flags & NLM_F_ACK_TLVS) return dissectAttributes(EXTENDED_ACK, this.v, this.b, p, end, {})
    return [payloadNode(this.b, p, end)]
  }
}

/** Alignment behind a fixed header that is zero is a value: how many zeros. */
const zeros: Codec<number> = {
  kind: 'padding',
  read: (_v, _b, _p, n) => n,
  write: (w, count) => void w.reserve(count),
}
function typedPadding(node: Node): Node {
  if (node.name !== 'padding' || !node.bytes || node.bytes.some(byte => byte !== 0)) return node
  const { bytes: _, ...rest } = node
  return { ...rest, codec: zeros, value: node.length }
}

// ── what an ack says ───────────────────────────────────────────────────────

function verdictOf(
  fields: readonly Node[],
  attributes: readonly Node[],
  request?: DissectedMessage,
): Pick<DissectedMessage, 'verdict' | 'refused'> {
  const error = fields[0]?.value
  if (typeof error !== 'number') return {}
  const said = keyValue(attributes, 'message')
  const saying = typeof said === 'string' ? { said } : {}
  const pointing = pointed(attributes, request)
  if (error === 0) return { verdict: { errno: 0, code: '', text: '', ...saying, ...pointing } }
  const code = errnoCode(-error)
  const advice = adviceFor(code, saying.said)
  const verdict = {
    ...{ errno: 0 - error, code, text: errnoText(-error), ...saying, ...pointing },
    ...(advice ? { advice } : {}),
  }
  return { verdict, ...(request && !request.malformed ? { refused: request } : {}) }
}

const keyValue = (nodes: readonly Node[], key: string): unknown => nodes.find(node => node.key === key)?.value

/** What an extended ack points at. */
function pointed(attributes: readonly Node[], request: DissectedMessage | undefined): Partial<Verdict> {
  const offset = keyValue(attributes, 'offset')
  const policy = attributes.find(node => node.key === 'policy')?.children
  const allowed = policy && policyText(Object.fromEntries(policy.map(node => [node.key ?? '', node.value])))
  const attribute = request && typeof offset === 'number' ? pathAt(request, offset) : []
  return {
    ...(typeof offset === 'number' ? { offset } : {}),
    ...(attribute.length > 0 ? { attribute } : {}),
    ...(allowed ? { policy: allowed } : {}),
    ...(request ? missing(request, keyValue(attributes, 'missingType'), keyValue(attributes, 'missingNest')) : {}),
  }
}

/**
 * The names on the way to what lies `offset` bytes behind the start of a message's nlmsghdr.
 *
 * @example
 * ```ts
 * import { link, requestBytes } from 'netloom'
 * import { dissect, pathAt } from 'netloom/dump'
 *
 * const bytes = requestBytes(link.set(7, { mtu: 1400 }))
 * const [message] = dissect(bytes)
 * console.log(pathAt(message, 32)) // [ 'IFLA_MTU' ]
 * ```
 */
export function pathAt(message: DissectedMessage, offset: number): string[] {
  const at = message.offset + offset
  const field = [...message.header, ...message.fields].find(node => node.offset === at)
  return field ? [field.name] : nodesTo(message.attributes, at).map(node => node.name)
}

function nodesTo(nodes: readonly Node[], at: number): Node[] {
  for (const node of nodes) {
    const start = node.type === undefined ? node.offset : node.offset - NLA_HDRLEN
    if (at === start) return [node]
    if (at > start && at < node.offset + node.length) return [node, ...nodesTo(node.children ?? [], at)]
  }
  return []
}

function missing(request: DissectedMessage, type: unknown, nest: unknown): Pick<Verdict, 'missing' | 'missingIn'> {
  if (typeof type !== 'number') return {}
  const nodes = typeof nest === 'number' ? nodesTo(request.attributes, request.offset + nest) : []
  const table = typeof nest === 'number' ? nestTable(nodes.at(-1)?.codec) : request.message?.table
  return {
    missing: table?.byType.get(type)?.constant ?? `attribute ${type}`,
    ...(nodes.length > 0 ? { missingIn: nodes.map(node => node.name) } : {}),
  }
}

// ── and back ───────────────────────────────────────────────────────────────

/**
 * A message's bytes, made from its typed values; lengths are computed. Only what has no value is copied: unknown
 * attributes, strings that are not UTF-8, and what is malformed.
 *
 * @example
 * ```ts
 * import { link, requestBytes } from 'netloom'
 * import { compose, dissect } from 'netloom/dump'
 *
 * const bytes = requestBytes(link.set(7, { mtu: 1400 }))
 * const [message] = dissect(bytes)
 * console.log(Buffer.compare(compose(message), bytes)) // 0
 * ```
 */
export function compose(message: DissectedMessage): Uint8Array {
  const w = new Writer(Math.max(message.length, NLMSG_HDRLEN))
  composeMessage(w, message)
  return w.finish()
}

/**
 * The bytes of a whole datagram: every message and what pads behind it.
 *
 * @example
 * ```ts
 * import { link, requestBytes } from 'netloom'
 * import { composeDatagram, dissect } from 'netloom/dump'
 *
 * const bytes = requestBytes(link.set(7, { mtu: 1400 }))
 * console.log(Buffer.compare(composeDatagram(dissect(bytes)), bytes)) // 0
 * ```
 */
export function composeDatagram(messages: readonly DissectedMessage[]): Uint8Array {
  const w = new Writer()
  for (const message of messages) composePadded(w, message)
  return w.finish()
}

function composePadded(w: Writer, message: DissectedMessage): void {
  composeMessage(w, message)
  if (message.paddingBytes) w.raw(message.paddingBytes)
  else w.reserve(message.padding)
}

function composeMessage(w: Writer, message: DissectedMessage): void {
  const start = w.length
  composeFields(w, message.header)
  composeFields(w, message.fields)
  if (message.echo) composePadded(w, message.echo)
  composeAttributes(w, message.attributes)
  // A capped echo and a truncated message say how long they were.
  if (message.malformed || message.capped || message.header.length === 0) return
  w.view.setUint32(start, w.length - start - (message.uncounted ? NLMSG_HDRLEN : 0), true)
}

// ── looking over a message ─────────────────────────────────────────────────

/** Something that is wrong with a message's bytes, and where. */
export interface Problem {
  /** Byte offset in the datagram. */
  readonly offset: number
  readonly text: string
}

/**
 * All that is wrong with a message, from its start on.
 *
 * @example
 * ```ts
 * import { link, requestBytes } from 'netloom'
 * import { dissect, problems } from 'netloom/dump'
 *
 * const bytes = requestBytes(link.set(7, { mtu: 1400 }))
 * const [message] = dissect(bytes)
 * console.log(problems(message)) // []
 * ```
 */
export function problems(message: DissectedMessage): Problem[] {
  const found: Problem[] = []
  messageProblems(message, found)
  return found
}

function messageProblems(message: DissectedMessage, found: Problem[]): void {
  if (message.malformed) found.push({ offset: message.offset, text: message.malformed })
  nodeProblems(message.fields, found)
  if (message.echo) messageProblems(message.echo, found)
  nodeProblems(message.attributes, found)
}

function nodeProblems(nodes: readonly Node[], found: Problem[]): void {
  for (const node of nodes) {
    if (node.malformed) found.push({ offset: node.offset, text: node.malformed })
    if (node.children) nodeProblems(node.children, found)
  }
}

/**
 * How many bytes of a message have a name and a typed value: headers, padding and what tables read.
 *
 * @example
 * ```ts
 * import { link, requestBytes } from 'netloom'
 * import { dissect, namedBytes } from 'netloom/dump'
 *
 * const bytes = requestBytes(link.set(7, { mtu: 1400 }))
 * const [message] = dissect(bytes)
 * console.log(namedBytes(message)) // 40
 * ```
 */
export function namedBytes(message: DissectedMessage): number {
  const echo = message.echo ? namedBytes(message.echo) : 0
  const body = namedIn(message.fields) + namedIn(message.attributes)
  return namedIn(message.header) + body + echo + (message.paddingBytes ? 0 : message.padding)
}

function namedIn(nodes: readonly Node[]): number {
  let sum = 0
  for (const node of nodes) {
    const inside = node.children ? namedIn(node.children) : node.bytes ? 0 : node.length
    if (node.type === undefined) sum += inside
    else if (!node.bytes) sum += NLA_HDRLEN + inside + attributePadding(node)
  }
  return sum
}

/** Bytes between an attribute's payload and what follows. */
export const attributePadding = (node: Node): number =>
  node.type === undefined ? 0 : (node.padding?.length ?? align4(node.length) - node.length)
