// Lightweight tunnels: what a route or a nexthop wraps its packets in (RTA_ENCAP, NHA_ENCAP), by encapsulation type.
// include/uapi/linux/{lwtunnel.h,mpls_iptunnel.h,seg6_iptunnel.h,seg6_local.h,rpl_iptunnel.h,ioam6_iptunnel.h,ila.h}.
import { align4, NLA_TYPE_MASK } from '../netlink/attribute.ts'
import {
  be16,
  be32,
  be64,
  blob,
  bytes,
  type Codec,
  enumeration,
  type Fields,
  flags,
  type Input,
  ip,
  readable,
  s32,
  string,
  u8,
  u16,
  u32,
  u64,
  type Value,
} from '../netlink/codec.ts'
import { array, attributes, flaggedNest, many, nest } from '../netlink/schema.ts'
import { soundPayload } from '../netlink/sound.ts'
import { struct } from '../netlink/struct.ts'
import { valueWord, words } from '../netlink/words.ts'
import { labels } from './mpls.ts'
import { RT_TABLE } from './routing-words.ts'
import { trailing } from './trailing.ts'

/** LWTUNNEL_ENCAP_*. */
export const LWTUNNEL_ENCAP = words('encapsulation (LWTUNNEL_ENCAP_*)', {
  none: 0,
  mpls: 1,
  ip: 2,
  ila: 3,
  ip6: 4,
  seg6: 5,
  bpf: 6,
  seg6local: 7,
  rpl: 8,
  ioam6: 9,
  xfrm: 10,
})

// ── mpls ───────────────────────────────────────────────────────────────────

const MPLS = attributes('MPLS_IPTUNNEL', () => ({
  dst: [1, 'MPLS_IPTUNNEL_DST', labels],
  ttl: [2, 'MPLS_IPTUNNEL_TTL', u8],
}))

// ── ip and ip6 ─────────────────────────────────────────────────────────────

/** IP_TUNNEL_*_BIT as TUNNEL_*: include/net/ip_tunnels.h; big-endian on the wire, in iproute2's words. */
export const TUNNEL = words('tunnel flag (TUNNEL_*)', { csum: 0x01, key: 0x04, seq: 0x08 })

const GENEVE_OPTION = attributes('LWTUNNEL_IP_OPT_GENEVE', () => ({
  class: [1, 'LWTUNNEL_IP_OPT_GENEVE_CLASS', be16],
  type: [2, 'LWTUNNEL_IP_OPT_GENEVE_TYPE', u8],
  data: [3, 'LWTUNNEL_IP_OPT_GENEVE_DATA', bytes],
}))
const VXLAN_OPTION = attributes('LWTUNNEL_IP_OPT_VXLAN', () => ({
  gbp: [1, 'LWTUNNEL_IP_OPT_VXLAN_GBP', u32],
}))
const ERSPAN_OPTION = attributes('LWTUNNEL_IP_OPT_ERSPAN', () => ({
  version: [1, 'LWTUNNEL_IP_OPT_ERSPAN_VER', u8, { json: 'ver' }],
  index: [2, 'LWTUNNEL_IP_OPT_ERSPAN_INDEX', be32],
  direction: [3, 'LWTUNNEL_IP_OPT_ERSPAN_DIR', u8, { json: 'dir' }],
  hwId: [4, 'LWTUNNEL_IP_OPT_ERSPAN_HWID', u8, { json: 'hwid' }],
}))
const TUNNEL_OPTIONS = attributes('LWTUNNEL_IP_OPTS', () => ({
  geneve: [1, 'LWTUNNEL_IP_OPTS_GENEVE', many(flaggedNest(GENEVE_OPTION)), { json: 'geneve_opts' }],
  vxlan: [2, 'LWTUNNEL_IP_OPTS_VXLAN', flaggedNest(VXLAN_OPTION), { json: 'vxlan_opts' }],
  erspan: [3, 'LWTUNNEL_IP_OPTS_ERSPAN', flaggedNest(ERSPAN_OPTION), { json: 'erspan_opts' }],
}))

