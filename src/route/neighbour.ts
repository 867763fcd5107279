// Neighbours (ARP, NDISC), a bridge's or VXLAN's forwarding database (family bridge), and the neighbour tables.
// include/uapi/linux/neighbour.h; net/core/neighbour.c, net/core/rtnetlink.c (ndo_fdb_*), net/bridge/br_fdb.c.
import { be16, bytes, enumeration, flag, flags, ip, mac, s32, string, u8, u16, u32, u64 } from '../netlink/codec.ts'
import { attributes, flaggedNest, message, nest } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import type { AttributesInput, MessageOf } from '../netlink/table.ts'
import { words } from '../netlink/words.ts'
import { RTN, RTPROT } from './routing-words.ts'
import { AF } from './words.ts'

/** NUD_*: a neighbour has one at a time; a mask (NDA_NDM_STATE_MASK) has several. */
export const NUD = words('neighbour state (NUD_*)', {
  incomplete: 0x01,
  reachable: 0x02,
  stale: 0x04,
  delay: 0x08,
  probe: 0x10,
  failed: 0x20,
  noarp: 0x40,
  permanent: 0x80,
})

/** NTF_*, in iproute2's words. */
export const NTF = words('neighbour flag (NTF_*)', {
  use: 1 << 0,
  self: 1 << 1,
  master: 1 << 2,
  proxy: 1 << 3,
  extern_learn: 1 << 4,
  offload: 1 << 5,
  sticky: 1 << 6,
  router: 1 << 7,
})

/** NTF_EXT_*. */
export const NTF_EXT = words('neighbour flag (NTF_EXT_*)', {
  managed: 1 << 0,
  locked: 1 << 1,
  // Since Linux 6.17.
  extern_valid: 1 << 2,
})

export const ndmsg = struct('ndmsg', {
  family: ['ndm_family', enumeration(u8, AF)],
  _pad1: ['ndm_pad1', u8],
  _pad2: ['ndm_pad2', u16],
  index: ['ndm_ifindex', s32],
  state: ['ndm_state', flags(u16, NUD)],
  flags: ['ndm_flags', flags(u8, NTF)],
  type: ['ndm_type', enumeration(u8, RTN)],
})

/** Ages in USER_HZ (centiseconds). */
export const ndaCacheinfo = struct('nda_cacheinfo', {
  confirmed: ['ndm_confirmed', u32],
  used: ['ndm_used', u32],
  updated: ['ndm_updated', u32],
  references: ['ndm_refcnt', u32],
})

/** FDB_NOTIFY_*: tell of activity of an entry. */
const FDB_NOTIFY = words('activity notification (FDB_NOTIFY_*)', { activity_notify: 1, inactive: 2 })

const FDB_EXT = attributes('NFEA', () => ({
  activityNotify: [1, 'NFEA_ACTIVITY_NOTIFY', flags(u8, FDB_NOTIFY)],
  dontRefresh: [2, 'NFEA_DONT_REFRESH', flag],
}))

export const NEIGHBOUR = attributes('NDA', () => ({
  dst: [1, 'NDA_DST', ip],
  linkLayerAddress: [2, 'NDA_LLADDR', mac, { json: 'lladdr' }],
  cacheInfo: [3, 'NDA_CACHEINFO', ndaCacheinfo],
  probes: [4, 'NDA_PROBES', u32],
  vlan: [5, 'NDA_VLAN', u16],
  port: [6, 'NDA_PORT', be16],
  vni: [7, 'NDA_VNI', u32],
  /** VXLAN: the device to send through. */
  viaIndex: [8, 'NDA_IFINDEX', u32, { json: 'viaIf' }],
  master: [9, 'NDA_MASTER', u32],
  linkNetnsId: [10, 'NDA_LINK_NETNSID', s32, { json: 'linkNetNsId' }],
  sourceVni: [11, 'NDA_SRC_VNI', u32, { json: 'src_vni' }],
  protocol: [12, 'NDA_PROTOCOL', enumeration(u8, RTPROT)],
  nexthopId: [13, 'NDA_NH_ID', u32, { json: 'nhid' }],
  fdbExt: [14, 'NDA_FDB_EXT_ATTRS', flaggedNest(FDB_EXT)],
  extFlags: [15, 'NDA_FLAGS_EXT', flags(u32, NTF_EXT)],
  /** Flush: the states that count. */
  stateMask: [16, 'NDA_NDM_STATE_MASK', flags(u16, NUD)],
  /** Flush: the flags that count. */
  flagsMask: [17, 'NDA_NDM_FLAGS_MASK', flags(u8, NTF)],
}))

export const neighbourMessage = message(
  'neighbour',
  { RTM_NEWNEIGH: 28, RTM_DELNEIGH: 29, RTM_GETNEIGH: 30 },
  ndmsg,
  NEIGHBOUR,
)
export type Neighbour = MessageOf<typeof neighbourMessage>

// ── tables ─────────────────────────────────────────────────────────────────

