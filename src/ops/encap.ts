// Lightweight tunnels of routes and nexthops: `ip route … encap TYPE …`, as options.

import { InvalidValueError } from '../netlink/table.ts'
import type { EncapInput } from '../route/encap.ts'
import { checkKeys } from './options.ts'
import { Parts, type Pending, ready, type Writers, writeOptions } from './parts.ts'
import { type LinkReference, linkIndex } from './reference.ts'

type TunnelFlag = 'csum' | 'key' | 'seq'

/** MPLS labels are pushed. */
export interface MplsEncap {
  readonly type: 'mpls'
  /** `100/200`, the outermost first. */
  readonly labels: string
  /** Of the labels; left out, the packet's own. */
  readonly ttl?: number | undefined
}

/**
 * What a tunnel device in `external` mode shall use. Linux 6.18 stops at a bug when it is given `geneve` options here,
 * and every user of rtnetlink with it: do not send those to it.
 */
export interface TunnelOptions {
  readonly geneve?: readonly { readonly class: number; readonly type: number; readonly data: Uint8Array }[] | undefined
  readonly vxlan?: { readonly gbp: number } | undefined
  readonly erspan?:
    | {
        readonly version: number
        readonly index?: number | undefined
        readonly direction?: number | undefined
        readonly hwId?: number | undefined
      }
    | undefined
}
export interface IpEncap {
  readonly type: 'ip'
  /** The tunnel's key. */
  readonly id?: number | bigint | undefined
  readonly dst?: string | undefined
  readonly src?: string | undefined
  readonly tos?: number | undefined
  readonly ttl?: number | undefined
  readonly flags?: readonly TunnelFlag[] | undefined
  readonly options?: TunnelOptions | undefined
}
export interface Ip6Encap {
  readonly type: 'ip6'
  readonly id?: number | bigint | undefined
  readonly dst?: string | undefined
  readonly src?: string | undefined
  readonly trafficClass?: number | undefined
  readonly hopLimit?: number | undefined
  readonly flags?: readonly TunnelFlag[] | undefined
  readonly options?: TunnelOptions | undefined
}

/** Segment routing over IPv6: a header with the way is added. */
export interface Seg6Encap {
  readonly type: 'seg6'
  readonly mode: 'inline' | 'encap' | 'l2encap' | 'encap.red' | 'l2encap.red'
  /** In the order in which they are visited. */
  readonly segments: readonly string[]
  /** The id of the key that signs the header. */
  readonly hmac?: number | undefined
}

/** What a node on the way does with what is addressed to it. */
export interface Seg6LocalEncap {
  readonly type: 'seg6local'
  /** `End`, `End.X`, `End.DT4`… */
  readonly action: string
  /** The header that End.B6 and End.B6.Encaps add: segments in the order in which they are visited. */
  readonly segments?: readonly string[] | undefined
  readonly hmac?: number | undefined
  readonly table?: string | number | undefined
  readonly vrfTable?: string | number | undefined
  readonly nh4?: string | undefined
  readonly nh6?: string | undefined
  readonly iif?: LinkReference | undefined
  readonly oif?: LinkReference | undefined
  /** `program`: the descriptor of a loaded one. */
  readonly bpf?: { readonly program: number; readonly name: string } | undefined
  /** `operation`: psp, usp, usd, next-csid; the lengths are in bits. */
  readonly flavors?:
    | {
        readonly operation: readonly ('psp' | 'usp' | 'usd' | 'next-csid')[]
        readonly locatorBlockBits?: number | undefined
        readonly locatorNodeBits?: number | undefined
      }
    | undefined
  /** Count packets, bytes and errors. */
  readonly count?: boolean | undefined
}

/** BPF programs that see the packets: `fd` is a loaded program's descriptor. */
export interface BpfEncap {
  readonly type: 'bpf'
  readonly in?: BpfProgram | undefined
  readonly out?: BpfProgram | undefined
  readonly xmit?: BpfProgram | undefined
  /** Bytes that `xmit` may add in front. */
  readonly xmitHeadroom?: number | undefined
}
interface BpfProgram {
  readonly fd: number
  readonly name: string
}

/** Source routing in low-power networks (RFC 6554). */
export interface RplEncap {
  readonly type: 'rpl'
  /** In the order in which they are visited. */
  readonly segments: readonly string[]
}

