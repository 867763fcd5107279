// Connection tracking: connections, expectations and statistics (`conntrack`). Numbers are in network byte order; times
// are seconds, timestamps nanoseconds since 1970. include/uapi/linux/netfilter/{nfnetlink_conntrack.h,
// nf_conntrack_common.h,nf_conntrack_tcp.h,nf_conntrack_sctp.h}; net/netfilter/nf_conntrack_netlink.c.
import { be16, be32, be64, bytes, enumeration, flags, ip, string, u8, u32 } from '../netlink/codec.ts'
import { same } from '../netlink/family.ts'
import { lazy } from '../netlink/lazy.ts'
import { attributes, flaggedNest, message } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import { words } from '../netlink/words.ts'
import { nfgenmsg } from './nfgenmsg.ts'
import { IPPROTO } from './words.ts'

const STATUS = lazy(() =>
  flags(
    be32,
    words('connection status (IPS_*)', {
      expected: 1 << 0,
      seen_reply: 1 << 1,
      assured: 1 << 2,
      confirmed: 1 << 3,
      src_nat: 1 << 4,
      dst_nat: 1 << 5,
      seq_adjust: 1 << 6,
      src_nat_done: 1 << 7,
      dst_nat_done: 1 << 8,
      dying: 1 << 9,
      fixed_timeout: 1 << 10,
      template: 1 << 11,
      untracked: 1 << 12,
      helper: 1 << 13,
      offload: 1 << 14,
      hw_offload: 1 << 15,
    }),
  ),
)
const TCP_STATE = lazy(() =>
  enumeration(
    u8,
    words('TCP state (TCP_CONNTRACK_*)', {
      none: 0,
      syn_sent: 1,
      syn_recv: 2,
      established: 3,
      fin_wait: 4,
      close_wait: 5,
      last_ack: 6,
      time_wait: 7,
      close: 8,
      syn_sent2: 9,
      ignore: 11,
      retrans: 12,
      unack: 13,
    }),
  ),
)
const SCTP_STATE = lazy(() =>
  enumeration(
    u8,
    words('SCTP state (SCTP_CONNTRACK_*)', {
      none: 0,
      closed: 1,
      cookie_wait: 2,
      cookie_echoed: 3,
      established: 4,
      shutdown_sent: 5,
      shutdown_recd: 6,
      shutdown_ack_sent: 7,
      heartbeat_sent: 8,
      heartbeat_acked: 9,
    }),
  ),
)
const tcpFlags = lazy(() => {
  const set = words('TCP tracking flag (IP_CT_TCP_FLAG_*)', {
    window_scale: 0x01,
    sack_perm: 0x02,
    close_init: 0x04,
    be_liberal: 0x08,
    data_unacknowledged: 0x10,
    maxack_set: 0x20,
    challenge_ack: 0x40,
    simultaneous_open: 0x80,
  })
  return struct('nf_ct_tcp_flags', { flags: ['flags', flags(u8, set)], mask: ['mask', flags(u8, set)] })
})
/** Which parts of a tuple a filter compares (CTA_FILTER_F_*, net/netfilter/nf_conntrack_netlink.c). */
const FILTER_FLAGS = lazy(() =>
  words('tuple part', {
    ip_src: 1 << 0,
    ip_dst: 1 << 1,
    zone: 1 << 2,
    proto_num: 1 << 3,
    src_port: 1 << 4,
    dst_port: 1 << 5,
    icmp_type: 1 << 6,
    icmp_code: 1 << 7,
    icmp_id: 1 << 8,
    icmpv6_type: 1 << 9,
    icmpv6_code: 1 << 10,
    icmpv6_id: 1 << 11,
  }),
)
/** Where a packet stands in its connection. */
export const CT_INFO = lazy(() =>
  enumeration(
    be32,
    words('conntrack information', {
      established: 0,
      related: 1,
      new: 2,
      established_reply: 3,
      related_reply: 4,
      new_reply: 5,
    }),
  ),
)

