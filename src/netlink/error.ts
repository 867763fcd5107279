// What the kernel answers: acks and errors with their extended-ack attributes, and the errors made of them.
import { errnoCode, errnoText } from '../sys/errno.ts'
import { adviceFor } from './advice.ts'
import { align4, NLA_HDRLEN } from './attribute.ts'
import { bytes, type Node, s32, string, u32, viewOf } from './codec.ts'
import { dissectBody } from './dissect.ts'
import { MalformedError } from './malformed.ts'
import { NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_ERROR, NLMSG_HDRLEN } from './message.ts'
import { POLICY } from './policy.ts'
import { attributes, nest } from './schema.ts'
import { struct } from './struct.ts'
import type { Attributes, Message } from './table.ts'

/** struct nlmsgerr without the echoed request behind it. */
export const nlmsgerr = struct('nlmsgerr', { error: ['error', s32] })

/** The extended ack (enum nlmsgerr_attrs). Offsets count from the start of the request's nlmsghdr. */
export const EXTENDED_ACK = attributes('NLMSGERR_ATTR', {
  message: [1, 'NLMSGERR_ATTR_MSG', string],
  offset: [2, 'NLMSGERR_ATTR_OFFS', u32],
  cookie: [3, 'NLMSGERR_ATTR_COOKIE', bytes],
  policy: [4, 'NLMSGERR_ATTR_POLICY', nest(POLICY)],
  missingType: [5, 'NLMSGERR_ATTR_MISS_TYPE', u32],
  missingNest: [6, 'NLMSGERR_ATTR_MISS_NEST', u32],
})
export type ExtendedAck = Attributes<(typeof EXTENDED_ACK)['rows']>

/** An ack: errno (0: done), and what the kernel added. */
export interface Ack {
  readonly errno: number
  readonly extended: ExtendedAck
}

/** Reads NLMSG_ERROR or NLMSG_DONE; `p` is the start of its nlmsghdr. */
export function readAck(type: number, flags: number, v: DataView, b: Uint8Array, p: number, end: number): Ack {
  const payload = p + NLMSG_HDRLEN
  if (end < payload + 4) {
    // NLMSG_DONE of some old families carries nothing.
    if (type === NLMSG_ERROR) throw new MalformedError('struct nlmsgerr', payload, 4, end - payload)
    return { errno: 0, extended: {} }
  }
  const errno = 0 - v.getInt32(payload, true)
  if ((flags & NLM_F_ACK_TLVS) === 0) return { errno, extended: {} }
  const at = type === NLMSG_ERROR ? afterEcho(flags, v, payload + 4, end) : payload + 4
  return { errno, extended: EXTENDED_ACK.decode(v, b, at, end, {}) as ExtendedAck }
}

/** Where the attributes of an ack begin: behind the echoed request, or behind its header alone when it is capped. */
export function afterEcho(flags: number, v: DataView, echo: number, end: number): number {
  if (end < echo + NLMSG_HDRLEN) throw new MalformedError('struct nlmsgerr', echo, NLMSG_HDRLEN, end - echo)
  return echo + (flags & NLM_F_CAPPED ? NLMSG_HDRLEN : align4(v.getUint32(echo, true)))
}

/** Something the kernel said of a request that it carried out. */
export interface NetlinkWarning {
  readonly message: string
  /** The request, in words: `add link 'br0'`. */
  readonly request: string
}

/** What a NetlinkError knows of the request. */
export interface FailedRequest {
  /** `link.add` */
  readonly op: string
  /** In words, behind 'cannot': `add link 'br0' (bridge)`. */
  readonly what: string
  /** The request as it was sent, from its nlmsghdr on. */
  readonly bytes?: Uint8Array
  /** How to read it. */
  readonly message?: Message<any, any, any>
}

/** The kernel refused a request. */
export class NetlinkError extends Error {
  override readonly name: string = 'NetlinkError'
  /** errno's name, `EEXIST`. */
  readonly code: string
  readonly errno: number
  /** The kernel's own sentence, where it gave one. */
  readonly kernelMessage: string | undefined
  /** The attribute the kernel points at, from the outside in: `['IFLA_LINKINFO', 'IFLA_INFO_DATA']`. */
  readonly attribute: readonly string[] | undefined
  /** An attribute that the kernel missed, by name where the tables know it. */
  readonly missing: string | undefined
  readonly extended: ExtendedAck
  readonly request: FailedRequest

  constructor(request: FailedRequest, ack: Ack) {
    const attribute = ack.extended.offset === undefined ? undefined : attributeAt(request, ack.extended.offset)
    const missing = ack.extended.missingType === undefined ? undefined : missingName(request, ack.extended)
    const code = errnoCode(ack.errno)
    const said = ack.extended.message ?? errnoText(ack.errno)
    const at = attribute ? ` (at ${attribute.join(' → ')})` : ''
    const lacks = missing ? ` (${missing} is missing)` : ''
    const advice = adviceFor(code, ack.extended.message)
    super(`cannot ${request.what}: ${said.replace(/\.$/, '')} (${code})${at}${lacks}${advice ? `; ${advice}` : ''}`)
    this.code = code
    this.errno = ack.errno
    this.kernelMessage = ack.extended.message
    this.attribute = attribute
    this.missing = missing
    this.extended = ack.extended
    this.request = request
    // There for who asks; console.log shows the sentence and not the tables.
    Object.defineProperty(this, 'extended', { enumerable: false })
    Object.defineProperty(this, 'request', { enumerable: false })
  }
}

/** The names on the way to the attribute whose header lies at `offset` of the request. */
export function attributeAt(request: FailedRequest, offset: number): readonly string[] | undefined {
  if (!request.bytes || !request.message) return undefined
  const { bytes: b, message } = request
  const body = dissectBody(message, viewOf(b), b, NLMSG_HDRLEN, b.length)
  const path = [...fieldAt(body.header, offset), ...pathTo(body.attributes, offset)]
  return path.length > 0 ? path : undefined
}

function pathTo(nodes: readonly Node[], offset: number): string[] {
  for (const node of nodes) {
    const header = node.type === undefined ? node.offset : node.offset - NLA_HDRLEN
    if (header === offset) return [node.name]
    if (offset > header && offset < node.offset + node.length)
      return [node.name, ...pathTo(node.children ?? [], offset)]
  }
  return []
}

const fieldAt = (nodes: readonly Node[], offset: number): string[] =>
  nodes.filter(node => node.offset === offset).map(node => node.name)

function missingName(request: FailedRequest, extended: ExtendedAck): string {
  const table = extended.missingNest === undefined ? request.message?.table : undefined
  return table?.byType.get(extended.missingType!)?.constant ?? `attribute ${extended.missingType}`
}

/** Answers were lost because the receive buffer was full: what they answered may have been carried out. */
export class OverrunError extends Error {
  override readonly name = 'OverrunError'
  readonly code = 'ENOBUFS'
}

/** The namespace changed while it was listed, again and again; `partial` is what the last try gave. */
export class InterruptedDumpError extends Error {
  override readonly name = 'InterruptedDumpError'
  readonly code = 'EINTR'
  readonly partial: readonly unknown[]

  constructor(what: string, partial: readonly unknown[]) {
    super(`cannot ${what}: it changed while it was being listed, every time; the partial list is in 'partial'`)
    this.partial = partial
  }
}

/** Nothing answered in time. The request may have been carried out. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError'
  readonly code = 'ETIMEDOUT'
}

/** The connection was closed while, or before, it was used. */
export class ClosedError extends Error {
  override readonly name = 'ClosedError'
  readonly code = 'ERR_CLOSED'
}
