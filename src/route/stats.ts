// Statistics by group: RTM_NEWSTATS, RTM_GETSTATS, RTM_SETSTATS. include/uapi/linux/{if_link.h,if_bridge.h,mpls.h,
// if_bonding.h}; net/core/rtnetlink.c (rtnl_fill_statsinfo).
import { bool, bytes, enumeration, flags, s32, u8, u16, u32, u64 } from '../netlink/codec.ts'
import { attributes, flaggedNest, many, message, nest } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import type { MessageOf } from '../netlink/table.ts'
import { words } from '../netlink/words.ts'
import { BRIDGE_VLAN_INFO } from './af-spec.ts'
import { linkStats64 } from './link-statistics.ts'
import { AF } from './words.ts'

/** IFLA_STATS_FILTER_BIT(IFLA_STATS_*): the groups that a request asks for. */
export const STATS_FILTER = words('statistics group (IFLA_STATS_*)', {
  link: 1 << 0,
  xstats: 1 << 1,
  xstats_slave: 1 << 2,
  offload: 1 << 3,
  afstats: 1 << 4,
})

export const ifStatsMsg = struct('if_stats_msg', () => ({
  family: ['family', enumeration(u8, AF)],
  _pad1: ['pad1', u8],
  _pad2: ['pad2', u16],
  index: ['ifindex', s32],
  filter: ['filter_mask', flags(u32, STATS_FILTER)],
}))

// ── bridge ─────────────────────────────────────────────────────────────────

const vlanXstats = struct('bridge_vlan_xstats', () => ({
  rxBytes: ['rx_bytes', u64],
  rxPackets: ['rx_packets', u64],
  txBytes: ['tx_bytes', u64],
  txPackets: ['tx_packets', u64],
  vid: ['vid', u16],
  flags: ['flags', flags(u16, BRIDGE_VLAN_INFO)],
  _pad2: ['pad2', u32],
}))

/** Each counter received and transmitted. */
export const brMcastStats = struct('br_mcast_stats', () => ({
  igmpV1QueriesRx: ['igmp_v1queries[RX]', u64],
  igmpV1QueriesTx: ['igmp_v1queries[TX]', u64],
  igmpV2QueriesRx: ['igmp_v2queries[RX]', u64],
  igmpV2QueriesTx: ['igmp_v2queries[TX]', u64],
  igmpV3QueriesRx: ['igmp_v3queries[RX]', u64],
  igmpV3QueriesTx: ['igmp_v3queries[TX]', u64],
  igmpLeavesRx: ['igmp_leaves[RX]', u64],
  igmpLeavesTx: ['igmp_leaves[TX]', u64],
  igmpV1ReportsRx: ['igmp_v1reports[RX]', u64],
  igmpV1ReportsTx: ['igmp_v1reports[TX]', u64],
  igmpV2ReportsRx: ['igmp_v2reports[RX]', u64],
  igmpV2ReportsTx: ['igmp_v2reports[TX]', u64],
  igmpV3ReportsRx: ['igmp_v3reports[RX]', u64],
  igmpV3ReportsTx: ['igmp_v3reports[TX]', u64],
  igmpParseErrors: ['igmp_parse_errors', u64],
  mldV1QueriesRx: ['mld_v1queries[RX]', u64],
  mldV1QueriesTx: ['mld_v1queries[TX]', u64],
  mldV2QueriesRx: ['mld_v2queries[RX]', u64],
  mldV2QueriesTx: ['mld_v2queries[TX]', u64],
  mldLeavesRx: ['mld_leaves[RX]', u64],
  mldLeavesTx: ['mld_leaves[TX]', u64],
  mldV1ReportsRx: ['mld_v1reports[RX]', u64],
  mldV1ReportsTx: ['mld_v1reports[TX]', u64],
  mldV2ReportsRx: ['mld_v2reports[RX]', u64],
  mldV2ReportsTx: ['mld_v2reports[TX]', u64],
  mldParseErrors: ['mld_parse_errors', u64],
  bytesRx: ['mcast_bytes[RX]', u64],
  bytesTx: ['mcast_bytes[TX]', u64],
  packetsRx: ['mcast_packets[RX]', u64],
  packetsTx: ['mcast_packets[TX]', u64],
}))