const IP = lazy(() =>
  attributes('CTA_IP', () => ({
    v4Source: [1, 'CTA_IP_V4_SRC', ip],
    v4Destination: [2, 'CTA_IP_V4_DST', ip],
    v6Source: [3, 'CTA_IP_V6_SRC', ip],
    v6Destination: [4, 'CTA_IP_V6_DST', ip],
  })),
)
const PROTO = lazy(() =>
  attributes('CTA_PROTO', () => ({
    protocol: [1, 'CTA_PROTO_NUM', IPPROTO()],
    sourcePort: [2, 'CTA_PROTO_SRC_PORT', be16],
    destinationPort: [3, 'CTA_PROTO_DST_PORT', be16],
    icmpId: [4, 'CTA_PROTO_ICMP_ID', be16],
    icmpType: [5, 'CTA_PROTO_ICMP_TYPE', u8],
    icmpCode: [6, 'CTA_PROTO_ICMP_CODE', u8],
    icmpv6Id: [7, 'CTA_PROTO_ICMPV6_ID', be16],
    icmpv6Type: [8, 'CTA_PROTO_ICMPV6_TYPE', u8],
    icmpv6Code: [9, 'CTA_PROTO_ICMPV6_CODE', u8],
  })),
)
export const TUPLE = lazy(() =>
  attributes('CTA_TUPLE', () => ({
    ip: [1, 'CTA_TUPLE_IP', flaggedNest(IP)],
    protocol: [2, 'CTA_TUPLE_PROTO', flaggedNest(PROTO)],
    zone: [3, 'CTA_TUPLE_ZONE', be16],
  })),
)
const PROTOINFO_TCP = lazy(() =>
  attributes('CTA_PROTOINFO_TCP', () => ({
    state: [1, 'CTA_PROTOINFO_TCP_STATE', TCP_STATE()],
    windowScaleOriginal: [2, 'CTA_PROTOINFO_TCP_WSCALE_ORIGINAL', u8],
    windowScaleReply: [3, 'CTA_PROTOINFO_TCP_WSCALE_REPLY', u8],
    flagsOriginal: [4, 'CTA_PROTOINFO_TCP_FLAGS_ORIGINAL', tcpFlags()],
    flagsReply: [5, 'CTA_PROTOINFO_TCP_FLAGS_REPLY', tcpFlags()],
  })),
)
const PROTOINFO_DCCP = lazy(() =>
  attributes('CTA_PROTOINFO_DCCP', () => ({
    state: [1, 'CTA_PROTOINFO_DCCP_STATE', u8],
    role: [2, 'CTA_PROTOINFO_DCCP_ROLE', u8],
    handshakeSequence: [3, 'CTA_PROTOINFO_DCCP_HANDSHAKE_SEQ', be64],
    _pad: [4, 'CTA_PROTOINFO_DCCP_PAD', bytes],
  })),
)
const PROTOINFO_SCTP = lazy(() =>
  attributes('CTA_PROTOINFO_SCTP', () => ({
    state: [1, 'CTA_PROTOINFO_SCTP_STATE', SCTP_STATE()],
    verificationTagOriginal: [2, 'CTA_PROTOINFO_SCTP_VTAG_ORIGINAL', be32],
    verificationTagReply: [3, 'CTA_PROTOINFO_SCTP_VTAG_REPLY', be32],
  })),
)
const PROTOINFO = lazy(() =>
  attributes('CTA_PROTOINFO', () => ({
    tcp: [1, 'CTA_PROTOINFO_TCP', flaggedNest(PROTOINFO_TCP)],
    dccp: [2, 'CTA_PROTOINFO_DCCP', flaggedNest(PROTOINFO_DCCP)],
    sctp: [3, 'CTA_PROTOINFO_SCTP', flaggedNest(PROTOINFO_SCTP)],
  })),
)
const COUNTERS = lazy(() =>
  attributes('CTA_COUNTERS', () => ({
    packets: [1, 'CTA_COUNTERS_PACKETS', be64],
    bytes: [2, 'CTA_COUNTERS_BYTES', be64],
    packets32: [3, 'CTA_COUNTERS32_PACKETS', be32],
    bytes32: [4, 'CTA_COUNTERS32_BYTES', be32],
    _pad: [5, 'CTA_COUNTERS_PAD', bytes],
  })),
)
const TIMESTAMP = lazy(() =>
  attributes('CTA_TIMESTAMP', () => ({
    start: [1, 'CTA_TIMESTAMP_START', be64],
    stop: [2, 'CTA_TIMESTAMP_STOP', be64],
    _pad: [3, 'CTA_TIMESTAMP_PAD', bytes],
  })),
)
const PROTONAT = lazy(() =>
  attributes('CTA_PROTONAT', () => ({
    portMin: [1, 'CTA_PROTONAT_PORT_MIN', be16],
    portMax: [2, 'CTA_PROTONAT_PORT_MAX', be16],
  })),
)
const NAT = lazy(() =>
  attributes('CTA_NAT', () => ({
    v4MinIp: [1, 'CTA_NAT_V4_MINIP', ip],
    v4MaxIp: [2, 'CTA_NAT_V4_MAXIP', ip],
    protocol: [3, 'CTA_NAT_PROTO', flaggedNest(PROTONAT)],
    v6MinIp: [4, 'CTA_NAT_V6_MINIP', ip],
    v6MaxIp: [5, 'CTA_NAT_V6_MAXIP', ip],
  })),
)
const SEQADJ = lazy(() =>
  attributes('CTA_SEQADJ', () => ({
    correctionPos: [1, 'CTA_SEQADJ_CORRECTION_POS', be32],
    offsetBefore: [2, 'CTA_SEQADJ_OFFSET_BEFORE', be32],
    offsetAfter: [3, 'CTA_SEQADJ_OFFSET_AFTER', be32],
  })),
)
const SYNPROXY = lazy(() =>
  attributes('CTA_SYNPROXY', () => ({
    initialSequence: [1, 'CTA_SYNPROXY_ISN', be32],
    initialTimestamp: [2, 'CTA_SYNPROXY_ITS', be32],
    timestampOffset: [3, 'CTA_SYNPROXY_TSOFF', be32],
  })),
)
const HELP = lazy(() =>
  attributes('CTA_HELP', () => ({
    name: [1, 'CTA_HELP_NAME', string],
    info: [2, 'CTA_HELP_INFO', bytes],
  })),
)
const SECCTX = lazy(() =>
  attributes('CTA_SECCTX', () => ({
    name: [1, 'CTA_SECCTX_NAME', string],
  })),
)
const FILTER = lazy(() =>
  attributes('CTA_FILTER', () => ({
    originalFlags: [1, 'CTA_FILTER_ORIG_FLAGS', flags(u32, FILTER_FLAGS())],
    replyFlags: [2, 'CTA_FILTER_REPLY_FLAGS', flags(u32, FILTER_FLAGS())],
  })),
)
export const CONNTRACK = lazy(() =>
  attributes('CTA', () => ({
    tupleOriginal: [1, 'CTA_TUPLE_ORIG', flaggedNest(TUPLE)],
    tupleReply: [2, 'CTA_TUPLE_REPLY', flaggedNest(TUPLE)],
    status: [3, 'CTA_STATUS', STATUS()],
    protocolInfo: [4, 'CTA_PROTOINFO', flaggedNest(PROTOINFO)],
    helper: [5, 'CTA_HELP', flaggedNest(HELP)],
    natSource: [6, 'CTA_NAT_SRC', flaggedNest(NAT)],
    timeout: [7, 'CTA_TIMEOUT', be32],
    mark: [8, 'CTA_MARK', be32],
    countersOriginal: [9, 'CTA_COUNTERS_ORIG', flaggedNest(COUNTERS)],
    countersReply: [10, 'CTA_COUNTERS_REPLY', flaggedNest(COUNTERS)],
    use: [11, 'CTA_USE', be32],
    id: [12, 'CTA_ID', be32],
    natDestination: [13, 'CTA_NAT_DST', flaggedNest(NAT)],
    tupleMaster: [14, 'CTA_TUPLE_MASTER', flaggedNest(TUPLE)],
    seqAdjustmentOriginal: [15, 'CTA_SEQ_ADJ_ORIG', flaggedNest(SEQADJ)],
    seqAdjustmentReply: [16, 'CTA_SEQ_ADJ_REPLY', flaggedNest(SEQADJ)],
    secmark: [17, 'CTA_SECMARK', be32],
    zone: [18, 'CTA_ZONE', be16],
    securityContext: [19, 'CTA_SECCTX', flaggedNest(SECCTX)],
    timestamp: [20, 'CTA_TIMESTAMP', flaggedNest(TIMESTAMP)],
    markMask: [21, 'CTA_MARK_MASK', be32],
    labels: [22, 'CTA_LABELS', bytes],
    labelsMask: [23, 'CTA_LABELS_MASK', bytes],
    synproxy: [24, 'CTA_SYNPROXY', flaggedNest(SYNPROXY)],
    filter: [25, 'CTA_FILTER', flaggedNest(FILTER)],
    statusMask: [26, 'CTA_STATUS_MASK', STATUS()],
  })),
)
const EXPECT_NAT = lazy(() =>
  attributes('CTA_EXPECT_NAT', () => ({
    direction: [1, 'CTA_EXPECT_NAT_DIR', be32],
    tuple: [2, 'CTA_EXPECT_NAT_TUPLE', flaggedNest(TUPLE)],
  })),
)
export const EXPECT = lazy(() =>
  attributes('CTA_EXPECT', () => ({
    master: [1, 'CTA_EXPECT_MASTER', flaggedNest(TUPLE)],
    tuple: [2, 'CTA_EXPECT_TUPLE', flaggedNest(TUPLE)],
    mask: [3, 'CTA_EXPECT_MASK', flaggedNest(TUPLE)],
    timeout: [4, 'CTA_EXPECT_TIMEOUT', be32],
    id: [5, 'CTA_EXPECT_ID', be32],
    helperName: [6, 'CTA_EXPECT_HELP_NAME', string],
    zone: [7, 'CTA_EXPECT_ZONE', be16],
    flags: [
      8,
      'CTA_EXPECT_FLAGS',
      flags(be32, words('expectation flag (NF_CT_EXPECT_*)', { permanent: 1, inactive: 2, userspace: 4 })),
    ],
    class: [9, 'CTA_EXPECT_CLASS', be32],
    nat: [10, 'CTA_EXPECT_NAT', flaggedNest(EXPECT_NAT)],
    function: [11, 'CTA_EXPECT_FN', string],
  })),
)
const STATS = lazy(() =>
  attributes('CTA_STATS', () => ({
    searched: [1, 'CTA_STATS_SEARCHED', be32],
    found: [2, 'CTA_STATS_FOUND', be32],
    new: [3, 'CTA_STATS_NEW', be32],
    invalid: [4, 'CTA_STATS_INVALID', be32],
    ignore: [5, 'CTA_STATS_IGNORE', be32],
    delete: [6, 'CTA_STATS_DELETE', be32],
    deleteList: [7, 'CTA_STATS_DELETE_LIST', be32],
    insert: [8, 'CTA_STATS_INSERT', be32],
    insertFailed: [9, 'CTA_STATS_INSERT_FAILED', be32],
    drop: [10, 'CTA_STATS_DROP', be32],
    earlyDrop: [11, 'CTA_STATS_EARLY_DROP', be32],
    error: [12, 'CTA_STATS_ERROR', be32],
    searchRestart: [13, 'CTA_STATS_SEARCH_RESTART', be32],
    clashResolve: [14, 'CTA_STATS_CLASH_RESOLVE', be32],
    chainToolong: [15, 'CTA_STATS_CHAIN_TOOLONG', be32],
  })),
)
const STATS_GLOBAL = lazy(() =>
  attributes('CTA_STATS_GLOBAL', () => ({
    entries: [1, 'CTA_STATS_GLOBAL_ENTRIES', be32],
    maxEntries: [2, 'CTA_STATS_GLOBAL_MAX_ENTRIES', be32],
  })),
)
const STATS_EXPECT = lazy(() =>
  attributes('CTA_STATS_EXP', () => ({
    new: [1, 'CTA_STATS_EXP_NEW', be32],
    create: [2, 'CTA_STATS_EXP_CREATE', be32],
    delete: [3, 'CTA_STATS_EXP_DELETE', be32],
  })),
)

