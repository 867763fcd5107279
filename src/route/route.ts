// Routes, also multicast ones (families ipmr, ip6mr) and MPLS: RTM_NEWROUTE and its kin.
// include/uapi/linux/rtnetlink.h; net/ipv4/fib_semantics.c (fib_dump_info), net/ipv6/route.c (rt6_fill_node),
// net/mpls/af_mpls.c, net/ipv4/ipmr_base.c.
import type { Writer } from '../netlink/attribute.ts'
import {
  bareString,
  be16,
  be32,
  bytes,
  type Codec,
  enumeration,
  type Fields,
  flags,
  ip,
  type Node,
  s32,
  shown,
  u8,
  u16,
  u32,
  u64,
} from '../netlink/codec.ts'
import { composeAttributes, dissectAttributes } from '../netlink/dissect.ts'
import { attributes, message, nest } from '../netlink/schema.ts'
import { soundAttributes } from '../netlink/sound.ts'
import { composeFields, dissectFields, struct } from '../netlink/struct.ts'
import type { Attributes, AttributesInput, MessageOf, UnknownAttribute } from '../netlink/table.ts'
import { words } from '../netlink/words.ts'
import { type Encap, type EncapInput, encap, encapType } from './encap.ts'
import { routeAddress } from './mpls.ts'
import { DSFIELD, RT_SCOPE, RT_TABLE, RTM_F, RTN, RTNH_F, RTPROT } from './routing-words.ts'
import { type Via, via } from './via.ts'
import { AF } from './words.ts'

export const rtmsg = struct('rtmsg', {
  family: ['rtm_family', enumeration(u8, AF)],
  dstLength: ['rtm_dst_len', u8],
  srcLength: ['rtm_src_len', u8],
  tos: ['rtm_tos', enumeration(u8, DSFIELD)],
  /** Tables above 255 are in RTA_TABLE alone. */
  table: ['rtm_table', enumeration(u8, RT_TABLE)],
  protocol: ['rtm_protocol', enumeration(u8, RTPROT)],
  scope: ['rtm_scope', enumeration(u8, RT_SCOPE)],
  type: ['rtm_type', enumeration(u8, RTN)],
  flags: ['rtm_flags', flags(u32, RTM_F)],
})

// ── metrics ────────────────────────────────────────────────────────────────

/** RTAX_LOCK: a bit a metric, by its number: path MTU discovery must not change it. */
const RTAX_LOCK = words('metric (RTAX_*)', {
  mtu: 1 << 2,
  window: 1 << 3,
  rtt: 1 << 4,
  rttvar: 1 << 5,
  ssthresh: 1 << 6,
  cwnd: 1 << 7,
  advmss: 1 << 8,
  reordering: 1 << 9,
  hoplimit: 1 << 10,
  initcwnd: 1 << 11,
  features: 1 << 12,
  rto_min: 1 << 13,
  initrwnd: 1 << 14,
  quickack: 1 << 15,
  congctl: 1 << 16,
  fastopen_no_cookie: 1 << 17,
})
const RTAX_FEATURE = words('feature (RTAX_FEATURE_*)', {
  ecn: 1 << 0,
  sack: 1 << 1,
  timestamp: 1 << 2,
  allfrag: 1 << 3,
  // Since Linux 6.7.
  tcp_usec_ts: 1 << 4,
})

export const METRICS = attributes('RTAX', () => ({
  lock: [1, 'RTAX_LOCK', flags(u32, RTAX_LOCK)],
  mtu: [2, 'RTAX_MTU', u32],
  window: [3, 'RTAX_WINDOW', u32],
  /** Eighths of a millisecond. */
  rtt: [4, 'RTAX_RTT', u32],
  /** Quarters of a millisecond. */
  rttvar: [5, 'RTAX_RTTVAR', u32],
  ssthresh: [6, 'RTAX_SSTHRESH', u32],
  cwnd: [7, 'RTAX_CWND', u32],
  advmss: [8, 'RTAX_ADVMSS', u32],
  reordering: [9, 'RTAX_REORDERING', u32],
  hoplimit: [10, 'RTAX_HOPLIMIT', u32],
  initcwnd: [11, 'RTAX_INITCWND', u32],
  features: [12, 'RTAX_FEATURES', flags(u32, RTAX_FEATURE)],
  /** Milliseconds. */
  rtoMin: [13, 'RTAX_RTO_MIN', u32, { json: 'rto_min' }],
  initrwnd: [14, 'RTAX_INITRWND', u32],
  quickack: [15, 'RTAX_QUICKACK', u32],
  congestionControl: [16, 'RTAX_CC_ALGO', bareString, { json: 'congctl' }],
  fastopenNoCookie: [17, 'RTAX_FASTOPEN_NO_COOKIE', u32, { json: 'fastopen_no_cookie' }],
}))

// ── structs ────────────────────────────────────────────────────────────────