const IP = attributes('LWTUNNEL_IP', () => ({
  id: [1, 'LWTUNNEL_IP_ID', be64],
  dst: [2, 'LWTUNNEL_IP_DST', ip],
  src: [3, 'LWTUNNEL_IP_SRC', ip],
  ttl: [4, 'LWTUNNEL_IP_TTL', u8],
  tos: [5, 'LWTUNNEL_IP_TOS', u8],
  flags: [6, 'LWTUNNEL_IP_FLAGS', flags(be16, TUNNEL)],
  _pad: [7, 'LWTUNNEL_IP_PAD', bytes],
  options: [8, 'LWTUNNEL_IP_OPTS', flaggedNest(TUNNEL_OPTIONS), { json: 'opts' }],
}))

const IP6 = attributes('LWTUNNEL_IP6', () => ({
  id: [1, 'LWTUNNEL_IP6_ID', be64],
  dst: [2, 'LWTUNNEL_IP6_DST', ip],
  src: [3, 'LWTUNNEL_IP6_SRC', ip],
  hopLimit: [4, 'LWTUNNEL_IP6_HOPLIMIT', u8, { json: 'hoplimit' }],
  trafficClass: [5, 'LWTUNNEL_IP6_TC', u8, { json: 'tc' }],
  flags: [6, 'LWTUNNEL_IP6_FLAGS', flags(be16, TUNNEL)],
  _pad: [7, 'LWTUNNEL_IP6_PAD', bytes],
  options: [8, 'LWTUNNEL_IP6_OPTS', flaggedNest(TUNNEL_OPTIONS), { json: 'opts' }],
}))

// ── ila ────────────────────────────────────────────────────────────────────

const ILA = attributes('ILA_ATTR', () => ({
  locator: [1, 'ILA_ATTR_LOCATOR', be64],
  identifier: [2, 'ILA_ATTR_IDENTIFIER', be64],
  locatorMatch: [3, 'ILA_ATTR_LOCATOR_MATCH', be64],
  index: [4, 'ILA_ATTR_IFINDEX', s32],
  direction: [5, 'ILA_ATTR_DIR', u32],
  _pad: [6, 'ILA_ATTR_PAD', bytes],
  csumMode: [
    7,
    'ILA_ATTR_CSUM_MODE',
    enumeration(
      u8,
      words('checksum mode (ILA_CSUM_*)', {
        'adj-transport': 0,
        'neutral-map': 1,
        'no-action': 2,
        'neutral-map-auto': 3,
      }),
    ),
    { json: 'csum_mode' },
  ],
  identType: [
    8,
    'ILA_ATTR_IDENT_TYPE',
    enumeration(
      u8,
      words('identifier type (ILA_ATYPE_*)', {
        iid: 0,
        luid: 1,
        'virt-v4': 2,
        'virt-uni-v6': 3,
        'virt-multi-v6': 4,
        'nonlocal-addr': 5,
        'use-format': 32,
      }),
    ),
    { json: 'ident_type' },
  ],
  hookType: [
    9,
    'ILA_ATTR_HOOK_TYPE',
    enumeration(u8, words('hook (ILA_HOOK_ROUTE_*)', { output: 0, input: 1 })),
    { json: 'hook_type' },
  ],
}))

// ── seg6, seg6local and rpl ────────────────────────────────────────────────

/** SEG6_IPTUN_MODE_*. */
export const SEG6_IPTUN_MODE = words('SRv6 mode (SEG6_IPTUN_MODE_*)', {
  inline: 0,
  encap: 1,
  l2encap: 2,
  'encap.red': 3,
  'l2encap.red': 4,
})
const SR6_FLAG1 = words('segment routing flag (SR6_FLAG1_*)', { hmac: 8, alert: 16, oam: 32, protected: 64 })