/** In-situ operations, administration and maintenance (RFC 9486): a trace is added. */
export interface Ioam6Encap {
  readonly type: 'ioam6'
  /** Left out: inline. */
  readonly mode?: 'inline' | 'encap' | 'auto' | undefined
  /** The tunnel's other end, where the mode has one. */
  readonly dst?: string | undefined
  readonly src?: string | undefined
  /** In `k` of `n` packets; left out, in every one. */
  readonly frequency?: { readonly k: number; readonly n: number } | undefined
  /** What each node adds: 24 bits, as in RFC 9197. */
  readonly traceType: number
  readonly namespace: number
  /** Bytes for the trace, a multiple of 4. */
  readonly size: number
}

/** IPsec policies with this interface id apply. */
export interface XfrmEncap {
  readonly type: 'xfrm'
  readonly ifId: number
  readonly link?: LinkReference | undefined
}

/** Identifier-locator addressing. */
export interface IlaEncap {
  readonly type: 'ila'
  /** 64 bits. */
  readonly locator: bigint
  readonly csumMode?: 'adj-transport' | 'neutral-map' | 'no-action' | 'neutral-map-auto' | undefined
  readonly identType?: 'luid' | 'use-format' | undefined
  readonly hookType?: 'output' | 'input' | undefined
}

export type RouteEncap =
  | MplsEncap
  | IpEncap
  | Ip6Encap
  | Seg6Encap
  | Seg6LocalEncap
  | BpfEncap
  | RplEncap
  | Ioam6Encap
  | XfrmEncap
  | IlaEncap

type EncapType = RouteEncap['type']
type OfType<T extends EncapType> = Extract<RouteEncap, { type: T }>

/** RTA_ENCAP, and behind it what it is. */
export interface EncapAttributes {
  readonly encap: EncapInput
  readonly encapType: EncapType
}

const TUNNEL_KEYS = ['id', 'dst', 'src', 'flags', 'options']

const KEYS: { readonly [T in EncapType]: readonly string[] } = {
  mpls: ['labels', 'ttl'],
  ip: [...TUNNEL_KEYS, 'tos', 'ttl'],
  ip6: [...TUNNEL_KEYS, 'trafficClass', 'hopLimit'],
  seg6: ['mode', 'segments', 'hmac'],
  seg6local: [
    ...['action', 'segments', 'hmac', 'table', 'vrfTable', 'nh4', 'nh6', 'iif', 'oif', 'bpf', 'flavors', 'count'],
  ],
  bpf: ['in', 'out', 'xmit', 'xmitHeadroom'],
  rpl: ['segments'],
  ioam6: ['mode', 'dst', 'src', 'frequency', 'traceType', 'namespace', 'size'],
  xfrm: ['ifId', 'link'],
  ila: ['locator', 'csumMode', 'identType', 'hookType'],
}

/** The attributes of an encapsulation; `key` is where the options have it. */
export function encapAttributes(encap: RouteEncap, key: string): Pending<EncapAttributes> {
  if (typeof encap !== 'object' || encap === null || !Object.hasOwn(KEYS, encap.type))
    throw new InvalidValueError([key], `must be an object whose type is one of: ${Object.keys(KEYS).join(', ')}`)
  const { type, ...options } = encap
  checkKeys(`${key} ${type}`, options, KEYS[type])
  const inner = (MAKE[type] as (encap: RouteEncap, key: string) => Pending<EncapInput>)(encap, key)
  return { needs: inner.needs, value: resolved => ({ encap: inner.value(resolved), encapType: type }) }
}

const asIs = ({ type: _type, ...rest }: RouteEncap): Pending<EncapInput> => ready(rest as EncapInput)