const ndtConfig = struct('ndt_config', {
  keyLength: ['ndtc_key_len', u16],
  entrySize: ['ndtc_entry_size', u16],
  entries: ['ndtc_entries', u32],
  /** Milliseconds ago. */
  lastFlush: ['ndtc_last_flush', u32],
  /** Milliseconds ago. */
  lastRandom: ['ndtc_last_rand', u32],
  hashRandom: ['ndtc_hash_rnd', u32],
  hashMask: ['ndtc_hash_mask', u32],
  hashChainGc: ['ndtc_hash_chain_gc', u32],
  proxyQueueLength: ['ndtc_proxy_qlen', u32],
})

const ndtStats = struct('ndt_stats', {
  allocations: ['ndts_allocs', u64],
  destroys: ['ndts_destroys', u64],
  hashGrows: ['ndts_hash_grows', u64],
  resolutionsFailed: ['ndts_res_failed', u64],
  lookups: ['ndts_lookups', u64],
  hits: ['ndts_hits', u64],
  multicastProbesReceived: ['ndts_rcv_probes_mcast', u64],
  unicastProbesReceived: ['ndts_rcv_probes_ucast', u64],
  periodicGcRuns: ['ndts_periodic_gc_runs', u64],
  forcedGcRuns: ['ndts_forced_gc_runs', u64],
  tableFulls: ['ndts_table_fulls', u64],
})

/** Times in milliseconds. */
const NEIGHBOUR_PARAMETERS = attributes('NDTPA', () => ({
  index: [1, 'NDTPA_IFINDEX', u32, { json: 'dev' }],
  references: [2, 'NDTPA_REFCNT', u32, { json: 'refcnt' }],
  reachableTime: [3, 'NDTPA_REACHABLE_TIME', u64, { json: 'reachable' }],
  baseReachableTime: [4, 'NDTPA_BASE_REACHABLE_TIME', u64, { json: 'base_reachable' }],
  retransTime: [5, 'NDTPA_RETRANS_TIME', u64, { json: 'retrans' }],
  gcStaleTime: [6, 'NDTPA_GC_STALETIME', u64, { json: 'gc_stale' }],
  delayProbeTime: [7, 'NDTPA_DELAY_PROBE_TIME', u64, { json: 'delay_probe' }],
  queueLength: [8, 'NDTPA_QUEUE_LEN', u32, { json: 'queue' }],
  appProbes: [9, 'NDTPA_APP_PROBES', u32, { json: 'app_probes' }],
  unicastProbes: [10, 'NDTPA_UCAST_PROBES', u32, { json: 'ucast_probes' }],
  multicastProbes: [11, 'NDTPA_MCAST_PROBES', u32, { json: 'mcast_probes' }],
  anycastDelay: [12, 'NDTPA_ANYCAST_DELAY', u64, { json: 'anycast_delay' }],
  proxyDelay: [13, 'NDTPA_PROXY_DELAY', u64, { json: 'proxy_delay' }],
  proxyQueueLength: [14, 'NDTPA_PROXY_QLEN', u32, { json: 'proxy_queue' }],
  lockTime: [15, 'NDTPA_LOCKTIME', u64, { json: 'locktime' }],
  queueBytes: [16, 'NDTPA_QUEUE_LENBYTES', u32, { json: 'queue_bytes' }],
  multicastReprobes: [17, 'NDTPA_MCAST_REPROBES', u32, { json: 'mcast_reprobes' }],
  _pad: [18, 'NDTPA_PAD', bytes],
  intervalProbeTime: [19, 'NDTPA_INTERVAL_PROBE_TIME_MS', u64, { json: 'interval_probe' }],
}))
export type NeighbourParameters = AttributesInput<typeof NEIGHBOUR_PARAMETERS.rows>

export const ndtmsg = struct('ndtmsg', {
  family: ['ndtm_family', enumeration(u8, AF)],
  _pad1: ['ndtm_pad1', u8],
  _pad2: ['ndtm_pad2', u16],
})

export const NEIGHBOUR_TABLE = attributes('NDTA', () => ({
  /** `arp_cache` or `ndisc_cache`. */
  name: [1, 'NDTA_NAME', string],
  threshold1: [2, 'NDTA_THRESH1', u32, { json: 'thresh1' }],
  threshold2: [3, 'NDTA_THRESH2', u32, { json: 'thresh2' }],
  threshold3: [4, 'NDTA_THRESH3', u32, { json: 'thresh3' }],
  config: [5, 'NDTA_CONFIG', ndtConfig],
  parameters: [6, 'NDTA_PARMS', nest(NEIGHBOUR_PARAMETERS)],
  stats: [7, 'NDTA_STATS', ndtStats],
  /** Milliseconds. */
  gcInterval: [8, 'NDTA_GC_INTERVAL', u64, { json: 'gc_interval' }],
  _pad: [9, 'NDTA_PAD', bytes],
}))

export const neighbourTableMessage = message(
  'neighbour table',
  { RTM_NEWNEIGHTBL: 64, RTM_GETNEIGHTBL: 66, RTM_SETNEIGHTBL: 67 },
  ndtmsg,
  NEIGHBOUR_TABLE,
)
export type NeighbourTable = MessageOf<typeof neighbourTableMessage>