const segmentRoutingHeader = {
  nextHeader: ['nexthdr', u8],
  /** In units of 8 bytes, without the first 8. */
  headerLength: ['hdrlen', u8],
  /** 4: segment routing. */
  type: ['type', u8],
  segmentsLeft: ['segments_left', u8],
  /** The index of the last entry of `segments`. */
  firstSegment: ['first_segment', u8],
  flags: ['flags', flags(u8, SR6_FLAG1)],
  tag: ['tag', be16],
} as const

const address = { address: ['segments', blob(16)] } as const
/** Where the segments of a header end: `first_segment` counts them, TLVs (HMAC) may follow. */
const SEGMENTS_FROM = 8
const LAST_ENTRY = 4

const ADDRESS_SIZE = struct('in6_addr', address).span

/** Segments as they lie, the last of the path first (iproute2 prints them the other way), then TLVs. */
const segmentsAndTlvs: Codec<
  { segments: string[]; tlvs?: Uint8Array },
  { segments: readonly string[]; tlvs?: Uint8Array | undefined }
> = {
  kind: 'segments',
  accepts: (b, p, n) => n >= (b[p - SEGMENTS_FROM + LAST_ENTRY]! + 1) * ADDRESS_SIZE,
  read(v, b, p, n, h, s) {
    const end = p + (b[p - SEGMENTS_FROM + LAST_ENTRY]! + 1) * ADDRESS_SIZE
    const segments: string[] = []
    for (let at = p; at < end; at += ADDRESS_SIZE) segments.push(ip.read(v, b, at, ADDRESS_SIZE, h, s))
    return end < p + n ? { segments, tlvs: b.slice(end, p + n) } : { segments }
  },
  write(w, value, h, s) {
    for (const segment of value.segments) ip.write(w, segment, h, s)
    if (value.tlvs) w.raw(value.tlvs)
  },
}

const seg6Encap = trailing(
  struct('seg6_iptunnel_encap', { mode: ['mode', enumeration(s32, SEG6_IPTUN_MODE)], ...segmentRoutingHeader }),
  'path',
  'segments',
  segmentsAndTlvs,
)
const seg6LocalHeader = trailing(struct('ipv6_sr_hdr', segmentRoutingHeader), 'path', 'segments', segmentsAndTlvs)

const SEG6 = attributes('SEG6_IPTUNNEL', () => ({
  srh: [1, 'SEG6_IPTUNNEL_SRH', seg6Encap],
  // Newer than Linux 6.18.
  src: [2, 'SEG6_IPTUNNEL_SRC', ip],
  table: [3, 'SEG6_IPTUNNEL_TABLE', enumeration(u32, RT_TABLE)],
}))

/** SEG6_LOCAL_ACTION_*, as iproute2 prints them. */
export const SEG6_LOCAL_ACTION = words('SRv6 action (SEG6_LOCAL_ACTION_*)', {
  End: 1,
  'End.X': 2,
  'End.T': 3,
  'End.DX2': 4,
  'End.DX6': 5,
  'End.DX4': 6,
  'End.DT6': 7,
  'End.DT4': 8,
  'End.B6': 9,
  'End.B6.Encaps': 10,
  'End.BM': 11,
  'End.S': 12,
  'End.AS': 13,
  'End.AM': 14,
  'End.BPF': 15,
  'End.DT46': 16,
})

/** SEG6_LOCAL_FLV_OP_*: bits by number. */
const SEG6_LOCAL_FLV_OP = words('SRv6 flavor (SEG6_LOCAL_FLV_OP_*)', {
  psp: 1 << 1,
  usp: 1 << 2,
  usd: 1 << 3,
  'next-csid': 1 << 4,
})

