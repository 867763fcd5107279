// Internet sockets: TCP, UDP, raw and what is like them (`ss -t`, `ss -u`). include/uapi/linux/{inet_diag.h,tls.h,mptcp.h};
// net/ipv4/inet_diag.c.
import { bytes, enumeration, flag, flags, string, u8, u16, u32, u64 } from '../netlink/codec.ts'
import type { Family } from '../netlink/family.ts'
import { lazy } from '../netlink/lazy.ts'
import { attributes, flaggedNest, many, message, nest } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import { words } from '../netlink/words.ts'
import { sockid } from './address.ts'
import { tcpInfo } from './tcp-info.ts'
import { FAMILY, MEMORY, SOCK_DIAG, STATE, STATE_MASK } from './words.ts'

const PROTOCOL = lazy(() =>
  enumeration(
    u8,
    words('socket protocol', {
      ip: 0,
      icmp: 1,
      tcp: 6,
      udp: 17,
      dccp: 33,
      icmpv6: 58,
      sctp: 132,
      udplite: 136,
      raw: 255,
    }),
  ),
)
/** What to tell beyond the header: the attribute's number less one is the bit. */
const EXTENSIONS = lazy(() =>
  flags(
    u8,
    words('extension', {
      meminfo: 1 << 0,
      info: 1 << 1,
      vegasinfo: 1 << 2,
      cong: 1 << 3,
      tos: 1 << 4,
      tclass: 1 << 5,
      skmeminfo: 1 << 6,
      shutdown: 1 << 7,
    }),
  ),
)

const reqV2 = lazy(() =>
  struct('inet_diag_req_v2', {
    family: ['sdiag_family', FAMILY()],
    protocol: ['sdiag_protocol', PROTOCOL()],
    extensions: ['idiag_ext', EXTENSIONS()],
    /** Of raw sockets: the protocol. */
    rawProtocol: ['sdiag_raw_protocol', u8],
    states: ['idiag_states', STATE_MASK()],
    ...sockid(),
  }),
)
/** The first form, of TCPDIAG_GETSOCK and DCCPDIAG_GETSOCK. */
const req = lazy(() =>
  struct('inet_diag_req', {
    family: ['idiag_family', FAMILY()],
    sourceLength: ['idiag_src_len', u8],
    destinationLength: ['idiag_dst_len', u8],
    extensions: ['idiag_ext', EXTENSIONS()],
    ...sockid(),
    states: ['idiag_states', STATE_MASK()],
    tables: ['idiag_dbs', u32],
  }),
)
const msg = lazy(() =>
  struct('inet_diag_msg', {
    family: ['idiag_family', FAMILY()],
    state: ['idiag_state', STATE()],
    timer: [
      'idiag_timer',
      enumeration(u8, words('timer', { off: 0, retransmit: 1, keepalive: 2, 'time-wait': 3, probe: 4 })),
    ],
    retransmits: ['idiag_retrans', u8],
    ...sockid(),
    /** Milliseconds until the timer ends. */
    expires: ['idiag_expires', u32],
    receiveQueue: ['idiag_rqueue', u32],
    sendQueue: ['idiag_wqueue', u32],
    uid: ['idiag_uid', u32],
    inode: ['idiag_inode', u32],
  }),
)

const STORAGE_REQUEST = lazy(() =>
  attributes('SK_DIAG_BPF_STORAGE_REQ', () => ({ mapFds: [1, 'SK_DIAG_BPF_STORAGE_REQ_MAP_FD', many(u32)] })),
)
/** What the question adds; the byte code is a filter, a program of jumps (struct inet_diag_bc_op). */
const REQUEST = lazy(() =>
  attributes('INET_DIAG_REQ', () => ({
    bytecode: [1, 'INET_DIAG_REQ_BYTECODE', bytes],
    bpfStorages: [2, 'INET_DIAG_REQ_SK_BPF_STORAGES', flaggedNest(STORAGE_REQUEST)],
    protocol: [3, 'INET_DIAG_REQ_PROTOCOL', u32],
  })),
)