export const conntrack = lazy(() =>
  same(
    message(
      'conntrack',
      {
        IPCTNL_MSG_CT_NEW: 0,
        IPCTNL_MSG_CT_GET: 1,
        IPCTNL_MSG_CT_DELETE: 2,
        IPCTNL_MSG_CT_GET_CTRZERO: 3,
        IPCTNL_MSG_CT_GET_DYING: 6,
        IPCTNL_MSG_CT_GET_UNCONFIRMED: 7,
      },
      nfgenmsg(),
      CONNTRACK(),
    ),
    message('conntrack cpu statistics', { IPCTNL_MSG_CT_GET_STATS_CPU: 4 }, nfgenmsg(), STATS()),
    message('conntrack statistics', { IPCTNL_MSG_CT_GET_STATS: 5 }, nfgenmsg(), STATS_GLOBAL()),
  ),
)

export const expectations = lazy(() =>
  same(
    message(
      'conntrack expectation',
      { IPCTNL_MSG_EXP_NEW: 0, IPCTNL_MSG_EXP_GET: 1, IPCTNL_MSG_EXP_DELETE: 2 },
      nfgenmsg(),
      EXPECT(),
    ),
    message('conntrack expectation statistics', { IPCTNL_MSG_EXP_GET_STATS_CPU: 3 }, nfgenmsg(), STATS_EXPECT()),
  ),
)