const SEG6_LOCAL_FLAVORS = attributes('SEG6_LOCAL_FLV', () => ({
  operation: [1, 'SEG6_LOCAL_FLV_OPERATION', flags(u32, SEG6_LOCAL_FLV_OP)],
  locatorBlockBits: [2, 'SEG6_LOCAL_FLV_LCBLOCK_BITS', u8, { json: 'lblen' }],
  locatorNodeBits: [3, 'SEG6_LOCAL_FLV_LCNODE_FN_BITS', u8, { json: 'nflen' }],
}))
const SEG6_LOCAL_COUNTERS = attributes('SEG6_LOCAL_CNT', () => ({
  _pad: [1, 'SEG6_LOCAL_CNT_PAD', bytes],
  packets: [2, 'SEG6_LOCAL_CNT_PACKETS', u64],
  bytes: [3, 'SEG6_LOCAL_CNT_BYTES', u64],
  errors: [4, 'SEG6_LOCAL_CNT_ERRORS', u64],
}))
/** In requests the number is a file descriptor, in answers the program's id. */
const SEG6_LOCAL_BPF = attributes('SEG6_LOCAL_BPF_PROG', () => ({
  program: [1, 'SEG6_LOCAL_BPF_PROG', u32],
  name: [2, 'SEG6_LOCAL_BPF_PROG_NAME', string],
}))

const SEG6_LOCAL = attributes('SEG6_LOCAL', () => ({
  action: [1, 'SEG6_LOCAL_ACTION', enumeration(u32, SEG6_LOCAL_ACTION)],
  srh: [2, 'SEG6_LOCAL_SRH', seg6LocalHeader],
  table: [3, 'SEG6_LOCAL_TABLE', enumeration(u32, RT_TABLE)],
  nh4: [4, 'SEG6_LOCAL_NH4', ip],
  nh6: [5, 'SEG6_LOCAL_NH6', ip],
  iif: [6, 'SEG6_LOCAL_IIF', u32],
  oif: [7, 'SEG6_LOCAL_OIF', u32],
  bpf: [8, 'SEG6_LOCAL_BPF', nest(SEG6_LOCAL_BPF)],
  vrfTable: [9, 'SEG6_LOCAL_VRFTABLE', enumeration(u32, RT_TABLE), { json: 'vrftable' }],
  counters: [10, 'SEG6_LOCAL_COUNTERS', flaggedNest(SEG6_LOCAL_COUNTERS)],
  flavors: [11, 'SEG6_LOCAL_FLAVORS', flaggedNest(SEG6_LOCAL_FLAVORS)],
}))

/** RFC 6554; `compression` holds the bit fields cmpri, cmpre, pad as the kernel lays them. */
const rplHeader = trailing(
  struct('ipv6_rpl_sr_hdr', {
    nextHeader: ['nexthdr', u8],
    headerLength: ['hdrlen', u8],
    type: ['type', u8],
    segmentsLeft: ['segments_left', u8],
    compression: ['cmpri', u32],
  }),
  'segments',
  'segments',
  array({ ...ip, size: ADDRESS_SIZE }),
)
const RPL = attributes('RPL_IPTUNNEL', () => ({ srh: [1, 'RPL_IPTUNNEL_SRH', rplHeader] }))

// ── bpf, ioam6 and xfrm ────────────────────────────────────────────────────

const BPF_PROGRAM = attributes('LWT_BPF_PROG', () => ({
  fd: [1, 'LWT_BPF_PROG_FD', u32],
  name: [2, 'LWT_BPF_PROG_NAME', string],
}))
const BPF = attributes('LWT_BPF', () => ({
  in: [1, 'LWT_BPF_IN', flaggedNest(BPF_PROGRAM)],
  out: [2, 'LWT_BPF_OUT', flaggedNest(BPF_PROGRAM)],
  xmit: [3, 'LWT_BPF_XMIT', flaggedNest(BPF_PROGRAM)],
  xmitHeadroom: [4, 'LWT_BPF_XMIT_HEADROOM', u32, { json: 'headroom' }],
}))

