// VLANs of bridges and ports with their options: RTM_NEWVLAN and its kin.
// include/uapi/linux/if_bridge.h (BRIDGE_VLANDB_*); net/bridge/br_vlan.c, br_vlan_options.c.
import { bool, bytes, enumeration, flags, s32, u8, u16, u32, u64 } from '../netlink/codec.ts'
import { attributes, flaggedNest, many, message, nest } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import type { AttributesInput, MessageOf } from '../netlink/table.ts'
import { words } from '../netlink/words.ts'
import { bridgeVlanInfo } from './af-spec.ts'
import { BR_STATE, BRIDGE_QUERIER, MDB_RTR_TYPE } from './link-kinds/bridge.ts'
import { MDB } from './mdb.ts'
import { AF } from './words.ts'

export const brVlanMsg = struct('br_vlan_msg', {
  family: ['family', enumeration(u8, AF)],
  _reserved1: ['reserved1', u8],
  _reserved2: ['reserved2', u16],
  index: ['ifindex', s32],
})

/** RTM_SETLINK and RTM_DELLINK say whether a tunnel's id is set or taken away. */
const TUNNEL_COMMAND = words('tunnel command', { set: 19, delete: 17 })
const TUNNEL_INFO = attributes('BRIDGE_VLANDB_TINFO', () => ({
  id: [1, 'BRIDGE_VLANDB_TINFO_ID', u32],
  command: [2, 'BRIDGE_VLANDB_TINFO_CMD', enumeration(u32, TUNNEL_COMMAND)],
}))

const VLAN_STATS = attributes('BRIDGE_VLANDB_STATS', () => ({
  rxBytes: [1, 'BRIDGE_VLANDB_STATS_RX_BYTES', u64, { json: 'rx_bytes' }],
  rxPackets: [2, 'BRIDGE_VLANDB_STATS_RX_PACKETS', u64, { json: 'rx_packets' }],
  txBytes: [3, 'BRIDGE_VLANDB_STATS_TX_BYTES', u64, { json: 'tx_bytes' }],
  txPackets: [4, 'BRIDGE_VLANDB_STATS_TX_PACKETS', u64, { json: 'tx_packets' }],
  _pad: [5, 'BRIDGE_VLANDB_STATS_PAD', bytes],
}))

const ENTRY = attributes('BRIDGE_VLANDB_ENTRY', () => ({
  info: [1, 'BRIDGE_VLANDB_ENTRY_INFO', bridgeVlanInfo],
  /** The last VLAN of a range that begins with `info`. */
  range: [2, 'BRIDGE_VLANDB_ENTRY_RANGE', u16, { json: 'vlanEnd' }],
  state: [3, 'BRIDGE_VLANDB_ENTRY_STATE', enumeration(u8, BR_STATE)],
  tunnelInfo: [4, 'BRIDGE_VLANDB_ENTRY_TUNNEL_INFO', flaggedNest(TUNNEL_INFO)],
  stats: [5, 'BRIDGE_VLANDB_ENTRY_STATS', flaggedNest(VLAN_STATS)],
  mcastRouter: [6, 'BRIDGE_VLANDB_ENTRY_MCAST_ROUTER', enumeration(u8, MDB_RTR_TYPE), { json: 'mcast_router' }],
  // Since Linux 6.3 and 6.4.
  mcastGroups: [7, 'BRIDGE_VLANDB_ENTRY_MCAST_N_GROUPS', u32, { json: 'mcast_n_groups' }],
  mcastMaxGroups: [8, 'BRIDGE_VLANDB_ENTRY_MCAST_MAX_GROUPS', u32, { json: 'mcast_max_groups' }],
  neighSuppress: [9, 'BRIDGE_VLANDB_ENTRY_NEIGH_SUPPRESS', bool, { json: 'neigh_suppress' }],
}))

export type BridgeVlanEntry = AttributesInput<typeof ENTRY.rows>

