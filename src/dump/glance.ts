// What a line a message needs, and no more: what the message is about is read where its bytes lie, without a tree of nodes
// or an object of values. Whatever is broken, refused or of no table is dissected.
import { align4 } from '../netlink/attribute.ts'
import { ByteText } from '../netlink/byte-text.ts'
import { viewOf } from '../netlink/codec.ts'
import { nlmsgerr } from '../netlink/error.ts'
import {
  messageFlags as flagsAt,
  messagePortId,
  messageSequence,
  messageType,
  NETLINK_AUDIT,
  NETLINK_GENERIC,
  NETLINK_KOBJECT_UEVENT,
  NETLINK_ROUTE,
  NLM_F_ACK_TLVS,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  NLMSG_MIN_TYPE,
} from '../netlink/message.ts'
import { Outline, type Place } from '../netlink/outline.ts'
import type { Message } from '../netlink/table.ts'
import type { Conversation } from './conversation.ts'
import { dissect, nextMessage, Reader } from './dissect.ts'
import type { DissectedMessage, Verdict } from './dissected.ts'
import type { Names } from './names.ts'
import { type Identity, identify, messageFlags } from './protocols.ts'
import { type Manner, mannerOf } from './summary.ts'
import { SummaryWriter } from './summary-writer.ts'

/** A message that is whole and means no failure. */
export interface Glance
  extends Pick<DissectedMessage, 'protocol' | 'offset' | 'length' | 'type' | 'typeName' | 'flags' | 'flagWords'>,
    Pick<DissectedMessage, 'sequence' | 'portId'> {
  readonly family: string | undefined
  readonly verdict: Verdict | undefined
  /** Of an ack: the type of what it answers. */
  readonly echoed: string | undefined
  readonly malformed: undefined
  /** What it is about, a space before each word. It is the next message's when that is looked at. */
  readonly summary: ByteText
  /** What stands before: kept here by who makes it, for all messages of one type with the same flags. */
  readonly heads: (Head | undefined)[]
  /** What the kernel tells of a link. */
  readonly link: { readonly index: unknown; readonly name: unknown } | undefined
}

export const isGlance = (message: Glance | DissectedMessage): message is Glance => 'summary' in message

/** What stands before a summary, as text and as bytes. */
export interface Head {
  readonly text: string
  readonly bytes: Uint8Array
}

/** What messages of one type, with the same flags, have in common. */
interface Kind {
  readonly identity: Identity
  readonly flagWords: readonly (string | number)[]
  readonly heads: (Head | undefined)[]
  /** Left out where it is to be dissected. */
  readonly look: Look | undefined
  readonly manner: Manner | undefined
  /** Where a link's index and name stand, in what the kernel tells of links. */
  readonly link: { readonly index: Place; readonly name: Place } | undefined
}
/** How messages of one definition are read. */
interface Look {
  readonly outline: Outline
  readonly writer: SummaryWriter
}
/** Types and flags of a hostile capture are not kept without end. */
const MOST_KINDS = 4096
/** include/uapi/linux/netlink.h: there are no more protocols. */
const MAX_LINKS = 32

const OK: Verdict = { errno: 0, code: '', text: '' }
/** Bytes of an error or the end of a dump, without what may follow. */
const ERROR_SIZE = NLMSG_HDRLEN + nlmsgerr.span

/** Looks at the datagrams of one conversation, one after the other. */
export class Glancer {
  private readonly conversation: Conversation
  private readonly names: Names | undefined
  /** By protocol, and there by all that decides what a message is. */
  private readonly kinds = new Map<number, Map<number, Kind>>()
  /** What was asked for last: messages come in rows of one kind. */
  private lastKinds: Map<number, Kind> | undefined
  private lastKey = -1
  private lastKind: Kind | undefined
  private readonly looks = new Map<Message<any, any, any>, Look>()
  private readonly summary = new ByteText()

  constructor(conversation: Conversation, names?: Names) {
    this.conversation = conversation
    this.names = names
  }

  /** Calls `handle` for each message of a datagram: at a glance, where it is nothing special. Never throws of its own. */
  each(bytes: Uint8Array, protocol: number, handle: (message: Glance | DissectedMessage) => void): void {
    const { conversation } = this
    // Events of devices have no nlmsghdr, and what goes to the audit daemon has another length.
    if (protocol === NETLINK_KOBJECT_UEVENT || protocol === NETLINK_AUDIT) {
      for (const message of dissect(bytes, { protocol, conversation })) handle(message)
      return
    }
    const view = viewOf(bytes)
    let reader: Reader | undefined
    for (let p = 0; p < bytes.length; ) {
      const seen = this.at(view, bytes, p, protocol)
      if (seen) {
        handle(seen)
        const next = p + align4(seen.length)
        p =
          next < bytes.length && view.getUint8(next) !== 0
            ? next
            : nextMessage(bytes, p + seen.length, next - p - seen.length)
      } else {
        reader ??= new Reader(bytes, protocol, conversation)
        const { message, next } = reader.next(p)
        // What is known by its family's number has another meaning from here on.
        if (message.typeName === 'CTRL_CMD_NEWFAMILY') {
          this.kinds.get(NETLINK_GENERIC)?.clear()
          this.lastKinds = undefined
        }
        handle(message)
        p = next
      }
    }
  }

