// nf_tables expressions: what a rule is made of, and the data of each by its name (`cmp`, `payload`, …); and what
// stateful objects hold, by their type. include/uapi/linux/netfilter/{nf_tables.h,nf_tables_compat.h} (Linux 6.1; what is
// newer says since when); net/netfilter/nft_*.c. Numbers are in network byte order.
import { be16, be32, be64, bytes, enumeration, flags, ip, string, u8, u32 } from '../netlink/codec.ts'
import { lazy } from '../netlink/lazy.ts'
import { attributes, bySibling, flaggedNest, many } from '../netlink/schema.ts'
import type { Table } from '../netlink/table.ts'
import { words } from '../netlink/words.ts'
import { TIMEOUT_DATA } from './timeout.ts'
import { FAMILY, IPPROTO, L3PROTO, NAT_FLAGS, VERDICT_CODE } from './words.ts'

const REGISTER = lazy(() =>
  enumeration(
    be32,
    words('register', {
      reg_verdict: 0,
      reg_1: 1,
      reg_2: 2,
      reg_3: 3,
      reg_4: 4,
      reg32_00: 8,
      reg32_01: 9,
      reg32_02: 10,
      reg32_03: 11,
      reg32_04: 12,
      reg32_05: 13,
      reg32_06: 14,
      reg32_07: 15,
      reg32_08: 16,
      reg32_09: 17,
      reg32_10: 18,
      reg32_11: 19,
      reg32_12: 20,
      reg32_13: 21,
      reg32_14: 22,
      reg32_15: 23,
    }),
  ),
)
export const VERDICT: () => Table = lazy(() =>
  attributes('NFTA_VERDICT', () => ({
    code: [1, 'NFTA_VERDICT_CODE', VERDICT_CODE()],
    chain: [2, 'NFTA_VERDICT_CHAIN', string],
    chainId: [3, 'NFTA_VERDICT_CHAIN_ID', be32],
  })),
)

export const DATA: () => Table = lazy(() =>
  attributes('NFTA_DATA', () => ({
    value: [1, 'NFTA_DATA_VALUE', bytes],
    verdict: [2, 'NFTA_DATA_VERDICT', flaggedNest(VERDICT)],
  })),
)

// ── expressions, by name ──────────────────────────────────────────────────────

const IMMEDIATE = lazy(() =>
  attributes('NFTA_IMMEDIATE', () => ({
    destinationRegister: [1, 'NFTA_IMMEDIATE_DREG', REGISTER()],
    data: [2, 'NFTA_IMMEDIATE_DATA', flaggedNest(DATA)],
  })),
)

const BITWISE_OP = lazy(() =>
  enumeration(be32, words('bitwise operation (NFT_BITWISE_*)', { mask_xor: 0, lshift: 1, rshift: 2 })),
)
const BITWISE = lazy(() =>
  attributes('NFTA_BITWISE', () => ({
    sourceRegister: [1, 'NFTA_BITWISE_SREG', REGISTER()],
    destinationRegister: [2, 'NFTA_BITWISE_DREG', REGISTER()],
    length: [3, 'NFTA_BITWISE_LEN', be32],
    mask: [4, 'NFTA_BITWISE_MASK', flaggedNest(DATA)],
    xor: [5, 'NFTA_BITWISE_XOR', flaggedNest(DATA)],
    operation: [6, 'NFTA_BITWISE_OP', BITWISE_OP()],
    data: [7, 'NFTA_BITWISE_DATA', flaggedNest(DATA)],
    // Since Linux 6.13.
    sourceRegister2: [8, 'NFTA_BITWISE_SREG2', REGISTER()],
  })),
)

const BYTEORDER_OP = lazy(() =>
  enumeration(be32, words('byte order operation (NFT_BYTEORDER_*)', { ntoh: 0, hton: 1 })),
)
const BYTEORDER = lazy(() =>
  attributes('NFTA_BYTEORDER', () => ({
    sourceRegister: [1, 'NFTA_BYTEORDER_SREG', REGISTER()],
    destinationRegister: [2, 'NFTA_BYTEORDER_DREG', REGISTER()],
    operation: [3, 'NFTA_BYTEORDER_OP', BYTEORDER_OP()],
    length: [4, 'NFTA_BYTEORDER_LEN', be32],
    size: [5, 'NFTA_BYTEORDER_SIZE', be32],
  })),
)

const CMP_OP = lazy(() =>
  enumeration(be32, words('comparison (NFT_CMP_*)', { eq: 0, neq: 1, lt: 2, lte: 3, gt: 4, gte: 5 })),
)
const CMP = lazy(() =>
  attributes('NFTA_CMP', () => ({
    sourceRegister: [1, 'NFTA_CMP_SREG', REGISTER()],
    operation: [2, 'NFTA_CMP_OP', CMP_OP()],
    data: [3, 'NFTA_CMP_DATA', flaggedNest(DATA)],
  })),
)

