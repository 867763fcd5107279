// nlmsghdr, the header of every message, and the walk over the messages of a datagram.
// Knows no message body: the three that the protocol itself has (error, done, overrun) are in error.ts.
import { align4, type Writer } from './attribute.ts'
import { u16, u32 } from './codec.ts'
import { MalformedError } from './malformed.ts'
import { struct } from './struct.ts'
import { words } from './words.ts'

/** struct nlmsghdr (include/uapi/linux/netlink.h). */
export const nlmsghdr = struct('nlmsghdr', {
  length: ['nlmsg_len', u32],
  type: ['nlmsg_type', u16],
  flags: ['nlmsg_flags', u16],
  sequence: ['nlmsg_seq', u32],
  portId: ['nlmsg_pid', u32],
})
export const NLMSG_HDRLEN = nlmsghdr.span

export const NLMSG_NOOP = 1
export const NLMSG_ERROR = 2
export const NLMSG_DONE = 3
export const NLMSG_OVERRUN = 4
/** Types below this one are the protocol's own. */
export const NLMSG_MIN_TYPE = 16

// Flags of every message
export const NLM_F_REQUEST = 0x1
export const NLM_F_MULTI = 0x2
export const NLM_F_ACK = 0x4
export const NLM_F_ECHO = 0x8
/** The dump is not consistent: something changed while it was made. */
export const NLM_F_DUMP_INTR = 0x10
export const NLM_F_DUMP_FILTERED = 0x20
// Flags of a GET request
export const NLM_F_ROOT = 0x100
export const NLM_F_MATCH = 0x200
export const NLM_F_DUMP = NLM_F_ROOT | NLM_F_MATCH
// Flags of a NEW request
export const NLM_F_REPLACE = 0x100
export const NLM_F_EXCL = 0x200
export const NLM_F_CREATE = 0x400
export const NLM_F_APPEND = 0x800
// Flags of a DEL request
/** Deletes all that match (since Linux 6.0, where the object has it). */
export const NLM_F_BULK = 0x200
// Flags of an error or ack
/** The echoed request is only its header. */
export const NLM_F_CAPPED = 0x100
/** Attributes follow (extended ack). */
export const NLM_F_ACK_TLVS = 0x200

/** What a message's flags mean, by what it does: the upper bits have one meaning a verb. */
export const COMMON_FLAGS = words('NLM_F_', {
  request: NLM_F_REQUEST,
  multi: NLM_F_MULTI,
  ack: NLM_F_ACK,
  echo: NLM_F_ECHO,
  'dump-intr': NLM_F_DUMP_INTR,
  'dump-filtered': NLM_F_DUMP_FILTERED,
})
export const GET_FLAGS = words('NLM_F_', { root: NLM_F_ROOT, match: NLM_F_MATCH, atomic: 0x400 })
export const NEW_FLAGS = words('NLM_F_', {
  replace: NLM_F_REPLACE,
  excl: NLM_F_EXCL,
  create: NLM_F_CREATE,
  append: NLM_F_APPEND,
})
export const DELETE_FLAGS = words('NLM_F_', { nonrec: 0x100, bulk: NLM_F_BULK })
export const ACK_FLAGS = words('NLM_F_', { capped: NLM_F_CAPPED, 'ack-tlvs': NLM_F_ACK_TLVS })

/** The netlink protocols (the third argument of socket(2)). */
export const PROTOCOL = words('NETLINK_', {
  route: 0,
  usersock: 2,
  firewall: 3,
  'sock-diag': 4,
  nflog: 5,
  xfrm: 6,
  selinux: 7,
  iscsi: 8,
  audit: 9,
  'fib-lookup': 10,
  connector: 11,
  netfilter: 12,
  'ip6-fw': 13,
  dnrtmsg: 14,
  'kobject-uevent': 15,
  generic: 16,
  scsitransport: 18,
  ecryptfs: 19,
  rdma: 20,
  crypto: 21,
  smc: 22,
})

const protocolOf = (word: string): number => PROTOCOL.byWord.get(word)!
export const NETLINK_ROUTE = protocolOf('route')
export const NETLINK_SOCK_DIAG = protocolOf('sock-diag')
export const NETLINK_AUDIT = protocolOf('audit')
export const NETLINK_NETFILTER = protocolOf('netfilter')
export const NETLINK_KOBJECT_UEVENT = protocolOf('kobject-uevent')
export const NETLINK_GENERIC = protocolOf('generic')

/** Receives a message's place in a datagram: its header begins at `p`, its payload is [p + 16, end). */
export type MessageHandler = (
  type: number,
  flags: number,
  sequence: number,
  portId: number,
  p: number,
  end: number,
) => void

/**
 * Where the message that begins at `p` of a datagram ends, and the next one begins after padding; 0 where there is none.
 * A length of zero ends it quietly: iproute2 sends whole buffers with nothing behind the last message.
 * Throws MalformedError where a length does not fit.
 */
export function messageEnd(v: DataView, p: number, length: number): number {
  if (p + NLMSG_HDRLEN > length) {
    if (p < length) throw new MalformedError('netlink message', p, NLMSG_HDRLEN, length - p)
    return 0
  }
  const size = v.getUint32(p, true)
  if (size === 0) return 0
  if (size < NLMSG_HDRLEN || p + size > length) throw new MalformedError('netlink message', p, size, length - p)
  return p + size
}

// The fields of the header that begins at `p`
export const messageType = (v: DataView, p: number): number => v.getUint16(p + 4, true)
export const messageFlags = (v: DataView, p: number): number => v.getUint16(p + 6, true)
export const messageSequence = (v: DataView, p: number): number => v.getUint32(p + 8, true)
export const messagePortId = (v: DataView, p: number): number => v.getUint32(p + 12, true)

/** Calls `handle` for every message in [0, length) of a datagram. Throws MalformedError where a length does not fit. */
export function walk(v: DataView, length: number, handle: MessageHandler): void {
  for (let p = 0, end = 0; (end = messageEnd(v, p, length)) > 0; p = align4(end))
    handle(messageType(v, p), messageFlags(v, p), messageSequence(v, p), messagePortId(v, p), p, end)
}

/** Begins a message; its payload is what is written until `endMessage` is given the answer. */
export function beginMessage(w: Writer, type: number, flags: number, sequence: number, portId = 0): number {
  w.align()
  const at = w.reserve(NLMSG_HDRLEN)
  w.view.setUint16(at + 4, type, true)
  w.view.setUint16(at + 6, flags, true)
  w.view.setUint32(at + 8, sequence, true)
  w.view.setUint32(at + 12, portId, true)
  return at
}

/** Ends the message that `beginMessage` began: fills in its length. */
export function endMessage(w: Writer, at: number): void {
  w.view.setUint32(at, w.length - at, true)
}
