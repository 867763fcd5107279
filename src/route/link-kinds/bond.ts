// bond and its ports: include/uapi/linux/{if_link.h,if_bonding.h}, drivers/net/bonding/bond_netlink.c.
// Times are in milliseconds, but for those that say otherwise.
import { bool, enumeration, flags, ipv4, ipv6, mac, s32, u8, u16, u32 } from '../../netlink/codec.ts'
import { attributes, nest, sequence } from '../../netlink/schema.ts'
import { words } from '../../netlink/words.ts'

const BOND_MODE = words('bond mode (BOND_MODE_*)', {
  'balance-rr': 0,
  'active-backup': 1,
  'balance-xor': 2,
  broadcast: 3,
  '802.3ad': 4,
  'balance-tlb': 5,
  'balance-alb': 6,
})
const BOND_ARP_VALIDATE = words('arp_validate (BOND_ARP_VALIDATE_*)', {
  none: 0,
  active: 1,
  backup: 2,
  all: 3,
  filter: 4,
  filter_active: 5,
  filter_backup: 6,
})
const BOND_ARP_TARGETS = words('arp_all_targets (BOND_ARP_TARGETS_*)', { any: 0, all: 1 })
const BOND_PRI_RESELECT = words('primary_reselect (BOND_PRI_RESELECT_*)', { always: 0, better: 1, failure: 2 })
const BOND_FOM = words('fail_over_mac (BOND_FOM_*)', { none: 0, active: 1, follow: 2 })
const BOND_XMIT_POLICY = words('xmit_hash_policy (BOND_XMIT_POLICY_*)', {
  layer2: 0,
  'layer3+4': 1,
  'layer2+3': 2,
  'encap2+3': 3,
  'encap3+4': 4,
  'vlan+srcmac': 5,
})
const AD_LACP_RATE = words('lacp_rate (AD_LACP_*)', { slow: 0, fast: 1 })
const BOND_AD = words('ad_select (BOND_AD_*)', { stable: 0, bandwidth: 1, count: 2, actor_port_prio: 3 })

const BOND_AD_INFO = attributes('IFLA_BOND_AD_INFO', () => ({
  aggregator: [1, 'IFLA_BOND_AD_INFO_AGGREGATOR', u16],
  numPorts: [2, 'IFLA_BOND_AD_INFO_NUM_PORTS', u16, { json: 'num_ports' }],
  actorKey: [3, 'IFLA_BOND_AD_INFO_ACTOR_KEY', u16, { json: 'actor_key' }],
  partnerKey: [4, 'IFLA_BOND_AD_INFO_PARTNER_KEY', u16, { json: 'partner_key' }],
  partnerMac: [5, 'IFLA_BOND_AD_INFO_PARTNER_MAC', mac, { json: 'partner_mac' }],
}))

const BOND = attributes('IFLA_BOND', () => ({
  mode: [1, 'IFLA_BOND_MODE', enumeration(u8, BOND_MODE)],
  /** The index of a port; 0 in a request clears it. */
  activeSlave: [2, 'IFLA_BOND_ACTIVE_SLAVE', u32, { json: 'active_slave' }],
  miimon: [3, 'IFLA_BOND_MIIMON', u32],
  updelay: [4, 'IFLA_BOND_UPDELAY', u32],
  downdelay: [5, 'IFLA_BOND_DOWNDELAY', u32],
  useCarrier: [6, 'IFLA_BOND_USE_CARRIER', bool, { json: 'use_carrier' }],
  arpInterval: [7, 'IFLA_BOND_ARP_INTERVAL', u32, { json: 'arp_interval' }],
  arpIpTargets: [8, 'IFLA_BOND_ARP_IP_TARGET', sequence(ipv4, 0), { json: 'arp_ip_target' }],
  arpValidate: [9, 'IFLA_BOND_ARP_VALIDATE', enumeration(u32, BOND_ARP_VALIDATE), { json: 'arp_validate' }],
  arpAllTargets: [10, 'IFLA_BOND_ARP_ALL_TARGETS', enumeration(u32, BOND_ARP_TARGETS), { json: 'arp_all_targets' }],
  /** The index of a port. */
  primary: [11, 'IFLA_BOND_PRIMARY', u32],
  primaryReselect: [12, 'IFLA_BOND_PRIMARY_RESELECT', enumeration(u8, BOND_PRI_RESELECT), { json: 'primary_reselect' }],
  failOverMac: [13, 'IFLA_BOND_FAIL_OVER_MAC', enumeration(u8, BOND_FOM), { json: 'fail_over_mac' }],
  xmitHashPolicy: [14, 'IFLA_BOND_XMIT_HASH_POLICY', enumeration(u8, BOND_XMIT_POLICY), { json: 'xmit_hash_policy' }],
  resendIgmp: [15, 'IFLA_BOND_RESEND_IGMP', u32, { json: 'resend_igmp' }],
  numPeerNotif: [16, 'IFLA_BOND_NUM_PEER_NOTIF', u8, { json: 'num_peer_notif' }],
  allSlavesActive: [17, 'IFLA_BOND_ALL_SLAVES_ACTIVE', bool, { json: 'all_slaves_active' }],
  minLinks: [18, 'IFLA_BOND_MIN_LINKS', u32, { json: 'min_links' }],
  /** Seconds. */
  lpInterval: [19, 'IFLA_BOND_LP_INTERVAL', u32, { json: 'lp_interval' }],
  packetsPerSlave: [20, 'IFLA_BOND_PACKETS_PER_SLAVE', u32, { json: 'packets_per_slave' }],
  adLacpRate: [21, 'IFLA_BOND_AD_LACP_RATE', enumeration(u8, AD_LACP_RATE), { json: 'ad_lacp_rate' }],
  adSelect: [22, 'IFLA_BOND_AD_SELECT', enumeration(u8, BOND_AD), { json: 'ad_select' }],
  adInfo: [23, 'IFLA_BOND_AD_INFO', nest(BOND_AD_INFO), { json: 'ad_info' }],
  adActorSysPrio: [24, 'IFLA_BOND_AD_ACTOR_SYS_PRIO', u16, { json: 'ad_actor_sys_prio' }],
  adUserPortKey: [25, 'IFLA_BOND_AD_USER_PORT_KEY', u16, { json: 'ad_user_port_key' }],
  adActorSystem: [26, 'IFLA_BOND_AD_ACTOR_SYSTEM', mac, { json: 'ad_actor_system' }],
  tlbDynamicLb: [27, 'IFLA_BOND_TLB_DYNAMIC_LB', bool, { json: 'tlb_dynamic_lb' }],
  peerNotifyDelay: [28, 'IFLA_BOND_PEER_NOTIF_DELAY', u32, { json: 'peer_notify_delay' }],
  adLacpActive: [29, 'IFLA_BOND_AD_LACP_ACTIVE', bool, { json: 'ad_lacp_active' }],
  arpMissedMax: [30, 'IFLA_BOND_MISSED_MAX', u8, { json: 'arp_missed_max' }],
  nsIp6Targets: [31, 'IFLA_BOND_NS_IP6_TARGET', sequence(ipv6, 0), { json: 'ns_ip6_target' }],
  // Since Linux 6.9, 6.17 and (the last) 7.x and the stable 6.18.40.
  coupledControl: [32, 'IFLA_BOND_COUPLED_CONTROL', bool, { json: 'coupled_control' }],
  broadcastNeigh: [33, 'IFLA_BOND_BROADCAST_NEIGH', bool, { json: 'broadcast_neigh' }],
  lacpStrict: [34, 'IFLA_BOND_LACP_STRICT', bool, { json: 'lacp_strict' }],
}))