const RANGE_OP = lazy(() => enumeration(be32, words('range operation (NFT_RANGE_*)', { eq: 0, neq: 1 })))
const RANGE = lazy(() =>
  attributes('NFTA_RANGE', () => ({
    sourceRegister: [1, 'NFTA_RANGE_SREG', REGISTER()],
    operation: [2, 'NFTA_RANGE_OP', RANGE_OP()],
    from: [3, 'NFTA_RANGE_FROM_DATA', flaggedNest(DATA)],
    to: [4, 'NFTA_RANGE_TO_DATA', flaggedNest(DATA)],
  })),
)

const LOOKUP_FLAGS = lazy(() => flags(be32, words('lookup flag (NFT_LOOKUP_F_*)', { inv: 1 })))
const LOOKUP = lazy(() =>
  attributes('NFTA_LOOKUP', () => ({
    set: [1, 'NFTA_LOOKUP_SET', string],
    sourceRegister: [2, 'NFTA_LOOKUP_SREG', REGISTER()],
    destinationRegister: [3, 'NFTA_LOOKUP_DREG', REGISTER()],
    setId: [4, 'NFTA_LOOKUP_SET_ID', be32],
    flags: [5, 'NFTA_LOOKUP_FLAGS', LOOKUP_FLAGS()],
  })),
)

const DYNSET_OP = lazy(() =>
  enumeration(be32, words('dynset operation (NFT_DYNSET_OP_*)', { add: 0, update: 1, delete: 2 })),
)
const DYNSET_FLAGS = lazy(() => flags(be32, words('dynset flag (NFT_DYNSET_F_*)', { inv: 1, expr: 2 })))
const DYNSET: () => Table = lazy(() =>
  attributes('NFTA_DYNSET', () => ({
    setName: [1, 'NFTA_DYNSET_SET_NAME', string],
    setId: [2, 'NFTA_DYNSET_SET_ID', be32],
    operation: [3, 'NFTA_DYNSET_OP', DYNSET_OP()],
    keyRegister: [4, 'NFTA_DYNSET_SREG_KEY', REGISTER()],
    dataRegister: [5, 'NFTA_DYNSET_SREG_DATA', REGISTER()],
    timeout: [6, 'NFTA_DYNSET_TIMEOUT', be64],
    expression: [7, 'NFTA_DYNSET_EXPR', flaggedNest(EXPRESSION)],
    _pad: [8, 'NFTA_DYNSET_PAD', bytes],
    flags: [9, 'NFTA_DYNSET_FLAGS', DYNSET_FLAGS()],
    expressions: [10, 'NFTA_DYNSET_EXPRESSIONS', flaggedNest(EXPRESSIONS)],
  })),
)

const PAYLOAD_BASE = lazy(() =>
  enumeration(
    be32,
    words('payload base (NFT_PAYLOAD_*)', { ll_header: 0, network_header: 1, transport_header: 2, inner_header: 3 }),
  ),
)
const CHECKSUM_TYPE = lazy(() =>
  enumeration(be32, words('checksum (NFT_PAYLOAD_CSUM_*)', { none: 0, inet: 1, sctp: 2 })),
)
const CHECKSUM_FLAGS = lazy(() => flags(be32, words('checksum flag (NFT_PAYLOAD_L4CSUM_*)', { pseudohdr: 1 })))
const PAYLOAD = lazy(() =>
  attributes('NFTA_PAYLOAD', () => ({
    destinationRegister: [1, 'NFTA_PAYLOAD_DREG', REGISTER()],
    base: [2, 'NFTA_PAYLOAD_BASE', PAYLOAD_BASE()],
    offset: [3, 'NFTA_PAYLOAD_OFFSET', be32],
    length: [4, 'NFTA_PAYLOAD_LEN', be32],
    sourceRegister: [5, 'NFTA_PAYLOAD_SREG', REGISTER()],
    checksumType: [6, 'NFTA_PAYLOAD_CSUM_TYPE', CHECKSUM_TYPE()],
    checksumOffset: [7, 'NFTA_PAYLOAD_CSUM_OFFSET', be32],
    checksumFlags: [8, 'NFTA_PAYLOAD_CSUM_FLAGS', CHECKSUM_FLAGS()],
  })),
)

