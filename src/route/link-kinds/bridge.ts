// bridge and its ports: include/uapi/linux/{if_link.h,if_bridge.h}, net/bridge/br_netlink.c.
// Times are in USER_HZ (centiseconds), but for those that say otherwise.
import {
  be16,
  bool,
  bytes,
  type Codec,
  enumeration,
  flag,
  flags,
  ip,
  mac,
  shown,
  u8,
  u16,
  u32,
  u64,
} from '../../netlink/codec.ts'
import { attributes, nest } from '../../netlink/schema.ts'
import { struct } from '../../netlink/struct.ts'
import { hexText, macBytes } from '../../netlink/text.ts'
import { words } from '../../netlink/words.ts'
import { ETH_P } from '../words.ts'

/**
 * struct ifla_bridge_id: priority and address, `8000.263ecec5dede` as sysfs and brctl print it. iproute2's
 * `8000.26:3e:ce:c5:de:de` is understood too.
 */
export const bridgeId: Codec<string> = {
  kind: 'struct ifla_bridge_id',
  size: 8,
  read(_v, b, p) {
    const digits = hexText(b.subarray(p, p + 8))
    return `${digits.slice(0, 4)}.${digits.slice(4)}`
  },
  write(w, value) {
    const raw = typeof value === 'string' ? bridgeIdBytes(value) : undefined
    if (raw?.length !== 8) throw new RangeError(`must be a bridge id like 8000.263ecec5dede, not ${shown(value)}`)
    w.raw(raw)
  },
}

function bridgeIdBytes(text: string): Uint8Array | undefined {
  const [priority = '', address = ''] = text.split('.')
  if (!/^[0-9a-fA-F]{4}$/.test(priority)) return undefined
  const pairs = address.includes(':') ? address : address.match(/../g)?.join(':')
  return macBytes(`${priority.slice(0, 2)}:${priority.slice(2)}:${pairs}`)
}

/** MDB_RTR_TYPE_*: include/uapi/linux/if_bridge.h. */
export const MDB_RTR_TYPE = words('multicast router type (MDB_RTR_TYPE_*)', {
  disabled: 0,
  temp_query: 1,
  perm: 2,
  temp: 3,
})

/** BR_BOOLOPT_*: include/uapi/linux/if_bridge.h; bits of the two masks of br_boolopt_multi. */
const BR_BOOLOPT = words('bridge option (BR_BOOLOPT_*)', {
  no_ll_learn: 1 << 0,
  mcast_vlan_snooping: 1 << 1,
  mst_enable: 1 << 2,
  mdb_offload_fail_notification: 1 << 3,
  fdb_local_vlan_0: 1 << 4,
})

/** `mask` says which options are meant, `values` which of them are on. */
const brBooloptMulti = struct('br_boolopt_multi', () => ({
  values: ['optval', flags(u32, BR_BOOLOPT)],
  mask: ['optmask', flags(u32, BR_BOOLOPT)],
}))

export const BRIDGE_QUERIER = attributes('BRIDGE_QUERIER', () => ({
  ipAddress: [1, 'BRIDGE_QUERIER_IP_ADDRESS', ip, { json: 'ipv4_addr' }],
  ipPort: [2, 'BRIDGE_QUERIER_IP_PORT', u32, { json: 'ipv4_port' }],
  ipOtherTimer: [3, 'BRIDGE_QUERIER_IP_OTHER_TIMER', u64, { json: 'ipv4_other_timer' }],
  _pad: [4, 'BRIDGE_QUERIER_PAD', bytes],
  ipv6Address: [5, 'BRIDGE_QUERIER_IPV6_ADDRESS', ip, { json: 'ipv6_addr' }],
  ipv6Port: [6, 'BRIDGE_QUERIER_IPV6_PORT', u32, { json: 'ipv6_port' }],
  ipv6OtherTimer: [7, 'BRIDGE_QUERIER_IPV6_OTHER_TIMER', u64, { json: 'ipv6_other_timer' }],
}))

/** Who runs the spanning tree: as ever (a daemon if /sbin/bridge-stp takes it), a daemon, the kernel. */
const BR_STP_MODE = words('spanning tree mode (BR_STP_MODE_*)', { auto: 0, user: 1, kernel: 2 })