/** Intervals in USER_HZ (centiseconds). */
const GLOBAL_OPTIONS = attributes('BRIDGE_VLANDB_GOPTS', () => ({
  id: [1, 'BRIDGE_VLANDB_GOPTS_ID', u16, { json: 'vlan' }],
  range: [2, 'BRIDGE_VLANDB_GOPTS_RANGE', u16, { json: 'vlanEnd' }],
  mcastSnooping: [3, 'BRIDGE_VLANDB_GOPTS_MCAST_SNOOPING', bool, { json: 'mcast_snooping' }],
  mcastIgmpVersion: [4, 'BRIDGE_VLANDB_GOPTS_MCAST_IGMP_VERSION', u8, { json: 'mcast_igmp_version' }],
  mcastMldVersion: [5, 'BRIDGE_VLANDB_GOPTS_MCAST_MLD_VERSION', u8, { json: 'mcast_mld_version' }],
  mcastLastMemberCount: [6, 'BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_CNT', u32, { json: 'mcast_last_member_count' }],
  mcastStartupQueryCount: [
    7,
    'BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_CNT',
    u32,
    { json: 'mcast_startup_query_count' },
  ],
  mcastLastMemberInterval: [
    8,
    'BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_INTVL',
    u64,
    { json: 'mcast_last_member_interval' },
  ],
  _pad: [9, 'BRIDGE_VLANDB_GOPTS_PAD', bytes],
  mcastMembershipInterval: [
    10,
    'BRIDGE_VLANDB_GOPTS_MCAST_MEMBERSHIP_INTVL',
    u64,
    { json: 'mcast_membership_interval' },
  ],
  mcastQuerierInterval: [11, 'BRIDGE_VLANDB_GOPTS_MCAST_QUERIER_INTVL', u64, { json: 'mcast_querier_interval' }],
  mcastQueryInterval: [12, 'BRIDGE_VLANDB_GOPTS_MCAST_QUERY_INTVL', u64, { json: 'mcast_query_interval' }],
  mcastQueryResponseInterval: [
    13,
    'BRIDGE_VLANDB_GOPTS_MCAST_QUERY_RESPONSE_INTVL',
    u64,
    { json: 'mcast_query_response_interval' },
  ],
  mcastStartupQueryInterval: [
    14,
    'BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_INTVL',
    u64,
    { json: 'mcast_startup_query_interval' },
  ],
  mcastQuerier: [15, 'BRIDGE_VLANDB_GOPTS_MCAST_QUERIER', bool, { json: 'mcast_querier' }],
  mcastRouterPorts: [
    16,
    'BRIDGE_VLANDB_GOPTS_MCAST_ROUTER_PORTS',
    // Holds an MDBA_ROUTER (net/bridge/br_mdb.c: br_rports_fill_info).
    flaggedNest(() => MDB),
    { json: 'mcast_router_ports' },
  ],
  mcastQuerierState: [
    17,
    'BRIDGE_VLANDB_GOPTS_MCAST_QUERIER_STATE',
    nest(BRIDGE_QUERIER),
    { json: 'mcast_querier_state' },
  ],
  msti: [18, 'BRIDGE_VLANDB_GOPTS_MSTI', u16],
}))

export type BridgeVlanOptions = AttributesInput<typeof GLOBAL_OPTIONS.rows>

/** BRIDGE_VLANDB_DUMPF_*. */
const DUMP_FLAG = words('dump flag (BRIDGE_VLANDB_DUMPF_*)', { stats: 1 << 0, global: 1 << 1 })

export const BRIDGE_VLAN = attributes('BRIDGE_VLANDB', () => ({
  entries: [1, 'BRIDGE_VLANDB_ENTRY', many(flaggedNest(ENTRY)), { json: 'vlans' }],
  globalOptions: [2, 'BRIDGE_VLANDB_GLOBAL_OPTIONS', many(flaggedNest(GLOBAL_OPTIONS)), { json: 'vlans' }],
}))
/** What the kernel sends, and what changes VLANs. */
export const bridgeVlanMessage = message('bridge VLAN', { RTM_NEWVLAN: 112, RTM_DELVLAN: 113 }, brVlanMsg, BRIDGE_VLAN)
export type BridgeVlan = MessageOf<typeof bridgeVlanMessage>

export const BRIDGE_VLAN_DUMP = attributes('BRIDGE_VLANDB_DUMP', () => ({
  flags: [1, 'BRIDGE_VLANDB_DUMP_FLAGS', flags(u32, DUMP_FLAG)],
}))
/** A dump's request: its attributes have numbers of their own. */
export const bridgeVlanRequestMessage = message(
  'bridge VLAN request',
  { RTM_GETVLAN: 114 },
  brVlanMsg,
  BRIDGE_VLAN_DUMP,
)
export type BridgeVlanRequest = MessageOf<typeof bridgeVlanRequestMessage>