const EXTHDR_FLAGS = lazy(() => flags(be32, words('extension header flag (NFT_EXTHDR_F_*)', { present: 1 })))
const EXTHDR_OP = lazy(() =>
  enumeration(
    be32,
    words('extension header kind (NFT_EXTHDR_OP_*)', { ipv6: 0, tcpopt: 1, ipv4: 2, sctp: 3, dccp: 4 }),
  ),
)
const EXTHDR = lazy(() =>
  attributes('NFTA_EXTHDR', () => ({
    destinationRegister: [1, 'NFTA_EXTHDR_DREG', REGISTER()],
    type: [2, 'NFTA_EXTHDR_TYPE', u8],
    offset: [3, 'NFTA_EXTHDR_OFFSET', be32],
    length: [4, 'NFTA_EXTHDR_LEN', be32],
    flags: [5, 'NFTA_EXTHDR_FLAGS', EXTHDR_FLAGS()],
    operation: [6, 'NFTA_EXTHDR_OP', EXTHDR_OP()],
    sourceRegister: [7, 'NFTA_EXTHDR_SREG', REGISTER()],
  })),
)

const META_KEY = lazy(() =>
  enumeration(
    be32,
    words('meta key (NFT_META_*)', {
      len: 0,
      protocol: 1,
      priority: 2,
      mark: 3,
      iif: 4,
      oif: 5,
      iifname: 6,
      oifname: 7,
      iftype: 8,
      oiftype: 9,
      skuid: 10,
      skgid: 11,
      nftrace: 12,
      rtclassid: 13,
      secmark: 14,
      nfproto: 15,
      l4proto: 16,
      bri_iifname: 17,
      bri_oifname: 18,
      pkttype: 19,
      cpu: 20,
      iifgroup: 21,
      oifgroup: 22,
      cgroup: 23,
      prandom: 24,
      secpath: 25,
      iifkind: 26,
      oifkind: 27,
      bri_iifpvid: 28,
      bri_iifvproto: 29,
      time_ns: 30,
      time_day: 31,
      time_hour: 32,
      sdif: 33,
      sdifname: 34,
      bri_broute: 35,
    }),
  ),
)
const META = lazy(() =>
  attributes('NFTA_META', () => ({
    destinationRegister: [1, 'NFTA_META_DREG', REGISTER()],
    key: [2, 'NFTA_META_KEY', META_KEY()],
    sourceRegister: [3, 'NFTA_META_SREG', REGISTER()],
  })),
)

const RT_KEY = lazy(() =>
  enumeration(be32, words('route key (NFT_RT_*)', { classid: 0, nexthop4: 1, nexthop6: 2, tcpmss: 3, xfrm: 4 })),
)
const RT = lazy(() =>
  attributes('NFTA_RT', () => ({
    destinationRegister: [1, 'NFTA_RT_DREG', REGISTER()],
    key: [2, 'NFTA_RT_KEY', RT_KEY()],
  })),
)

const HASH_TYPE = lazy(() => enumeration(be32, words('hash (NFT_HASH_*)', { jenkins: 0, sym: 1 })))
const HASH = lazy(() =>
  attributes('NFTA_HASH', () => ({
    sourceRegister: [1, 'NFTA_HASH_SREG', REGISTER()],
    destinationRegister: [2, 'NFTA_HASH_DREG', REGISTER()],
    length: [3, 'NFTA_HASH_LEN', be32],
    modulus: [4, 'NFTA_HASH_MODULUS', be32],
    seed: [5, 'NFTA_HASH_SEED', be32],
    offset: [6, 'NFTA_HASH_OFFSET', be32],
    type: [7, 'NFTA_HASH_TYPE', HASH_TYPE()],
    setName: [8, 'NFTA_HASH_SET_NAME', string],
    setId: [9, 'NFTA_HASH_SET_ID', be32],
  })),
)

const SOCKET_KEY = lazy(() =>
  enumeration(be32, words('socket key (NFT_SOCKET_*)', { transparent: 0, mark: 1, wildcard: 2, cgroupv2: 3 })),
)
const SOCKET = lazy(() =>
  attributes('NFTA_SOCKET', () => ({
    key: [1, 'NFTA_SOCKET_KEY', SOCKET_KEY()],
    destinationRegister: [2, 'NFTA_SOCKET_DREG', REGISTER()],
    level: [3, 'NFTA_SOCKET_LEVEL', be32],
  })),
)