const memInfo = lazy(() =>
  struct('inet_diag_meminfo', {
    receive: ['idiag_rmem', u32],
    sendQueued: ['idiag_wmem', u32],
    forward: ['idiag_fmem', u32],
    send: ['idiag_tmem', u32],
  }),
)
const vegasInfo = lazy(() =>
  struct('tcpvegas_info', {
    enabled: ['tcpv_enabled', u32],
    rttCount: ['tcpv_rttcnt', u32],
    rtt: ['tcpv_rtt', u32],
    minRtt: ['tcpv_minrtt', u32],
  }),
)
const dctcpInfo = lazy(() =>
  struct('tcp_dctcp_info', {
    enabled: ['dctcp_enabled', u16],
    ceState: ['dctcp_ce_state', u16],
    alpha: ['dctcp_alpha', u32],
    ecnBytes: ['dctcp_ab_ecn', u32],
    totalBytes: ['dctcp_ab_tot', u32],
  }),
)
const bbrInfo = lazy(() =>
  struct('tcp_bbr_info', {
    /** Bytes a second. */
    bandwidth: ['bbr_bw', u64],
    minRtt: ['bbr_min_rtt', u32],
    pacingGain: ['bbr_pacing_gain', u32],
    cwndGain: ['bbr_cwnd_gain', u32],
  }),
)
const sockOpt = lazy(() =>
  struct('inet_diag_sockopt', {
    flags: [
      'flags',
      flags(
        u16,
        words('socket option', {
          recverr: 1 << 0,
          is_icsk: 1 << 1,
          freebind: 1 << 2,
          hdrincl: 1 << 3,
          mc_loop: 1 << 4,
          transparent: 1 << 5,
          mc_all: 1 << 6,
          nodefrag: 1 << 7,
          bind_address_no_port: 1 << 8,
          recverr_rfc4884: 1 << 9,
          defer_connect: 1 << 10,
        }),
      ),
    ],
  }),
)
const TLS = lazy(() =>
  attributes('TLS_INFO', () => ({
    version: [1, 'TLS_INFO_VERSION', u16],
    cipher: [2, 'TLS_INFO_CIPHER', u16],
    sendMode: [3, 'TLS_INFO_TXCONF', u16],
    receiveMode: [4, 'TLS_INFO_RXCONF', u16],
    zeroCopySend: [5, 'TLS_INFO_ZC_RO_TX', flag],
    receiveWithoutPad: [6, 'TLS_INFO_RX_NO_PAD', flag],
  })),
)
const SUBFLOW = lazy(() =>
  attributes('MPTCP_SUBFLOW_ATTR', () => ({
    remoteToken: [1, 'MPTCP_SUBFLOW_ATTR_TOKEN_REM', u32],
    localToken: [2, 'MPTCP_SUBFLOW_ATTR_TOKEN_LOC', u32],
    relativeWriteSequence: [3, 'MPTCP_SUBFLOW_ATTR_RELWRITE_SEQ', u32],
    mapSequence: [4, 'MPTCP_SUBFLOW_ATTR_MAP_SEQ', u64],
    mapSubflowSequence: [5, 'MPTCP_SUBFLOW_ATTR_MAP_SFSEQ', u32],
    subflowOffset: [6, 'MPTCP_SUBFLOW_ATTR_SSN_OFFSET', u32],
    mapDataLength: [7, 'MPTCP_SUBFLOW_ATTR_MAP_DATALEN', u16],
    flags: [8, 'MPTCP_SUBFLOW_ATTR_FLAGS', u32],
    remoteId: [9, 'MPTCP_SUBFLOW_ATTR_ID_REM', u8],
    localId: [10, 'MPTCP_SUBFLOW_ATTR_ID_LOC', u8],
    _pad: [11, 'MPTCP_SUBFLOW_ATTR_PAD', bytes],
  })),
)
/** The protocol that runs above TCP. */
const ULP = lazy(() =>
  attributes('INET_ULP_INFO', () => ({
    name: [1, 'INET_ULP_INFO_NAME', string],
    tls: [2, 'INET_ULP_INFO_TLS', nest(TLS)],
    mptcp: [3, 'INET_ULP_INFO_MPTCP', nest(SUBFLOW)],
  })),
)
const STORAGE_VALUE = lazy(() =>
  attributes('SK_DIAG_BPF_STORAGE', () => ({
    _pad: [1, 'SK_DIAG_BPF_STORAGE_PAD', bytes],
    mapId: [2, 'SK_DIAG_BPF_STORAGE_MAP_ID', u32],
    value: [3, 'SK_DIAG_BPF_STORAGE_MAP_VALUE', bytes],
  })),
)
const STORAGES = lazy(() =>
  attributes('SK_DIAG_BPF_STORAGE', () => ({ storages: [1, 'SK_DIAG_BPF_STORAGE', many(flaggedNest(STORAGE_VALUE))] })),
)

const ANSWER = lazy(() =>
  attributes('INET_DIAG', () => ({
    memInfo: [1, 'INET_DIAG_MEMINFO', memInfo()],
    /** SCTP and MPTCP have structs of their own here. */
    info: [2, 'INET_DIAG_INFO', tcpInfo()],
    vegas: [3, 'INET_DIAG_VEGASINFO', vegasInfo()],
    congestion: [4, 'INET_DIAG_CONG', string],
    tos: [5, 'INET_DIAG_TOS', u8],
    tclass: [6, 'INET_DIAG_TCLASS', u8],
    socketMemory: [7, 'INET_DIAG_SKMEMINFO', MEMORY()],
    shutdown: [8, 'INET_DIAG_SHUTDOWN', u8],
    dctcp: [9, 'INET_DIAG_DCTCPINFO', dctcpInfo()],
    protocol: [10, 'INET_DIAG_PROTOCOL', u8],
    v6only: [11, 'INET_DIAG_SKV6ONLY', u8],
    /** SCTP: an array of struct sockaddr_storage. */
    locals: [12, 'INET_DIAG_LOCALS', bytes],
    peers: [13, 'INET_DIAG_PEERS', bytes],
    _pad: [14, 'INET_DIAG_PAD', bytes],
    mark: [15, 'INET_DIAG_MARK', u32],
    bbr: [16, 'INET_DIAG_BBRINFO', bbrInfo()],
    classId: [17, 'INET_DIAG_CLASS_ID', u32],
    /** An array of struct tcp_diag_md5sig. */
    md5: [18, 'INET_DIAG_MD5SIG', bytes],
    ulp: [19, 'INET_DIAG_ULP_INFO', nest(ULP)],
    bpfStorages: [20, 'INET_DIAG_SK_BPF_STORAGES', flaggedNest(STORAGES)],
    cgroupId: [21, 'INET_DIAG_CGROUP_ID', u64],
    options: [22, 'INET_DIAG_SOCKOPT', sockOpt()],
  })),
)

export const inet = lazy(
  (): Family => ({
    sent: [
      message('inet socket request', SOCK_DIAG, reqV2(), REQUEST()),
      message('inet socket request', { TCPDIAG_GETSOCK: 18, DCCPDIAG_GETSOCK: 19 }, req(), REQUEST()),
    ],
    received: [message('inet socket', { ...SOCK_DIAG, TCPDIAG_GETSOCK: 18, DCCPDIAG_GETSOCK: 19 }, msg(), ANSWER())],
  }),
)