  private at(v: DataView, b: Uint8Array, p: number, protocol: number): Glance | undefined {
    const length = p + NLMSG_HDRLEN <= b.length ? v.getUint32(p, true) : 0
    const end = p + length
    if (length < NLMSG_HDRLEN || end > b.length) return undefined
    const type = messageType(v, p)
    const flags = flagsAt(v, p)
    const { identity, flagWords, heads, look, manner, link } = this.kind(protocol, v, p, end, type, flags)
    const { typeName, family } = identity
    const { summary } = this
    summary.clear()
    let echoed: string | undefined
    if (type < NLMSG_MIN_TYPE) {
      if (!isSuccess(type, flags, v, p, end)) return undefined
      if (type === NLMSG_ERROR) echoed = this.typeName(protocol, v, p + ERROR_SIZE, end)
    } else {
      if (!look?.outline.read(v, b, p + NLMSG_HDRLEN, end)) return undefined
      try {
        look.writer.write(manner!, summary)
      } catch {
        return undefined
      }
    }
    const seen: Glance = {
      protocol,
      offset: p,
      length,
      type,
      typeName,
      family,
      flags,
      flagWords,
      sequence: messageSequence(v, p),
      portId: messagePortId(v, p),
      verdict: type < NLMSG_MIN_TYPE ? OK : undefined,
      echoed,
      malformed: undefined,
      summary,
      heads,
      link: link && { index: valueAt(link.index, look!), name: valueAt(link.name, look!) },
    }
    if (flags & NLM_F_REQUEST) this.conversation.addRequest(seen, b.slice(p, end))
    return seen
  }

  private typeName(protocol: number, v: DataView, p: number, end: number): string {
    return this.kind(protocol, v, p, end, messageType(v, p), flagsAt(v, p)).identity.typeName
  }

  /** What `identify` says of the message in [p, end), asked once for all that it looks at. */
  private kind(protocol: number, v: DataView, p: number, end: number, type: number, flags: number): Kind {
    let kinds = this.kinds.get(protocol)
    if (!kinds) {
      if (this.kinds.size >= MAX_LINKS) this.kinds.clear()
      this.kinds.set(protocol, (kinds = new Map()))
    }
    const head = (type << 16) | flags
    const command = end > p + NLMSG_HDRLEN ? v.getUint8(p + NLMSG_HDRLEN) : 256
    const unasked = messageSequence(v, p) === 0 && messagePortId(v, p) === 0
    // What rtnetlink's messages are is told by their type and flags alone.
    const key = protocol === NETLINK_ROUTE ? head : head * 1024 + command * 2 + (unasked ? 1 : 0)
    if (kinds === this.lastKinds && key === this.lastKey) return this.lastKind!
    let kind = kinds.get(key)
    if (!kind) {
      if (kinds.size >= MOST_KINDS) kinds.clear()
      kind = this.newKind(identify(protocol, v, p, end, this.conversation.families), type, flags)
      kinds.set(key, kind)
    }
    this.lastKinds = kinds
    this.lastKey = key
    this.lastKind = kind
    return kind
  }

  private newKind(identity: Identity, type: number, flags: number): Kind {
    const { message, typeName } = identity
    const flagWords = messageFlags(type, typeName, flags)
    // What the controller tells of families is to be learned.
    const look = message && typeName !== 'CTRL_CMD_NEWFAMILY' ? this.lookOf(message) : undefined
    const isLink = look && typeName === 'RTM_NEWLINK' && (flags & NLM_F_REQUEST) === 0
    const link = isLink ? { index: look.outline.place('index')!, name: look.outline.place('name')! } : undefined
    const manner = look && mannerOf(message!, { flags, typeName })
    return { identity, flagWords, heads: [undefined, undefined, undefined, undefined], look, manner, link }
  }

  private lookOf(message: Message<any, any, any>): Look {
    const known = this.looks.get(message)
    if (known) return known
    const outline = new Outline(message)
    const made: Look = { outline, writer: new SummaryWriter(message, outline, this.names) }
    this.looks.set(message, made)
    return made
  }
}

const valueAt = (place: Place, { outline }: Look): unknown => outline.get(place, place.path)

/** An ack with the header of what it answers, or the end of a dump; neither says more. */
function isSuccess(type: number, flags: number, v: DataView, p: number, end: number): boolean {
  const size = type === NLMSG_ERROR ? ERROR_SIZE + NLMSG_HDRLEN : ERROR_SIZE
  if (type !== NLMSG_ERROR && type !== NLMSG_DONE) return false
  return end - p === size && (flags & NLM_F_ACK_TLVS) === 0 && v.getInt32(p + NLMSG_HDRLEN, true) === 0
}