const CT_KEY = lazy(() =>
  enumeration(
    be32,
    words('conntrack key (NFT_CT_*)', {
      state: 0,
      direction: 1,
      status: 2,
      mark: 3,
      secmark: 4,
      expiration: 5,
      helper: 6,
      l3protocol: 7,
      src: 8,
      dst: 9,
      protocol: 10,
      proto_src: 11,
      proto_dst: 12,
      labels: 13,
      pkts: 14,
      bytes: 15,
      avgpkt: 16,
      zone: 17,
      eventmask: 18,
      src_ip: 19,
      dst_ip: 20,
      src_ip6: 21,
      dst_ip6: 22,
      id: 23,
    }),
  ),
)
const CT = lazy(() =>
  attributes('NFTA_CT', () => ({
    destinationRegister: [1, 'NFTA_CT_DREG', REGISTER()],
    key: [2, 'NFTA_CT_KEY', CT_KEY()],
    direction: [3, 'NFTA_CT_DIRECTION', u8],
    sourceRegister: [4, 'NFTA_CT_SREG', REGISTER()],
  })),
)

const FLOW = lazy(() =>
  attributes('NFTA_FLOW', () => ({
    tableName: [1, 'NFTA_FLOW_TABLE_NAME', string],
  })),
)

const LIMIT_TYPE = lazy(() => enumeration(be32, words('limit (NFT_LIMIT_*)', { pkts: 0, pkt_bytes: 1 })))
const LIMIT_FLAGS = lazy(() => flags(be32, words('limit flag (NFT_LIMIT_F_*)', { inv: 1 })))
const LIMIT = lazy(() =>
  attributes('NFTA_LIMIT', () => ({
    rate: [1, 'NFTA_LIMIT_RATE', be64],
    unit: [2, 'NFTA_LIMIT_UNIT', be64],
    burst: [3, 'NFTA_LIMIT_BURST', be32],
    type: [4, 'NFTA_LIMIT_TYPE', LIMIT_TYPE()],
    flags: [5, 'NFTA_LIMIT_FLAGS', LIMIT_FLAGS()],
    _pad: [6, 'NFTA_LIMIT_PAD', bytes],
  })),
)

const CONNLIMIT_FLAGS = lazy(() => flags(be32, words('connection limit flag (NFT_CONNLIMIT_F_*)', { inv: 1 })))
const CONNLIMIT = lazy(() =>
  attributes('NFTA_CONNLIMIT', () => ({
    count: [1, 'NFTA_CONNLIMIT_COUNT', be32],
    flags: [2, 'NFTA_CONNLIMIT_FLAGS', CONNLIMIT_FLAGS()],
  })),
)

export const COUNTER = lazy(() =>
  attributes('NFTA_COUNTER', () => ({
    bytes: [1, 'NFTA_COUNTER_BYTES', be64],
    packets: [2, 'NFTA_COUNTER_PACKETS', be64],
    _pad: [3, 'NFTA_COUNTER_PAD', bytes],
  })),
)

const LAST = lazy(() =>
  attributes('NFTA_LAST', () => ({
    set: [1, 'NFTA_LAST_SET', be32],
    milliseconds: [2, 'NFTA_LAST_MSECS', be64],
    _pad: [3, 'NFTA_LAST_PAD', bytes],
  })),
)

const LOG_LEVEL = lazy(() =>
  enumeration(
    be32,
    words('log level (NFT_LOGLEVEL_*)', {
      emerg: 0,
      alert: 1,
      crit: 2,
      err: 3,
      warning: 4,
      notice: 5,
      info: 6,
      debug: 7,
      audit: 8,
    }),
  ),
)
const LOG = lazy(() =>
  attributes('NFTA_LOG', () => ({
    group: [1, 'NFTA_LOG_GROUP', be16],
    prefix: [2, 'NFTA_LOG_PREFIX', string],
    snaplen: [3, 'NFTA_LOG_SNAPLEN', be32],
    queueThreshold: [4, 'NFTA_LOG_QTHRESHOLD', be16],
    level: [5, 'NFTA_LOG_LEVEL', LOG_LEVEL()],
    flags: [6, 'NFTA_LOG_FLAGS', be32],
  })),
)

const QUEUE_FLAGS = lazy(() => flags(be16, words('queue flag (NFT_QUEUE_FLAG_*)', { bypass: 1, cpu_fanout: 2 })))
const QUEUE = lazy(() =>
  attributes('NFTA_QUEUE', () => ({
    number: [1, 'NFTA_QUEUE_NUM', be16],
    total: [2, 'NFTA_QUEUE_TOTAL', be16],
    flags: [3, 'NFTA_QUEUE_FLAGS', QUEUE_FLAGS()],
    numberRegister: [4, 'NFTA_QUEUE_SREG_QNUM', REGISTER()],
  })),
)