const stpXstats = struct('bridge_stp_xstats', () => ({
  transitionsBlocking: ['transition_blk', u64],
  transitionsForwarding: ['transition_fwd', u64],
  rxBpdu: ['rx_bpdu', u64],
  txBpdu: ['tx_bpdu', u64],
  rxTcn: ['rx_tcn', u64],
  txTcn: ['tx_tcn', u64],
}))

const BRIDGE_XSTATS = attributes('BRIDGE_XSTATS', () => ({
  vlans: [1, 'BRIDGE_XSTATS_VLAN', many(vlanXstats)],
  mcast: [2, 'BRIDGE_XSTATS_MCAST', brMcastStats],
  _pad: [3, 'BRIDGE_XSTATS_PAD', bytes],
  stp: [4, 'BRIDGE_XSTATS_STP', stpXstats],
}))

// ── bond, offload, mpls ────────────────────────────────────────────────────

const BOND_3AD = attributes('BOND_3AD_STAT', () => ({
  lacpduRx: [0, 'BOND_3AD_STAT_LACPDU_RX', u64],
  lacpduTx: [1, 'BOND_3AD_STAT_LACPDU_TX', u64],
  lacpduUnknownRx: [2, 'BOND_3AD_STAT_LACPDU_UNKNOWN_RX', u64],
  lacpduIllegalRx: [3, 'BOND_3AD_STAT_LACPDU_ILLEGAL_RX', u64],
  markerRx: [4, 'BOND_3AD_STAT_MARKER_RX', u64],
  markerTx: [5, 'BOND_3AD_STAT_MARKER_TX', u64],
  markerResponseRx: [6, 'BOND_3AD_STAT_MARKER_RESP_RX', u64],
  markerResponseTx: [7, 'BOND_3AD_STAT_MARKER_RESP_TX', u64],
  markerUnknownRx: [8, 'BOND_3AD_STAT_MARKER_UNKNOWN_RX', u64],
  _pad: [9, 'BOND_3AD_STAT_PAD', bytes],
}))
const BOND_XSTATS = attributes('BOND_XSTATS', () => ({
  ad: [1, 'BOND_XSTATS_3AD', nest(BOND_3AD), { json: '802.3ad' }],
}))

const XSTATS = attributes('LINK_XSTATS_TYPE', () => ({
  bridge: [1, 'LINK_XSTATS_TYPE_BRIDGE', nest(BRIDGE_XSTATS)],
  bond: [2, 'LINK_XSTATS_TYPE_BOND', nest(BOND_XSTATS)],
}))

const hwStats64 = struct('rtnl_hw_stats64', () => ({
  rxPackets: ['rx_packets', u64],
  txPackets: ['tx_packets', u64],
  rxBytes: ['rx_bytes', u64],
  txBytes: ['tx_bytes', u64],
  rxErrors: ['rx_errors', u64],
  txErrors: ['tx_errors', u64],
  rxDropped: ['rx_dropped', u64],
  txDropped: ['tx_dropped', u64],
  multicast: ['multicast', u64],
}))

const HW_STATS_INFO_OF = attributes('IFLA_OFFLOAD_XSTATS_HW_S_INFO', () => ({
  request: [1, 'IFLA_OFFLOAD_XSTATS_HW_S_INFO_REQUEST', bool],
  used: [2, 'IFLA_OFFLOAD_XSTATS_HW_S_INFO_USED', bool],
}))
/** By the group that it is about, with the group's own number. */
const HW_STATS_INFO = attributes('IFLA_OFFLOAD_XSTATS', () => ({
  l3: [3, 'IFLA_OFFLOAD_XSTATS_L3_STATS', flaggedNest(HW_STATS_INFO_OF), { json: 'l3_stats' }],
}))
const OFFLOAD = attributes('IFLA_OFFLOAD_XSTATS', () => ({
  cpuHit: [1, 'IFLA_OFFLOAD_XSTATS_CPU_HIT', linkStats64, { json: 'cpu_hit' }],
  info: [2, 'IFLA_OFFLOAD_XSTATS_HW_S_INFO', flaggedNest(HW_STATS_INFO), { json: 'hw_stats_info' }],
  l3: [3, 'IFLA_OFFLOAD_XSTATS_L3_STATS', hwStats64, { json: 'l3_stats' }],
}))

