// What a line a message needs, and no more: the message's values as decoding has them, without a tree of nodes. Whatever
// is broken, refused or of no table is dissected.
import { align4 } from '../netlink/attribute.ts'
import { type Fields, viewOf } from '../netlink/codec.ts'
import { nlmsgerr } from '../netlink/error.ts'
import {
  messageFlags as flagsAt,
  messagePortId,
  messageSequence,
  messageType,
  NETLINK_AUDIT,
  NETLINK_KOBJECT_UEVENT,
  NETLINK_ROUTE,
  NLM_F_ACK_TLVS,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  NLMSG_MIN_TYPE,
} from '../netlink/message.ts'
import { soundAttributes } from '../netlink/sound.ts'
import type { Message } from '../netlink/table.ts'
import { Conversation } from './conversation.ts'
import { type DissectOptions, dissect, nextMessage, Reader } from './dissect.ts'
import type { DissectedMessage, Verdict } from './dissected.ts'
import { type Identity, identify, messageFlags } from './protocols.ts'

/** A message that is whole and means no failure. */
export interface Glance
  extends Pick<DissectedMessage, 'protocol' | 'offset' | 'length' | 'type' | 'typeName' | 'flags' | 'flagWords'>,
    Pick<DissectedMessage, 'sequence' | 'portId'> {
  readonly family?: string | undefined
  readonly verdict?: Verdict | undefined
  /** Of an ack: the type of what it answers. */
  readonly echoed?: string | undefined
  readonly malformed?: undefined
  readonly message?: Message<any, any, any> | undefined
  /** Header fields and attributes, as decoding has them. */
  readonly values: Fields
}

export const isGlance = (message: Glance | DissectedMessage): message is Glance => 'values' in message

/** The messages of a datagram, those that are nothing special at a glance. Never throws. */
export function glance(bytes: Uint8Array, options: DissectOptions = {}): (Glance | DissectedMessage)[] {
  const { protocol = NETLINK_ROUTE, conversation = new Conversation() } = options
  // Events of devices have no nlmsghdr, and what goes to the audit daemon has another length.
  if (protocol === NETLINK_KOBJECT_UEVENT || protocol === NETLINK_AUDIT) return dissect(bytes, options)
  const view = viewOf(bytes)
  const messages: (Glance | DissectedMessage)[] = []
  let reader: Reader | undefined
  for (let p = 0; p < bytes.length; ) {
    const seen = glanceAt(view, bytes, p, protocol, conversation)
    if (seen) {
      messages.push(seen)
      p = nextMessage(bytes, p + seen.length, align4(seen.length) - seen.length)
    } else {
      reader ??= new Reader(bytes, protocol, conversation)
      const { message, next } = reader.next(p)
      messages.push(message)
      p = next
    }
  }
  return messages
}

const NONE: Fields = {}
/** Bytes of an error or the end of a dump, without what may follow. */
const ERROR_SIZE = NLMSG_HDRLEN + nlmsgerr.span
const OK: Verdict = { errno: 0, code: '', text: '' }

function glanceAt(
  v: DataView,
  b: Uint8Array,
  p: number,
  protocol: number,
  conversation: Conversation,
): Glance | undefined {
  const length = p + NLMSG_HDRLEN <= b.length ? v.getUint32(p, true) : 0
  const end = p + length
  if (length < NLMSG_HDRLEN || end > b.length) return undefined
  const type = messageType(v, p)
  const flags = flagsAt(v, p)
  const identity = identify(protocol, v, p, end, conversation.families)
  const values = type < NLMSG_MIN_TYPE ? NONE : valuesOf(identity, v, b, p + NLMSG_HDRLEN, end)
  if (!values) return undefined
  let echoed: string | undefined
  if (type < NLMSG_MIN_TYPE) {
    if (!isSuccess(type, flags, v, p, end)) return undefined
    if (type === NLMSG_ERROR) echoed = identify(protocol, v, p + ERROR_SIZE, end, conversation.families).typeName
  }
  const seen: Glance = {
    protocol,
    offset: p,
    length,
    type,
    typeName: identity.typeName,
    family: identity.family,
    flags,
    flagWords: messageFlags(type, identity.typeName, flags),
    sequence: messageSequence(v, p),
    portId: messagePortId(v, p),
    verdict: type < NLMSG_MIN_TYPE ? OK : undefined,
    echoed,
    message: identity.message,
    values,
  }
  if (flags & NLM_F_REQUEST) conversation.addRequest(seen, b.slice(p, end))
  return seen
}

/** An ack with the header of what it answers, or the end of a dump; neither says more. */
function isSuccess(type: number, flags: number, v: DataView, p: number, end: number): boolean {
  const size = type === NLMSG_ERROR ? ERROR_SIZE + NLMSG_HDRLEN : ERROR_SIZE
  if (type !== NLMSG_ERROR && type !== NLMSG_DONE) return false
  return end - p === size && (flags & NLM_F_ACK_TLVS) === 0 && v.getInt32(p + NLMSG_HDRLEN, true) === 0
}

/** Undefined where it has no table, or is broken. What the controller tells of families is to be learned. */
function valuesOf(
  { message, typeName }: Identity,
  v: DataView,
  b: Uint8Array,
  p: number,
  end: number,
): Fields | undefined {
  if (!message || typeName === 'CTRL_CMD_NEWFAMILY') return undefined
  try {
    const values = message.decode(v, b, p, end) as Fields
    const attributes = p + align4(message.header.span)
    return soundAttributes(message.table, v, b, Math.min(attributes, end), end, values, values) ? values : undefined
  } catch {
    return undefined
  }
}