const QUOTA_FLAGS = lazy(() => flags(be32, words('quota flag (NFT_QUOTA_F_*)', { inv: 1, depleted: 2 })))
const QUOTA = lazy(() =>
  attributes('NFTA_QUOTA', () => ({
    bytes: [1, 'NFTA_QUOTA_BYTES', be64],
    flags: [2, 'NFTA_QUOTA_FLAGS', QUOTA_FLAGS()],
    _pad: [3, 'NFTA_QUOTA_PAD', bytes],
    consumed: [4, 'NFTA_QUOTA_CONSUMED', be64],
  })),
)

const REJECT_TYPE = lazy(() =>
  enumeration(be32, words('rejection (NFT_REJECT_*)', { icmp_unreach: 0, tcp_rst: 1, icmpx_unreach: 2 })),
)
const REJECT = lazy(() =>
  attributes('NFTA_REJECT', () => ({
    type: [1, 'NFTA_REJECT_TYPE', REJECT_TYPE()],
    icmpCode: [2, 'NFTA_REJECT_ICMP_CODE', u8],
  })),
)

const NAT_TYPE = lazy(() => enumeration(be32, words('translation (NFT_NAT_*)', { snat: 0, dnat: 1 })))
const NAT = lazy(() =>
  attributes('NFTA_NAT', () => ({
    type: [1, 'NFTA_NAT_TYPE', NAT_TYPE()],
    family: [2, 'NFTA_NAT_FAMILY', FAMILY()],
    minAddressRegister: [3, 'NFTA_NAT_REG_ADDR_MIN', REGISTER()],
    maxAddressRegister: [4, 'NFTA_NAT_REG_ADDR_MAX', REGISTER()],
    minProtocolRegister: [5, 'NFTA_NAT_REG_PROTO_MIN', REGISTER()],
    maxProtocolRegister: [6, 'NFTA_NAT_REG_PROTO_MAX', REGISTER()],
    flags: [7, 'NFTA_NAT_FLAGS', NAT_FLAGS()],
  })),
)

const TPROXY = lazy(() =>
  attributes('NFTA_TPROXY', () => ({
    family: [1, 'NFTA_TPROXY_FAMILY', FAMILY()],
    addressRegister: [2, 'NFTA_TPROXY_REG_ADDR', REGISTER()],
    portRegister: [3, 'NFTA_TPROXY_REG_PORT', REGISTER()],
  })),
)

const MASQ = lazy(() =>
  attributes('NFTA_MASQ', () => ({
    flags: [1, 'NFTA_MASQ_FLAGS', NAT_FLAGS()],
    minProtocolRegister: [2, 'NFTA_MASQ_REG_PROTO_MIN', REGISTER()],
    maxProtocolRegister: [3, 'NFTA_MASQ_REG_PROTO_MAX', REGISTER()],
  })),
)

const REDIR = lazy(() =>
  attributes('NFTA_REDIR', () => ({
    minProtocolRegister: [1, 'NFTA_REDIR_REG_PROTO_MIN', REGISTER()],
    maxProtocolRegister: [2, 'NFTA_REDIR_REG_PROTO_MAX', REGISTER()],
    flags: [3, 'NFTA_REDIR_FLAGS', NAT_FLAGS()],
  })),
)

const DUP = lazy(() =>
  attributes('NFTA_DUP', () => ({
    addressRegister: [1, 'NFTA_DUP_SREG_ADDR', REGISTER()],
    deviceRegister: [2, 'NFTA_DUP_SREG_DEV', REGISTER()],
  })),
)

const FWD = lazy(() =>
  attributes('NFTA_FWD', () => ({
    deviceRegister: [1, 'NFTA_FWD_SREG_DEV', REGISTER()],
    addressRegister: [2, 'NFTA_FWD_SREG_ADDR', REGISTER()],
    nfproto: [3, 'NFTA_FWD_NFPROTO', FAMILY()],
  })),
)

const OBJREF = lazy(() =>
  attributes('NFTA_OBJREF', () => ({
    type: [1, 'NFTA_OBJREF_IMM_TYPE', OBJECT_TYPE()],
    name: [2, 'NFTA_OBJREF_IMM_NAME', string],
    setRegister: [3, 'NFTA_OBJREF_SET_SREG', REGISTER()],
    setName: [4, 'NFTA_OBJREF_SET_NAME', string],
    setId: [5, 'NFTA_OBJREF_SET_ID', be32],
  })),
)

const FIB_RESULT = lazy(() =>
  enumeration(be32, words('fib result (NFT_FIB_RESULT_*)', { unspec: 0, oif: 1, oifname: 2, addrtype: 3 })),
)
const FIB_FLAGS = lazy(() =>
  flags(be32, words('fib flag (NFTA_FIB_F_*)', { saddr: 1, daddr: 2, mark: 4, iif: 8, oif: 16, present: 32 })),
)
const FIB = lazy(() =>
  attributes('NFTA_FIB', () => ({
    destinationRegister: [1, 'NFTA_FIB_DREG', REGISTER()],
    result: [2, 'NFTA_FIB_RESULT', FIB_RESULT()],
    flags: [3, 'NFTA_FIB_FLAGS', FIB_FLAGS()],
  })),
)