export const rtaCacheinfo = struct('rta_cacheinfo', {
  references: ['rta_clntref', u32],
  /** USER_HZ (centiseconds) ago. */
  lastUse: ['rta_lastuse', u32],
  /** In USER_HZ (centiseconds); 0: never. */
  expires: ['rta_expires', s32],
  /** An errno, negative. */
  error: ['rta_error', s32],
  used: ['rta_used', u32],
  id: ['rta_id', u32],
  timestamp: ['rta_ts', u32],
  timestampAge: ['rta_tsage', u32],
})

/** RTA_FLOW: the two realms that route classifiers look at. */
const realms = struct('realms', { to: ['to', u16], from: ['from', u16] })

const mfcStats = struct('rta_mfc_stats', {
  packets: ['mfcs_packets', u64],
  bytes: ['mfcs_bytes', u64],
  wrongInterface: ['mfcs_wrong_if', u64],
})

const session = struct('rta_session', {
  protocol: ['proto', u8],
  _pad1: ['pad1', u8],
  _pad2: ['pad2', u16],
  sourcePort: ['sport', u16],
  destinationPort: ['dport', u16],
})

/** RTA_PREF: RFC 4191. */
const ICMPV6_ROUTER_PREF = words('router preference (ICMPV6_ROUTER_PREF_*)', { medium: 0, high: 1, invalid: 2, low: 3 })

// ── multipath ──────────────────────────────────────────────────────────────

/** One way of a multipath route. */
export interface RouteNexthop {
  flags: readonly (string | number)[]
  /** What share of the packets takes it; 1 and up (the kernel's rtnh_hops plus one). In ipmr: the TTL threshold plus one. */
  weight: number
  index: number
  gateway?: string
  via?: Via
  newDst?: string
  flow?: { to: number; from: number }
  encap?: Encap
  encapType?: string | number
  unknown?: UnknownAttribute[]
}
export interface RouteNexthopInput {
  flags?: number | readonly (string | number)[] | undefined
  weight?: number | undefined
  index?: number | undefined
  gateway?: string | undefined
  via?: Via | undefined
  newDst?: string | undefined
  flow?: { to?: number; from?: number } | undefined
  encap?: EncapInput | undefined
  encapType?: string | number | undefined
  unknown?: readonly UnknownAttribute[] | undefined
}

/** A weight as the wire has it: one less. */
export const lessOne = (base: Codec<number>): Codec<number> => ({
  ...base,
  kind: `${base.kind} + 1`,
  read: (v, b, p, n, h, s) => base.read(v, b, p, n, h, s) + 1,
  source: g => `(${base.source!(g)}+1)`,
  write(w, value, h, s) {
    if (typeof value !== 'number' || value < 1) throw new RangeError(`must be 1 or more, not ${shown(value)}`)
    base.write(w, value - 1, h, s)
  },
  fromLayout: raw => (raw as number) + 1,
})

export const rtnexthop = struct('rtnexthop', {
  _length: ['rtnh_len', u16],
  flags: ['rtnh_flags', flags(u8, RTNH_F)],
  weight: ['rtnh_hops', lessOne(u8)],
  index: ['rtnh_ifindex', s32],
})

const { span } = rtnexthop

/** Whether [p, p + n) is one struct rtnexthop after another. */
function isMultipath(b: Uint8Array, p: number, n: number): boolean {
  let at = p
  while (at < p + n) {
    const length = at + span <= p + n ? b[at]! | (b[at + 1]! << 8) : 0
    if (length < span || length % 4 !== 0 || at + length > p + n) return false
    at += length
  }
  return true
}

const nexthopCodec: Codec<RouteNexthop, RouteNexthopInput> = {
  kind: 'struct rtnexthop + nest',
  read(v, b, p, n, h, s) {
    const header = rtnexthop.read(v, b, p, span, h, s) as Fields
    return Object.assign(header, ROUTE.decode(v, b, p + span, p + n, h)) as unknown as RouteNexthop
  },
  write(w, value, h, s) {
    const start = w.length
    const { flags: nexthopFlags, weight = 1, index, ...rest } = value
    rtnexthop.write(w, { flags: nexthopFlags as number | undefined, weight, index }, h, s)
    ROUTE.encode(w, rest as AttributesInput<typeof ROUTE.rows>, h)
    w.view.setUint16(start, w.length - start, true)
  },
  dissect(node, v, b, p, n, h) {
    node.children = [
      ...dissectFields(rtnexthop.fields, v, b, p, span),
      ...dissectAttributes(ROUTE, v, b, p + span, p + n, h),
    ]
  },
  sound: (v, b, p, n, h) => soundAttributes(ROUTE, v, b, p + span, p + n, h),
  compose(w, node) {
    const isAttribute = (child: Node): boolean => child.type !== undefined || child.malformed !== undefined
    composeFields(
      w,
      node.children!.filter(child => !isAttribute(child)),
    )
    composeAttributes(w, node.children!.filter(isAttribute))
  },
}