export const BRIDGE = attributes('IFLA_BR', () => ({
  forwardDelay: [1, 'IFLA_BR_FORWARD_DELAY', u32, { json: 'forward_delay' }],
  helloTime: [2, 'IFLA_BR_HELLO_TIME', u32, { json: 'hello_time' }],
  maxAge: [3, 'IFLA_BR_MAX_AGE', u32, { json: 'max_age' }],
  ageingTime: [4, 'IFLA_BR_AGEING_TIME', u32, { json: 'ageing_time' }],
  /** 0 off, 1 the kernel's spanning tree, 2 a daemon's. */
  stpState: [5, 'IFLA_BR_STP_STATE', u32, { json: 'stp_state' }],
  priority: [6, 'IFLA_BR_PRIORITY', u16],
  vlanFiltering: [7, 'IFLA_BR_VLAN_FILTERING', bool, { json: 'vlan_filtering' }],
  vlanProtocol: [8, 'IFLA_BR_VLAN_PROTOCOL', enumeration(be16, ETH_P), { json: 'vlan_protocol' }],
  groupFwdMask: [9, 'IFLA_BR_GROUP_FWD_MASK', u16, { json: 'group_fwd_mask' }],
  rootId: [10, 'IFLA_BR_ROOT_ID', bridgeId, { json: 'root_id' }],
  bridgeId: [11, 'IFLA_BR_BRIDGE_ID', bridgeId, { json: 'bridge_id' }],
  rootPort: [12, 'IFLA_BR_ROOT_PORT', u16, { json: 'root_port' }],
  rootPathCost: [13, 'IFLA_BR_ROOT_PATH_COST', u32, { json: 'root_path_cost' }],
  topologyChange: [14, 'IFLA_BR_TOPOLOGY_CHANGE', bool, { json: 'topology_change' }],
  topologyChangeDetected: [15, 'IFLA_BR_TOPOLOGY_CHANGE_DETECTED', bool, { json: 'topology_change_detected' }],
  helloTimer: [16, 'IFLA_BR_HELLO_TIMER', u64, { json: 'hello_timer' }],
  tcnTimer: [17, 'IFLA_BR_TCN_TIMER', u64, { json: 'tcn_timer' }],
  topologyChangeTimer: [18, 'IFLA_BR_TOPOLOGY_CHANGE_TIMER', u64, { json: 'topology_change_timer' }],
  gcTimer: [19, 'IFLA_BR_GC_TIMER', u64, { json: 'gc_timer' }],
  groupAddress: [20, 'IFLA_BR_GROUP_ADDR', mac, { json: 'group_addr' }],
  fdbFlush: [21, 'IFLA_BR_FDB_FLUSH', flag, { json: 'fdb_flush' }],
  mcastRouter: [22, 'IFLA_BR_MCAST_ROUTER', u8, { json: 'mcast_router' }],
  mcastSnooping: [23, 'IFLA_BR_MCAST_SNOOPING', bool, { json: 'mcast_snooping' }],
  mcastQueryUseIfaddr: [24, 'IFLA_BR_MCAST_QUERY_USE_IFADDR', bool, { json: 'mcast_query_use_ifaddr' }],
  mcastQuerier: [25, 'IFLA_BR_MCAST_QUERIER', bool, { json: 'mcast_querier' }],
  mcastHashElasticity: [26, 'IFLA_BR_MCAST_HASH_ELASTICITY', u32, { json: 'mcast_hash_elasticity' }],
  mcastHashMax: [27, 'IFLA_BR_MCAST_HASH_MAX', u32, { json: 'mcast_hash_max' }],
  mcastLastMemberCount: [28, 'IFLA_BR_MCAST_LAST_MEMBER_CNT', u32, { json: 'mcast_last_member_cnt' }],
  mcastStartupQueryCount: [29, 'IFLA_BR_MCAST_STARTUP_QUERY_CNT', u32, { json: 'mcast_startup_query_cnt' }],
  mcastLastMemberInterval: [30, 'IFLA_BR_MCAST_LAST_MEMBER_INTVL', u64, { json: 'mcast_last_member_intvl' }],
  mcastMembershipInterval: [31, 'IFLA_BR_MCAST_MEMBERSHIP_INTVL', u64, { json: 'mcast_membership_intvl' }],
  mcastQuerierInterval: [32, 'IFLA_BR_MCAST_QUERIER_INTVL', u64, { json: 'mcast_querier_intvl' }],
  mcastQueryInterval: [33, 'IFLA_BR_MCAST_QUERY_INTVL', u64, { json: 'mcast_query_intvl' }],
  mcastQueryResponseInterval: [34, 'IFLA_BR_MCAST_QUERY_RESPONSE_INTVL', u64, { json: 'mcast_query_response_intvl' }],
  mcastStartupQueryInterval: [35, 'IFLA_BR_MCAST_STARTUP_QUERY_INTVL', u64, { json: 'mcast_startup_query_intvl' }],
  nfCallIptables: [36, 'IFLA_BR_NF_CALL_IPTABLES', bool, { json: 'nf_call_iptables' }],
  nfCallIp6tables: [37, 'IFLA_BR_NF_CALL_IP6TABLES', bool, { json: 'nf_call_ip6tables' }],
  nfCallArptables: [38, 'IFLA_BR_NF_CALL_ARPTABLES', bool, { json: 'nf_call_arptables' }],
  vlanDefaultPvid: [39, 'IFLA_BR_VLAN_DEFAULT_PVID', u16, { json: 'vlan_default_pvid' }],
  _pad: [40, 'IFLA_BR_PAD', bytes],
  vlanStatsEnabled: [41, 'IFLA_BR_VLAN_STATS_ENABLED', bool, { json: 'vlan_stats_enabled' }],
  mcastStatsEnabled: [42, 'IFLA_BR_MCAST_STATS_ENABLED', bool, { json: 'mcast_stats_enabled' }],
  mcastIgmpVersion: [43, 'IFLA_BR_MCAST_IGMP_VERSION', u8, { json: 'mcast_igmp_version' }],
  mcastMldVersion: [44, 'IFLA_BR_MCAST_MLD_VERSION', u8, { json: 'mcast_mld_version' }],
  vlanStatsPerPort: [45, 'IFLA_BR_VLAN_STATS_PER_PORT', bool, { json: 'vlan_stats_per_port' }],
  multiBoolopt: [46, 'IFLA_BR_MULTI_BOOLOPT', brBooloptMulti, { json: 'multi_boolopt' }],
  mcastQuerierState: [47, 'IFLA_BR_MCAST_QUERIER_STATE', nest(BRIDGE_QUERIER), { json: 'mcast_querier_state' }],
  // Since Linux 6.7.
  fdbLearned: [48, 'IFLA_BR_FDB_N_LEARNED', u32, { json: 'fdb_n_learned' }],
  fdbMaxLearned: [49, 'IFLA_BR_FDB_MAX_LEARNED', u32, { json: 'fdb_max_learned' }],
  // After Linux 6.18.
  stpMode: [50, 'IFLA_BR_STP_MODE', enumeration(u32, BR_STP_MODE), { json: 'stp_mode' }],
}))