const OSF_FLAGS = lazy(() => flags(be32, words('osf flag (NFT_OSF_F_*)', { version: 1 })))
const OSF = lazy(() =>
  attributes('NFTA_OSF', () => ({
    destinationRegister: [1, 'NFTA_OSF_DREG', REGISTER()],
    ttl: [2, 'NFTA_OSF_TTL', u8],
    flags: [3, 'NFTA_OSF_FLAGS', OSF_FLAGS()],
  })),
)

const SYNPROXY = lazy(() =>
  attributes('NFTA_SYNPROXY', () => ({
    mss: [1, 'NFTA_SYNPROXY_MSS', be16],
    wscale: [2, 'NFTA_SYNPROXY_WSCALE', u8],
    flags: [3, 'NFTA_SYNPROXY_FLAGS', be32],
  })),
)

const XFRM_KEY = lazy(() =>
  enumeration(
    be32,
    words('xfrm key (NFT_XFRM_KEY_*)', {
      unspec: 0,
      daddr_ip4: 1,
      daddr_ip6: 2,
      saddr_ip4: 3,
      saddr_ip6: 4,
      reqid: 5,
      spi: 6,
    }),
  ),
)
const XFRM = lazy(() =>
  attributes('NFTA_XFRM', () => ({
    destinationRegister: [1, 'NFTA_XFRM_DREG', REGISTER()],
    key: [2, 'NFTA_XFRM_KEY', XFRM_KEY()],
    direction: [3, 'NFTA_XFRM_DIR', u8],
    spnum: [4, 'NFTA_XFRM_SPNUM', be32],
  })),
)

const NUMGEN_TYPE = lazy(() => enumeration(be32, words('number generator (NFT_NG_*)', { incremental: 0, random: 1 })))
const NUMGEN = lazy(() =>
  attributes('NFTA_NG', () => ({
    destinationRegister: [1, 'NFTA_NG_DREG', REGISTER()],
    modulus: [2, 'NFTA_NG_MODULUS', be32],
    type: [3, 'NFTA_NG_TYPE', NUMGEN_TYPE()],
    offset: [4, 'NFTA_NG_OFFSET', be32],
    setName: [5, 'NFTA_NG_SET_NAME', string],
    setId: [6, 'NFTA_NG_SET_ID', be32],
  })),
)

const TUNNEL_KEY = lazy(() => enumeration(be32, words('tunnel key (NFT_TUNNEL_*)', { path: 0, id: 1 })))
const TUNNEL_MODE = lazy(() => enumeration(be32, words('tunnel mode (NFT_TUNNEL_MODE_*)', { none: 0, rx: 1, tx: 2 })))
const TUNNEL = lazy(() =>
  attributes('NFTA_TUNNEL', () => ({
    key: [1, 'NFTA_TUNNEL_KEY', TUNNEL_KEY()],
    destinationRegister: [2, 'NFTA_TUNNEL_DREG', REGISTER()],
    mode: [3, 'NFTA_TUNNEL_MODE', TUNNEL_MODE()],
  })),
)

/** Since Linux 6.2. */
const INNER: () => Table = lazy(() =>
  attributes('NFTA_INNER', () => ({
    number: [1, 'NFTA_INNER_NUM', be32],
    type: [2, 'NFTA_INNER_TYPE', enumeration(be32, words('inner tunnel (NFT_INNER_*)', { vxlan: 0, geneve: 1 }))],
    flags: [
      3,
      'NFTA_INNER_FLAGS',
      flags(be32, words('inner header flag (NFT_INNER_*)', { hdrsize: 1, ll: 2, nh: 4, th: 8 })),
    ],
    headerSize: [4, 'NFTA_INNER_HDRSIZE', be32],
    expression: [5, 'NFTA_INNER_EXPR', flaggedNest(EXPRESSION)],
  })),
)
/** iptables' matches: the data are the match's own C struct. */
const MATCH = lazy(() =>
  attributes('NFTA_MATCH', () => ({
    name: [1, 'NFTA_MATCH_NAME', string],
    revision: [2, 'NFTA_MATCH_REV', be32],
    info: [3, 'NFTA_MATCH_INFO', bytes],
  })),
)

const TARGET = lazy(() =>
  attributes('NFTA_TARGET', () => ({
    name: [1, 'NFTA_TARGET_NAME', string],
    revision: [2, 'NFTA_TARGET_REV', be32],
    info: [3, 'NFTA_TARGET_INFO', bytes],
  })),
)