/** RTA_MULTIPATH: nexthops, each with its own length and attributes. */
export const multipath: Codec<RouteNexthop[], readonly RouteNexthopInput[]> = {
  kind: 'struct rtnexthop[]',
  accepts: isMultipath,
  read(v, b, p, n, h, s) {
    const nexthops: RouteNexthop[] = []
    for (let at = p; at < p + n; at += v.getUint16(at, true))
      nexthops.push(nexthopCodec.read(v, b, at, v.getUint16(at, true), h, s))
    return nexthops
  },
  write(w, value, h, s) {
    for (const nexthop of value) nexthopCodec.write(w, nexthop, h, s)
  },
  dissect(node, v, b, p, n, h, s) {
    node.children = []
    for (let at = p; at < p + n; at += v.getUint16(at, true)) {
      const length = v.getUint16(at, true)
      const child: Node = { name: `[${node.children.length}]`, offset: at, length, codec: nexthopCodec }
      nexthopCodec.dissect!(child, v, b, at, length, h, s)
      node.children.push(child)
    }
  },
  sound(v, b, p, n, h, s) {
    for (let at = p; at < p + n; at += v.getUint16(at, true))
      if (!nexthopCodec.sound!(v, b, at, v.getUint16(at, true), h, s)) return false
    return true
  },
  compose(w: Writer, node: Node) {
    for (const child of node.children!) nexthopCodec.compose!(w, child)
  },
}

// ── the table ──────────────────────────────────────────────────────────────

export const ROUTE = attributes('RTA', () => ({
  dst: [1, 'RTA_DST', routeAddress],
  src: [2, 'RTA_SRC', ip, { json: 'from' }],
  iif: [3, 'RTA_IIF', u32],
  oif: [4, 'RTA_OIF', u32, { json: 'dev' }],
  gateway: [5, 'RTA_GATEWAY', ip],
  priority: [6, 'RTA_PRIORITY', u32, { json: 'metric' }],
  prefsrc: [7, 'RTA_PREFSRC', ip],
  metrics: [8, 'RTA_METRICS', nest(METRICS)],
  multipath: [9, 'RTA_MULTIPATH', multipath, { json: 'nexthops' }],
  protoInfo: [10, 'RTA_PROTOINFO', bytes],
  flow: [11, 'RTA_FLOW', realms],
  cacheInfo: [12, 'RTA_CACHEINFO', rtaCacheinfo],
  session: [13, 'RTA_SESSION', session],
  multipathAlgorithm: [14, 'RTA_MP_ALGO', u32],
  /** Supersedes the header's 8 bits. */
  table: [15, 'RTA_TABLE', enumeration(u32, RT_TABLE)],
  mark: [16, 'RTA_MARK', u32],
  mfcStats: [17, 'RTA_MFC_STATS', mfcStats],
  via: [18, 'RTA_VIA', via],
  newDst: [19, 'RTA_NEWDST', routeAddress, { json: 'to' }],
  pref: [20, 'RTA_PREF', enumeration(u8, ICMPV6_ROUTER_PREF)],
  encapType: [21, 'RTA_ENCAP_TYPE', encapType],
  encap: [22, 'RTA_ENCAP', encap('encapType', 21)],
  /** Seconds; in ipmr's answers USER_HZ (centiseconds), 64 bits wide. */
  expires: [
    23,
    'RTA_EXPIRES',
    {
      kind: 'u32 or u64',
      sizes: [4, 8],
      accepts: (_b, _p, n) => n === 4 || n === 8,
      read: (v, _b, p, n) => (n === 4 ? v.getUint32(p, true) : v.getBigUint64(p, true)),
      write: (w, value, h, s) => (typeof value === 'bigint' ? u64.write(w, value, h, s) : u32.write(w, value, h, s)),
    } as Codec<number | bigint>,
  ],
  _pad: [24, 'RTA_PAD', bytes],
  uid: [25, 'RTA_UID', u32],
  ttlPropagate: [26, 'RTA_TTL_PROPAGATE', u8, { json: 'ttl-propagate' }],
  ipProtocol: [27, 'RTA_IP_PROTO', u8, { json: 'ipproto' }],
  sourcePort: [28, 'RTA_SPORT', be16, { json: 'sport' }],
  destinationPort: [29, 'RTA_DPORT', be16, { json: 'dport' }],
  nexthopId: [30, 'RTA_NH_ID', u32, { json: 'nhid' }],
  // Since Linux 6.14.
  flowLabel: [31, 'RTA_FLOWLABEL', be32, { json: 'flowlabel' }],
}))

export const routeMessage = message('route', { RTM_NEWROUTE: 24, RTM_DELROUTE: 25, RTM_GETROUTE: 26 }, rtmsg, ROUTE)
export type Route = MessageOf<typeof routeMessage>
export type RouteMetrics = Attributes<typeof METRICS.rows>