const ioam6Trace = struct('ioam6_trace_hdr', {
  namespaceId: ['namespace_id', be16],
  /** Bits 3–7: words (of 4 bytes) a node adds; bit 2: overflow. */
  nodeLength: ['nodelen', u8],
  /** Bits 0–6: words (of 4 bytes) that are left. */
  remainingLength: ['remlen', u8],
  /** Which data a node adds, from the highest bit on. */
  type: ['type', be32],
})
const IOAM6 = attributes('IOAM6_IPTUNNEL', () => ({
  mode: [
    1,
    'IOAM6_IPTUNNEL_MODE',
    enumeration(u8, words('IOAM mode (IOAM6_IPTUNNEL_MODE_*)', { inline: 1, encap: 2, auto: 3 })),
  ],
  dst: [2, 'IOAM6_IPTUNNEL_DST', ip, { json: 'tundst' }],
  trace: [3, 'IOAM6_IPTUNNEL_TRACE', ioam6Trace],
  frequencyK: [4, 'IOAM6_IPTUNNEL_FREQ_K', u32, { json: 'freqk' }],
  frequencyN: [5, 'IOAM6_IPTUNNEL_FREQ_N', u32, { json: 'freqn' }],
  // Since Linux 6.12.
  src: [6, 'IOAM6_IPTUNNEL_SRC', ip, { json: 'tunsrc' }],
}))

const XFRM = attributes('LWT_XFRM', () => ({
  ifId: [1, 'LWT_XFRM_IF_ID', u32, { json: 'if_id' }],
  link: [2, 'LWT_XFRM_LINK', u32, { json: 'link_dev' }],
}))

// ── the selector ───────────────────────────────────────────────────────────

const encaps = {
  mpls: flaggedNest(MPLS),
  ip: flaggedNest(IP),
  ila: flaggedNest(ILA),
  ip6: flaggedNest(IP6),
  seg6: flaggedNest(SEG6),
  bpf: flaggedNest(BPF),
  seg6local: flaggedNest(SEG6_LOCAL),
  rpl: flaggedNest(RPL),
  ioam6: flaggedNest(IOAM6),
  xfrm: flaggedNest(XFRM),
}
type Encaps = typeof encaps
export type Encap = Value<Encaps[keyof Encaps]> | Uint8Array
export type EncapInput = Input<Encaps[keyof Encaps]> | Uint8Array

/**
 * RTA_ENCAP or NHA_ENCAP. Its type is an attribute beside it: iproute2 and we may write it before, the kernel writes
 * it right behind (net/core/lwtunnel.c: lwtunnel_fill_encap), so where none was seen yet the next attribute is asked.
 */
export function encap(typeKey: string, typeNumber: number): Codec<Encap, EncapInput> & { readonly flagged: true } {
  const chosen = (word: unknown): Codec<any, any> =>
    typeof word === 'string' && Object.hasOwn(encaps, word) ? encaps[word as keyof Encaps] : bytes
  const find = (v: DataView, p: number, n: number, siblings: Fields): Codec<any, any> => {
    if (siblings[typeKey] !== undefined) return chosen(siblings[typeKey])
    const next = p + align4(n)
    if (next + 6 > v.byteLength || v.getUint16(next, true) !== 6) return bytes
    if ((v.getUint16(next + 2, true) & NLA_TYPE_MASK) !== typeNumber) return bytes
    return chosen(valueWord(LWTUNNEL_ENCAP, v.getUint16(next + 4, true)))
  }
  return {
    kind: 'encap',
    flagged: true,
    read: (v, b, p, n, h, s) => find(v, p, n, s).read(v, b, p, n, h, s),
    write(w, value, h, s) {
      const codec = value instanceof Uint8Array ? bytes : chosen(s[typeKey])
      codec.write(w, value, h, s)
    },
    dissect(node, v, b, p, n, h, s) {
      const codec = find(v, p, n, s)
      if (codec === bytes || !readable(codec, b, p, n)) {
        node.bytes = b.slice(p, p + n)
        return
      }
      node.codec = codec
      codec.dissect!(node, v, b, p, n, h, s)
    },
    sound: (v, b, p, n, h, s) => soundPayload(find(v, p, n, s), v, b, p, n, h, s),
  }
}

/** RTA_ENCAP_TYPE or NHA_ENCAP_TYPE. */
export const encapType = enumeration(u16, LWTUNNEL_ENCAP)