const NOTHING = lazy(() => attributes('NFTA_EXPR_DATA', () => ({})))

const DATA_OF = lazy(() => ({
  immediate: flaggedNest(IMMEDIATE),
  bitwise: flaggedNest(BITWISE),
  byteorder: flaggedNest(BYTEORDER),
  cmp: flaggedNest(CMP),
  range: flaggedNest(RANGE),
  lookup: flaggedNest(LOOKUP),
  dynset: flaggedNest(DYNSET),
  payload: flaggedNest(PAYLOAD),
  exthdr: flaggedNest(EXTHDR),
  meta: flaggedNest(META),
  rt: flaggedNest(RT),
  hash: flaggedNest(HASH),
  socket: flaggedNest(SOCKET),
  ct: flaggedNest(CT),
  flow_offload: flaggedNest(FLOW),
  limit: flaggedNest(LIMIT),
  connlimit: flaggedNest(CONNLIMIT),
  counter: flaggedNest(COUNTER),
  last: flaggedNest(LAST),
  log: flaggedNest(LOG),
  queue: flaggedNest(QUEUE),
  quota: flaggedNest(QUOTA),
  reject: flaggedNest(REJECT),
  nat: flaggedNest(NAT),
  tproxy: flaggedNest(TPROXY),
  masq: flaggedNest(MASQ),
  redir: flaggedNest(REDIR),
  dup: flaggedNest(DUP),
  fwd: flaggedNest(FWD),
  objref: flaggedNest(OBJREF),
  fib: flaggedNest(FIB),
  osf: flaggedNest(OSF),
  synproxy: flaggedNest(SYNPROXY),
  xfrm: flaggedNest(XFRM),
  numgen: flaggedNest(NUMGEN),
  tunnel: flaggedNest(TUNNEL),
  inner: flaggedNest(INNER),
  match: flaggedNest(MATCH),
  target: flaggedNest(TARGET),
  notrack: flaggedNest(NOTHING),
}))

export const EXPRESSION: () => Table = lazy(() =>
  attributes('NFTA_EXPR', () => ({
    name: [1, 'NFTA_EXPR_NAME', string],
    data: [2, 'NFTA_EXPR_DATA', bySibling('name', DATA_OF)],
  })),
)

/** A list of them (enum nft_list_attributes). */
export const EXPRESSIONS: () => Table = lazy(() =>
  attributes('NFTA_LIST', () => ({ elements: [1, 'NFTA_LIST_ELEM', many(flaggedNest(EXPRESSION))] })),
)

// ── stateful objects, by type ─────────────────────────────────────────────────

const CT_HELPER = lazy(() =>
  attributes('NFTA_CT_HELPER', () => ({
    name: [1, 'NFTA_CT_HELPER_NAME', string],
    l3Protocol: [2, 'NFTA_CT_HELPER_L3PROTO', L3PROTO()],
    l4Protocol: [3, 'NFTA_CT_HELPER_L4PROTO', IPPROTO()],
  })),
)

const CT_TIMEOUT = lazy(() =>
  attributes('NFTA_CT_TIMEOUT', () => ({
    l3Protocol: [1, 'NFTA_CT_TIMEOUT_L3PROTO', L3PROTO()],
    l4Protocol: [2, 'NFTA_CT_TIMEOUT_L4PROTO', IPPROTO()],
    data: [3, 'NFTA_CT_TIMEOUT_DATA', bySibling('l4Protocol', TIMEOUT_DATA)],
  })),
)

const CT_EXPECT = lazy(() =>
  attributes('NFTA_CT_EXPECT', () => ({
    l3Protocol: [1, 'NFTA_CT_EXPECT_L3PROTO', L3PROTO()],
    l4Protocol: [2, 'NFTA_CT_EXPECT_L4PROTO', IPPROTO()],
    destinationPort: [3, 'NFTA_CT_EXPECT_DPORT', be16],
    timeout: [4, 'NFTA_CT_EXPECT_TIMEOUT', u32],
    size: [5, 'NFTA_CT_EXPECT_SIZE', u8],
  })),
)

const SECMARK = lazy(() =>
  attributes('NFTA_SECMARK', () => ({
    context: [1, 'NFTA_SECMARK_CTX', string],
  })),
)

const TUNNEL_IP = lazy(() =>
  attributes('NFTA_TUNNEL_KEY_IP', () => ({
    src: [1, 'NFTA_TUNNEL_KEY_IP_SRC', ip],
    dst: [2, 'NFTA_TUNNEL_KEY_IP_DST', ip],
  })),
)