/** BR_STATE_*: include/uapi/linux/if_bridge.h. */
export const BR_STATE = words('spanning tree state (BR_STATE_*)', {
  disabled: 0,
  listening: 1,
  learning: 2,
  forwarding: 3,
  blocking: 4,
})

/** IFLA_BRPORT_*: also inside IFLA_PROTINFO of the bridge family. */
export const BRIDGE_PORT = attributes('IFLA_BRPORT', () => ({
  state: [1, 'IFLA_BRPORT_STATE', enumeration(u8, BR_STATE)],
  priority: [2, 'IFLA_BRPORT_PRIORITY', u16],
  cost: [3, 'IFLA_BRPORT_COST', u32],
  hairpin: [4, 'IFLA_BRPORT_MODE', bool],
  guard: [5, 'IFLA_BRPORT_GUARD', bool],
  rootBlock: [6, 'IFLA_BRPORT_PROTECT', bool, { json: 'root_block' }],
  fastLeave: [7, 'IFLA_BRPORT_FAST_LEAVE', bool, { json: 'fastleave' }],
  learning: [8, 'IFLA_BRPORT_LEARNING', bool],
  flood: [9, 'IFLA_BRPORT_UNICAST_FLOOD', bool],
  proxyArp: [10, 'IFLA_BRPORT_PROXYARP', bool, { json: 'proxy_arp' }],
  learningSync: [11, 'IFLA_BRPORT_LEARNING_SYNC', bool, { json: 'learning_sync' }],
  proxyArpWifi: [12, 'IFLA_BRPORT_PROXYARP_WIFI', bool, { json: 'proxy_arp_wifi' }],
  rootId: [13, 'IFLA_BRPORT_ROOT_ID', bridgeId, { json: 'root_id' }],
  bridgeId: [14, 'IFLA_BRPORT_BRIDGE_ID', bridgeId, { json: 'bridge_id' }],
  designatedPort: [15, 'IFLA_BRPORT_DESIGNATED_PORT', u16, { json: 'designated_port' }],
  designatedCost: [16, 'IFLA_BRPORT_DESIGNATED_COST', u16, { json: 'designated_cost' }],
  id: [17, 'IFLA_BRPORT_ID', u16],
  no: [18, 'IFLA_BRPORT_NO', u16],
  topologyChangeAck: [19, 'IFLA_BRPORT_TOPOLOGY_CHANGE_ACK', bool, { json: 'topology_change_ack' }],
  configPending: [20, 'IFLA_BRPORT_CONFIG_PENDING', bool, { json: 'config_pending' }],
  messageAgeTimer: [21, 'IFLA_BRPORT_MESSAGE_AGE_TIMER', u64, { json: 'message_age_timer' }],
  forwardDelayTimer: [22, 'IFLA_BRPORT_FORWARD_DELAY_TIMER', u64, { json: 'forward_delay_timer' }],
  holdTimer: [23, 'IFLA_BRPORT_HOLD_TIMER', u64, { json: 'hold_timer' }],
  fdbFlush: [24, 'IFLA_BRPORT_FLUSH', flag, { json: 'fdb_flush' }],
  mcastRouter: [25, 'IFLA_BRPORT_MULTICAST_ROUTER', u8, { json: 'multicast_router' }],
  _pad: [26, 'IFLA_BRPORT_PAD', bytes],
  mcastFlood: [27, 'IFLA_BRPORT_MCAST_FLOOD', bool, { json: 'mcast_flood' }],
  mcastToUnicast: [28, 'IFLA_BRPORT_MCAST_TO_UCAST', bool, { json: 'mcast_to_unicast' }],
  vlanTunnel: [29, 'IFLA_BRPORT_VLAN_TUNNEL', bool, { json: 'vlan_tunnel' }],
  bcastFlood: [30, 'IFLA_BRPORT_BCAST_FLOOD', bool, { json: 'bcast_flood' }],
  groupFwdMask: [31, 'IFLA_BRPORT_GROUP_FWD_MASK', u16, { json: 'group_fwd_mask' }],
  neighSuppress: [32, 'IFLA_BRPORT_NEIGH_SUPPRESS', bool, { json: 'neigh_suppress' }],
  isolated: [33, 'IFLA_BRPORT_ISOLATED', bool],
  /** The index of the port that takes over while this one has no carrier. */
  backupPort: [34, 'IFLA_BRPORT_BACKUP_PORT', u32, { json: 'backup_port' }],
  mrpRingOpen: [35, 'IFLA_BRPORT_MRP_RING_OPEN', bool, { json: 'mrp_ring_open' }],
  mrpInOpen: [36, 'IFLA_BRPORT_MRP_IN_OPEN', bool, { json: 'mrp_in_open' }],
  mcastEhtHostsLimit: [37, 'IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT', u32, { json: 'mcast_eht_hosts_limit' }],
  mcastEhtHostsCount: [38, 'IFLA_BRPORT_MCAST_EHT_HOSTS_CNT', u32, { json: 'mcast_eht_hosts_cnt' }],
  locked: [39, 'IFLA_BRPORT_LOCKED', bool],
  // Since Linux 6.2, 6.3 (two), 6.4, 6.6 and (the last) after 6.18.
  mab: [40, 'IFLA_BRPORT_MAB', bool],
  mcastGroups: [41, 'IFLA_BRPORT_MCAST_N_GROUPS', u32, { json: 'mcast_n_groups' }],
  mcastMaxGroups: [42, 'IFLA_BRPORT_MCAST_MAX_GROUPS', u32, { json: 'mcast_max_groups' }],
  neighVlanSuppress: [43, 'IFLA_BRPORT_NEIGH_VLAN_SUPPRESS', bool, { json: 'neigh_vlan_suppress' }],
  backupNexthop: [44, 'IFLA_BRPORT_BACKUP_NHID', u32, { json: 'backup_nhid' }],
  neighForwardGrat: [45, 'IFLA_BRPORT_NEIGH_FORWARD_GRAT', bool, { json: 'neigh_forward_grat' }],
}))

export const bridge = { bridge: { data: nest(BRIDGE), port: nest(BRIDGE_PORT) } }