const BOND_STATE = words('bond port state (BOND_STATE_*)', { active: 0, backup: 1 })
const BOND_LINK = words('MII status (BOND_LINK_*)', { up: 0, going_down: 1, down: 2, going_back: 3 })
/** LACP_STATE_*: include/uapi/linux/if_bonding.h. */
export const LACP_STATE = words('LACP state (LACP_STATE_*)', {
  active: 1 << 0,
  short_timeout: 1 << 1,
  aggregating: 1 << 2,
  in_sync: 1 << 3,
  collecting: 1 << 4,
  distributing: 1 << 5,
  defaulted: 1 << 6,
  expired: 1 << 7,
})
/** churn_state_t: include/net/bond_3ad.h. */
const CHURN = words('churn state', { monitoring: 0, churned: 1, none: 2 })

const BOND_PORT = attributes('IFLA_BOND_SLAVE', () => ({
  state: [1, 'IFLA_BOND_SLAVE_STATE', enumeration(u8, BOND_STATE)],
  miiStatus: [2, 'IFLA_BOND_SLAVE_MII_STATUS', enumeration(u8, BOND_LINK), { json: 'mii_status' }],
  linkFailureCount: [3, 'IFLA_BOND_SLAVE_LINK_FAILURE_COUNT', u32, { json: 'link_failure_count' }],
  permanentAddress: [4, 'IFLA_BOND_SLAVE_PERM_HWADDR', mac, { json: 'perm_hwaddr' }],
  queueId: [5, 'IFLA_BOND_SLAVE_QUEUE_ID', u16, { json: 'queue_id' }],
  adAggregatorId: [6, 'IFLA_BOND_SLAVE_AD_AGGREGATOR_ID', u16, { json: 'ad_aggregator_id' }],
  adActorOperPortState: [
    7,
    'IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE',
    flags(u8, LACP_STATE),
    { json: 'ad_actor_oper_port_state' },
  ],
  adPartnerOperPortState: [
    8,
    'IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE',
    flags(u16, LACP_STATE),
    { json: 'ad_partner_oper_port_state' },
  ],
  prio: [9, 'IFLA_BOND_SLAVE_PRIO', s32],
  // Since Linux 6.18 and (the last two) 7.x, and in stable kernels from 6.1 on.
  actorPortPrio: [10, 'IFLA_BOND_SLAVE_ACTOR_PORT_PRIO', u16, { json: 'actor_port_prio' }],
  adChurnActorState: [
    11,
    'IFLA_BOND_SLAVE_AD_CHURN_ACTOR_STATE',
    enumeration(u8, CHURN),
    { json: 'ad_churn_actor_state' },
  ],
  adChurnPartnerState: [
    12,
    'IFLA_BOND_SLAVE_AD_CHURN_PARTNER_STATE',
    enumeration(u8, CHURN),
    { json: 'ad_churn_partner_state' },
  ],
}))

export const bond = { bond: { data: nest(BOND), port: nest(BOND_PORT) } }