const TUNNEL_IP6 = lazy(() =>
  attributes('NFTA_TUNNEL_KEY_IP6', () => ({
    src: [1, 'NFTA_TUNNEL_KEY_IP6_SRC', ip],
    dst: [2, 'NFTA_TUNNEL_KEY_IP6_DST', ip],
    flowLabel: [3, 'NFTA_TUNNEL_KEY_IP6_FLOWLABEL', be32],
  })),
)

const TUNNEL_VXLAN = lazy(() =>
  attributes('NFTA_TUNNEL_KEY_VXLAN', () => ({
    gbp: [1, 'NFTA_TUNNEL_KEY_VXLAN_GBP', be32],
  })),
)

const TUNNEL_ERSPAN = lazy(() =>
  attributes('NFTA_TUNNEL_KEY_ERSPAN', () => ({
    version: [1, 'NFTA_TUNNEL_KEY_ERSPAN_VERSION', be32],
    v1Index: [2, 'NFTA_TUNNEL_KEY_ERSPAN_V1_INDEX', be32],
    v2Hwid: [3, 'NFTA_TUNNEL_KEY_ERSPAN_V2_HWID', u8],
    v2Direction: [4, 'NFTA_TUNNEL_KEY_ERSPAN_V2_DIR', u8],
  })),
)

const TUNNEL_GENEVE = lazy(() =>
  attributes('NFTA_TUNNEL_KEY_GENEVE', () => ({
    class: [1, 'NFTA_TUNNEL_KEY_GENEVE_CLASS', be16],
    type: [2, 'NFTA_TUNNEL_KEY_GENEVE_TYPE', u8],
    data: [3, 'NFTA_TUNNEL_KEY_GENEVE_DATA', bytes],
  })),
)

const TUNNEL_OPTIONS = lazy(() =>
  attributes('NFTA_TUNNEL_KEY_OPTS', () => ({
    vxlan: [1, 'NFTA_TUNNEL_KEY_OPTS_VXLAN', flaggedNest(TUNNEL_VXLAN)],
    erspan: [2, 'NFTA_TUNNEL_KEY_OPTS_ERSPAN', flaggedNest(TUNNEL_ERSPAN)],
    geneve: [3, 'NFTA_TUNNEL_KEY_OPTS_GENEVE', many(flaggedNest(TUNNEL_GENEVE))],
  })),
)

const TUNNEL_FLAGS = lazy(() =>
  flags(be32, words('tunnel flag (NFT_TUNNEL_F_*)', { zero_csum_tx: 1, dont_fragment: 2, seq_number: 4 })),
)
const TUNNEL_KEYS = lazy(() =>
  attributes('NFTA_TUNNEL_KEY', () => ({
    id: [1, 'NFTA_TUNNEL_KEY_ID', be32],
    ip: [2, 'NFTA_TUNNEL_KEY_IP', flaggedNest(TUNNEL_IP)],
    ip6: [3, 'NFTA_TUNNEL_KEY_IP6', flaggedNest(TUNNEL_IP6)],
    flags: [4, 'NFTA_TUNNEL_KEY_FLAGS', TUNNEL_FLAGS()],
    tos: [5, 'NFTA_TUNNEL_KEY_TOS', u8],
    ttl: [6, 'NFTA_TUNNEL_KEY_TTL', u8],
    sourcePort: [7, 'NFTA_TUNNEL_KEY_SPORT', be16],
    destinationPort: [8, 'NFTA_TUNNEL_KEY_DPORT', be16],
    options: [9, 'NFTA_TUNNEL_KEY_OPTS', flaggedNest(TUNNEL_OPTIONS)],
  })),
)

export const OBJECT_TYPE = lazy(() =>
  enumeration(
    be32,
    words('object (NFT_OBJECT_*)', {
      unspec: 0,
      counter: 1,
      quota: 2,
      ct_helper: 3,
      limit: 4,
      connlimit: 5,
      tunnel: 6,
      ct_timeout: 7,
      secmark: 8,
      ct_expect: 9,
      synproxy: 10,
    }),
  ),
)
export const OBJECT_DATA = lazy(() => ({
  counter: flaggedNest(COUNTER),
  quota: flaggedNest(QUOTA),
  ct_helper: flaggedNest(CT_HELPER),
  limit: flaggedNest(LIMIT),
  connlimit: flaggedNest(CONNLIMIT),
  tunnel: flaggedNest(TUNNEL_KEYS),
  ct_timeout: flaggedNest(CT_TIMEOUT),
  secmark: flaggedNest(SECMARK),
  ct_expect: flaggedNest(CT_EXPECT),
  synproxy: flaggedNest(SYNPROXY),
}))