const MAKE: { readonly [T in EncapType]: (encap: OfType<T>, key: string) => Pending<EncapInput> } = {
  mpls: ({ labels, ttl }) => ready({ dst: labels, ttl }),
  ip: asIs,
  ip6: asIs,
  bpf: asIs,
  ila: asIs,
  seg6: ({ mode, segments, hmac }, key) =>
    ready({ srh: { mode, ...routingHeader(mode === 'inline' ? [...segments, '::'] : segments, hmac, key) } }),
  seg6local: (encap, key) => {
    const { type: _type, hmac: _hmac, ...options } = encap
    const parts = new Parts<Record<string, unknown>>()
    writeOptions(options, SEG6_LOCAL, parts, { ...encap, key })
    return parts as Pending<EncapInput>
  },
  rpl: ({ segments }, key) =>
    ready({
      srh: {
        headerLength: 2 * checkSegments(segments, key).length,
        type: RPL_ROUTING_HEADER,
        segmentsLeft: segments.length,
        segments: segments.toReversed(),
      },
    }),
  ioam6: ({ mode = 'inline', dst, src, frequency = { k: 1, n: 1 }, traceType, namespace, size }, key) => {
    if (!(size > 0 && size <= LARGEST_TRACE && size % 4 === 0))
      throw new InvalidValueError([key, 'size'], `must be a multiple of 4 up to ${LARGEST_TRACE}, not ${size}`)
    return ready({
      frequencyK: frequency.k,
      frequencyN: frequency.n,
      mode,
      src,
      dst,
      trace: { namespaceId: namespace, remainingLength: size / 4, type: traceType * 256 },
    })
  },
  xfrm: ({ ifId, link }, key) => {
    const parts = new Parts<Record<string, unknown>>()
    parts.add({ ifId })
    if (link !== undefined) parts.refer(linkIndex(link, `${key}.link`), index => ({ link: index }))
    return parts as Pending<EncapInput>
  },
}

/** The 24 bits of a trace's type are the upper ones of 32; IOAM6_TRACE_DATA_SIZE_MAX bytes of data. */
const LARGEST_TRACE = 244
const RPL_ROUTING_HEADER = 3

type Seg6LocalContext = Seg6LocalEncap & { readonly key: string }
const numbered =
  (name: string) =>
  (parts: Parts<Record<string, unknown>>, link: LinkReference, { key }: Seg6LocalContext) =>
    parts.refer(linkIndex(link, `${key}.${name}`), index => ({ [name]: index }))
const plain = (name: string) => (parts: Parts<Record<string, unknown>>, value: unknown) => parts.add({ [name]: value })

const SEG6_LOCAL: Writers<Omit<Seg6LocalEncap, 'type' | 'hmac'>, Record<string, unknown>, Seg6LocalContext> = {
  action: plain('action'),
  segments: (parts, segments, { hmac, key }) => parts.add({ srh: routingHeader(segments, hmac, key) }),
  table: plain('table'),
  vrfTable: plain('vrfTable'),
  nh4: plain('nh4'),
  nh6: plain('nh6'),
  iif: numbered('iif'),
  oif: numbered('oif'),
  bpf: plain('bpf'),
  flavors: plain('flavors'),
  count: (parts, count) => count && parts.add({ counters: { packets: 0, bytes: 0, errors: 0 } }),
}

const SEGMENT_ROUTING = 4
const SR6_TLV_HMAC = 5
/** struct sr6_tlv_hmac: type, length, two reserved bytes, the key's id, 32 bytes that the kernel fills in. */
const HMAC_BYTES = 40

function checkSegments(segments: readonly string[], key: string): readonly string[] {
  if (!Array.isArray(segments) || segments.length === 0)
    throw new InvalidValueError([key, 'segments'], 'must be a list of IPv6 addresses, at least one')
  return segments
}

/** struct ipv6_sr_hdr. On the wire the last segment of the way is the first. */
function routingHeader(segments: readonly string[], hmac: number | undefined, key: string) {
  const last = checkSegments(segments, key).length - 1
  return {
    headerLength: 2 * segments.length + (hmac === undefined ? 0 : HMAC_BYTES / 8),
    type: SEGMENT_ROUTING,
    segmentsLeft: last,
    firstSegment: last,
    ...(hmac !== undefined && { flags: ['hmac'] as const }),
    path: { segments: segments.toReversed(), ...(hmac !== undefined && { tlvs: hmacTlv(hmac) }) },
  }
}

function hmacTlv(keyId: number): Uint8Array {
  const bytes = new Uint8Array(HMAC_BYTES)
  bytes[0] = SR6_TLV_HMAC
  bytes[1] = HMAC_BYTES - 2
  new DataView(bytes.buffer).setUint32(4, keyId)
  return bytes
}