const mplsLinkStats = struct('mpls_link_stats', () => ({
  rxPackets: ['rx_packets', u64],
  txPackets: ['tx_packets', u64],
  rxBytes: ['rx_bytes', u64],
  txBytes: ['tx_bytes', u64],
  rxErrors: ['rx_errors', u64],
  txErrors: ['tx_errors', u64],
  rxDropped: ['rx_dropped', u64],
  txDropped: ['tx_dropped', u64],
  rxNoRoute: ['rx_noroute', u64],
}))
const MPLS_STATS = attributes('MPLS_STATS', () => ({ link: [1, 'MPLS_STATS_LINK', mplsLinkStats] }))
const AF_STATS = attributes('AF', () => ({ mpls: [28, 'AF_MPLS', nest(MPLS_STATS)] }))

// ── the messages ───────────────────────────────────────────────────────────

export const STATS = attributes('IFLA_STATS', () => ({
  link: [1, 'IFLA_STATS_LINK_64', linkStats64, { json: 'stats64' }],
  xstats: [2, 'IFLA_STATS_LINK_XSTATS', nest(XSTATS)],
  xstatsSlave: [3, 'IFLA_STATS_LINK_XSTATS_SLAVE', nest(XSTATS), { json: 'xstats_slave' }],
  offload: [4, 'IFLA_STATS_LINK_OFFLOAD_XSTATS', flaggedNest(OFFLOAD)],
  families: [5, 'IFLA_STATS_AF_SPEC', nest(AF_STATS), { json: 'afstats' }],
}))

/** What the kernel sends. */
export const statsMessage = message('stats', { RTM_NEWSTATS: 92 }, ifStatsMsg, STATS)
export type Stats = MessageOf<typeof statsMessage>

/** IFLA_OFFLOAD_XSTATS_FILTER_BIT: the parts of the group `offload`. */
const OFFLOAD_FILTER = words('offload statistics (IFLA_OFFLOAD_XSTATS_*)', {
  cpu_hit: 1 << 0,
  hw_stats_info: 1 << 1,
  l3_stats: 1 << 2,
})
const FILTERS = attributes('IFLA_STATS', () => ({
  link: [1, 'IFLA_STATS_LINK_64', u32],
  xstats: [2, 'IFLA_STATS_LINK_XSTATS', u32],
  xstatsSlave: [3, 'IFLA_STATS_LINK_XSTATS_SLAVE', u32],
  offload: [4, 'IFLA_STATS_LINK_OFFLOAD_XSTATS', flags(u32, OFFLOAD_FILTER)],
  families: [5, 'IFLA_STATS_AF_SPEC', u32],
}))
export const STATS_REQUEST = attributes('IFLA_STATS_GETSET', () => ({
  /** Which parts of each group. */
  filters: [1, 'IFLA_STATS_GET_FILTERS', flaggedNest(FILTERS)],
  /** Switch the device's own counters on or off. */
  l3: [2, 'IFLA_STATS_SET_OFFLOAD_XSTATS_L3_STATS', bool],
}))

/** What we send: its attributes have numbers of their own. */
export const statsRequestMessage = message(
  'stats request',
  { RTM_GETSTATS: 94, RTM_SETSTATS: 95 },
  ifStatsMsg,
  STATS_REQUEST,
)
export type StatsRequest = MessageOf<typeof statsRequestMessage>
