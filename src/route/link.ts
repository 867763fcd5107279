// Links: RTM_NEWLINK and its relatives. Source: include/uapi/linux/if_link.h and net/core/rtnetlink.c
// (rtnl_fill_ifinfo for what the kernel sends, ifla_policy for what it takes). Attributes that are newer than
// Debian 12's headers (Linux 6.1) say since when they are there.
import {
  bareString,
  bool,
  bytes,
  enumeration,
  flags,
  type Input,
  mac,
  s32,
  string,
  u8,
  u16,
  u32,
  u64,
  uint,
  type Value,
} from '../netlink/codec.ts'
import { attributes, byChoice, bySibling, type Choice, flaggedNest, many, message, nest } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import type { Attributes, AttributesInput, MessageOf, Named, Table } from '../netlink/table.ts'
import { words } from '../netlink/words.ts'
import { afSpec, protInfo } from './af-spec.ts'
import { ifinfomsg } from './ifinfomsg.ts'
import { type LinkKinds, linkKinds } from './link-kinds/index.ts'
import { type KindCodecs, kindCodecs } from './link-kinds/kind.ts'
import { linkStats, linkStats64 } from './link-statistics.ts'
import { portSelf, vfInfoList, vfPorts } from './link-vf.ts'
import { IF_LINK_MODE, IF_OPER } from './words.ts'

export { ifinfomsg }

const linkIfmap = struct('rtnl_link_ifmap', {
  memStart: ['mem_start', u64],
  memEnd: ['mem_end', u64],
  baseAddress: ['base_addr', u64],
  irq: ['irq', u16],
  dma: ['dma', u8],
  port: ['port', u8],
  _pad: ['(padding)', u32],
})

// ── IFLA_LINKINFO ──────────────────────────────────────────────────────────

const kinds = linkKinds((): Table => LINK)

/** What a kind's ports have. iproute2 names it in requests by IFLA_INFO_KIND, `bridge_slave`, and not as the kernel does. */
const portData = kindCodecs(kinds, 'port')
const bySlaveKind = byChoice((_header, { slaveKind, kind }) => {
  const name = typeof slaveKind === 'string' ? slaveKind : String(kind).replace(/_slave$/, '')
  return Object.hasOwn(portData, name) ? portData[name as keyof typeof portData] : undefined
}) as Choice<KindCodecs<LinkKinds, 'port'>>

const LINK_INFO = attributes('IFLA_INFO', () => ({
  kind: [1, 'IFLA_INFO_KIND', bareString, { json: 'info_kind' }],
  /** The kind's own options: a table of link-kinds/. */
  data: [
    2,
    'IFLA_INFO_DATA',
    bySibling<KindCodecs<LinkKinds, 'data'>>('kind', kindCodecs(kinds, 'data')),
    { json: 'info_data' },
  ],
  statistics: [
    3,
    'IFLA_INFO_XSTATS',
    bySibling<KindCodecs<LinkKinds, 'statistics'>>('kind', kindCodecs(kinds, 'statistics')),
    { json: 'info_xstats' },
  ],
  /** The kind of the master. */
  slaveKind: [4, 'IFLA_INFO_SLAVE_KIND', bareString, { json: 'info_slave_kind' }],
  /** The link's options as a port of its master. */
  slaveData: [5, 'IFLA_INFO_SLAVE_DATA', bySlaveKind, { json: 'info_slave_data' }],
}))

// ── small nests ────────────────────────────────────────────────────────────

/** XDP_ATTACHED_*, in the words of iproute2's `ip -j -d link`: mode 1 native, 2 generic, 3 offloaded. */
const XDP_ATTACHED = words('XDP mode (XDP_ATTACHED_*)', { none: 0, drv: 1, skb: 2, hw: 3, multi: 4 })
const XDP_FLAGS = words('XDP flag (XDP_FLAGS_*)', {
  update_if_noexist: 1 << 0,
  skb_mode: 1 << 1,
  drv_mode: 1 << 2,
  hw_mode: 1 << 3,
  replace: 1 << 4,
})

const XDP = attributes('IFLA_XDP', () => ({
  /** The program's file descriptor; -1 takes the program off. */
  fd: [1, 'IFLA_XDP_FD', s32],
  attached: [2, 'IFLA_XDP_ATTACHED', enumeration(u8, XDP_ATTACHED)],
  flags: [3, 'IFLA_XDP_FLAGS', flags(u32, XDP_FLAGS)],
  progId: [4, 'IFLA_XDP_PROG_ID', u32, { json: 'prog_id' }],
  drvProgId: [5, 'IFLA_XDP_DRV_PROG_ID', u32, { json: 'drv_prog_id' }],
  skbProgId: [6, 'IFLA_XDP_SKB_PROG_ID', u32, { json: 'skb_prog_id' }],
  hwProgId: [7, 'IFLA_XDP_HW_PROG_ID', u32, { json: 'hw_prog_id' }],
  expectedFd: [8, 'IFLA_XDP_EXPECTED_FD', s32, { json: 'expected_fd' }],
}))

const PROP_LIST = attributes('IFLA_PROP_LIST', () => ({
  altNames: [53, 'IFLA_ALT_IFNAME', many(string), { json: 'altnames' }],
}))

const PROTO_DOWN_REASON = attributes('IFLA_PROTO_DOWN_REASON', () => ({
  mask: [1, 'IFLA_PROTO_DOWN_REASON_MASK', u32],
  value: [2, 'IFLA_PROTO_DOWN_REASON_VALUE', u32],
}))

/** IFLA_EVENT_*: include/uapi/linux/if_link.h. */
const IFLA_EVENT = words('link event (IFLA_EVENT_*)', {
  none: 0,
  reboot: 1,
  features: 2,
  bonding_failover: 3,
  notify_peers: 4,
  igmp_resend: 5,
  bonding_options: 6,
})

/** RTEXT_FILTER_*: include/uapi/linux/rtnetlink.h: what a request wants beyond the usual. */
export const RTEXT_FILTER = words('extended filter (RTEXT_FILTER_*)', {
  vf: 1 << 0,
  brvlan: 1 << 1,
  brvlan_compressed: 1 << 2,
  skip_stats: 1 << 3,
  mrp: 1 << 4,
  cfm_config: 1 << 5,
  cfm_status: 1 << 6,
  mst: 1 << 7,
  // After Linux 6.18.
  name_only: 1 << 8,
})

/** DEVLINK_ATTR_*: include/uapi/linux/devlink.h: which devlink port the device is. */
const DEVLINK_PORT = attributes('DEVLINK_ATTR', () => ({
  busName: [1, 'DEVLINK_ATTR_BUS_NAME', string],
  devName: [2, 'DEVLINK_ATTR_DEV_NAME', string],
  portIndex: [3, 'DEVLINK_ATTR_PORT_INDEX', u32],
}))

/** DPLL_A_PIN_*: include/uapi/linux/dpll.h: the pin that feeds the port's clock. */
const DPLL_PIN = attributes('DPLL_A_PIN', () => ({
  id: [1, 'DPLL_A_PIN_ID', u32],
}))

/** struct iw_event, of drivers with wireless extensions. */
const wireless = bytes

// ── the link ───────────────────────────────────────────────────────────────

export const LINK = attributes('IFLA', () => ({
  address: [1, 'IFLA_ADDRESS', mac],
  broadcast: [2, 'IFLA_BROADCAST', mac],
  name: [3, 'IFLA_IFNAME', string, { json: 'ifname' }],
  mtu: [4, 'IFLA_MTU', u32],
  /** The index of the link below this one (a macvlan's device), or of the other end of a veth. */
  link: [5, 'IFLA_LINK', u32],
  qdisc: [6, 'IFLA_QDISC', string],
  stats: [7, 'IFLA_STATS', linkStats, { lazy: true }],
  cost: [8, 'IFLA_COST', bytes],
  priority: [9, 'IFLA_PRIORITY', bytes],
  /** The index of the bridge, bond, VRF… that this link is a port of; 0 in a request takes it out. */
  master: [10, 'IFLA_MASTER', u32],
  wireless: [11, 'IFLA_WIRELESS', wireless],
  protInfo: [12, 'IFLA_PROTINFO', protInfo, { lazy: true, json: 'protinfo' }],
  txQueueLength: [13, 'IFLA_TXQLEN', u32, { json: 'txqlen' }],
  map: [14, 'IFLA_MAP', linkIfmap, { lazy: true }],
  weight: [15, 'IFLA_WEIGHT', u32],
  operState: [16, 'IFLA_OPERSTATE', enumeration(u8, IF_OPER), { json: 'operstate' }],
  linkMode: [17, 'IFLA_LINKMODE', enumeration(u8, IF_LINK_MODE), { json: 'linkmode' }],
  linkInfo: [18, 'IFLA_LINKINFO', nest(LINK_INFO), { json: 'linkinfo' }],
  /** Requests only: the namespace of this process. A pid in the caller's pid namespace. */
  netnsPid: [19, 'IFLA_NET_NS_PID', u32, { json: 'netns_pid' }],
  /** Written without a NUL byte, so that an empty one takes the alias away. */
  alias: [20, 'IFLA_IFALIAS', bareString, { json: 'ifalias' }],
  numVf: [21, 'IFLA_NUM_VF', u32, { json: 'num_vf' }],
  vfInfoList: [22, 'IFLA_VFINFO_LIST', vfInfoList, { lazy: true, json: 'vfinfo_list' }],
  stats64: [23, 'IFLA_STATS64', linkStats64, { lazy: true }],
  vfPorts: [24, 'IFLA_VF_PORTS', vfPorts, { lazy: true, json: 'vf_ports' }],
  portSelf: [25, 'IFLA_PORT_SELF', portSelf, { lazy: true, json: 'port_self' }],
  afSpec: [26, 'IFLA_AF_SPEC', afSpec, { lazy: true, json: 'af_spec' }],
  group: [27, 'IFLA_GROUP', u32],
  /** Requests only: the namespace of this file descriptor. */
  netnsFd: [28, 'IFLA_NET_NS_FD', u32, { json: 'netns_fd' }],
  extMask: [29, 'IFLA_EXT_MASK', flags(u32, RTEXT_FILTER), { json: 'ext_mask' }],
  /** How many want promiscuous mode. */
  promiscuity: [30, 'IFLA_PROMISCUITY', u32],
  numTxQueues: [31, 'IFLA_NUM_TX_QUEUES', u32, { json: 'num_tx_queues' }],
  numRxQueues: [32, 'IFLA_NUM_RX_QUEUES', u32, { json: 'num_rx_queues' }],
  carrier: [33, 'IFLA_CARRIER', bool],
  physPortId: [34, 'IFLA_PHYS_PORT_ID', bytes, { json: 'phys_port_id' }],
  carrierChanges: [35, 'IFLA_CARRIER_CHANGES', u32, { json: 'carrier_changes' }],
  physSwitchId: [36, 'IFLA_PHYS_SWITCH_ID', bytes, { json: 'phys_switch_id' }],
  /** The namespace `link` is in, as an nsid; -1: it has none here. Absent: this one. */
  linkNetnsId: [37, 'IFLA_LINK_NETNSID', s32, { json: 'link_netnsid' }],
  physPortName: [38, 'IFLA_PHYS_PORT_NAME', string, { json: 'phys_port_name' }],
  protoDown: [39, 'IFLA_PROTO_DOWN', bool, { json: 'proto_down' }],
  gsoMaxSegs: [40, 'IFLA_GSO_MAX_SEGS', u32, { json: 'gso_max_segs' }],
  gsoMaxSize: [41, 'IFLA_GSO_MAX_SIZE', u32, { json: 'gso_max_size' }],
  _pad: [42, 'IFLA_PAD', bytes],
  xdp: [43, 'IFLA_XDP', nest(XDP), { lazy: true }],
  /** Notifications only: what happened. */
  event: [44, 'IFLA_EVENT', enumeration(u32, IFLA_EVENT)],
  /** In RTM_DELLINK of a link that moved away: the nsid of its new namespace. */
  newNetnsId: [45, 'IFLA_NEW_NETNSID', s32, { json: 'new_netnsid' }],
  /** Requests: the nsid of the namespace that is asked; IFLA_IF_NETNSID is its older name. */
  targetNetnsId: [46, 'IFLA_TARGET_NETNSID', s32, { json: 'target_netnsid' }],
  carrierUpCount: [47, 'IFLA_CARRIER_UP_COUNT', u32, { json: 'carrier_up_count' }],
  carrierDownCount: [48, 'IFLA_CARRIER_DOWN_COUNT', u32, { json: 'carrier_down_count' }],
  /** In RTM_DELLINK of a link that moved away: its new index. */
  newIndex: [49, 'IFLA_NEW_IFINDEX', s32, { json: 'new_ifindex' }],
  minMtu: [50, 'IFLA_MIN_MTU', u32, { json: 'min_mtu' }],
  maxMtu: [51, 'IFLA_MAX_MTU', u32, { json: 'max_mtu' }],
  propList: [52, 'IFLA_PROP_LIST', flaggedNest(PROP_LIST), { json: 'prop_list' }],
  /** Requests only: the link that has this alternative name. */
  altName: [53, 'IFLA_ALT_IFNAME', string, { json: 'altname' }],
  permanentAddress: [54, 'IFLA_PERM_ADDRESS', mac, { json: 'permaddr' }],
  protoDownReason: [55, 'IFLA_PROTO_DOWN_REASON', flaggedNest(PROTO_DOWN_REASON), { json: 'proto_down_reason' }],
  parentDevName: [56, 'IFLA_PARENT_DEV_NAME', string, { json: 'parentdev' }],
  parentDevBusName: [57, 'IFLA_PARENT_DEV_BUS_NAME', string, { json: 'parentbus' }],
  groMaxSize: [58, 'IFLA_GRO_MAX_SIZE', u32, { json: 'gro_max_size' }],
  tsoMaxSize: [59, 'IFLA_TSO_MAX_SIZE', u32, { json: 'tso_max_size' }],
  tsoMaxSegs: [60, 'IFLA_TSO_MAX_SEGS', u32, { json: 'tso_max_segs' }],
  /** How many want all multicast. */
  allmulti: [61, 'IFLA_ALLMULTI', u32],
  // Since Linux 6.2.
  devlinkPort: [62, 'IFLA_DEVLINK_PORT', nest(DEVLINK_PORT), { json: 'devlink_port' }],
  // Since Linux 6.3.
  gsoIpv4MaxSize: [63, 'IFLA_GSO_IPV4_MAX_SIZE', u32, { json: 'gso_ipv4_max_size' }],
  groIpv4MaxSize: [64, 'IFLA_GRO_IPV4_MAX_SIZE', u32, { json: 'gro_ipv4_max_size' }],
  // Since Linux 6.7.
  dpllPin: [65, 'IFLA_DPLL_PIN', nest(DPLL_PIN), { json: 'dpll_pin' }],
  // Since Linux 6.13: nanoseconds.
  maxPacingOffloadHorizon: [66, 'IFLA_MAX_PACING_OFFLOAD_HORIZON', uint, { json: 'max_pacing_offload_horizon' }],
  // Since Linux 6.15: it cannot be moved to another namespace.
  netnsImmutable: [67, 'IFLA_NETNS_IMMUTABLE', bool, { json: 'netns-immutable' }],
  // Since Linux 6.18: bytes that the device needs before and behind a packet.
  headroom: [68, 'IFLA_HEADROOM', u16],
  tailroom: [69, 'IFLA_TAILROOM', u16],
}))

/** The rows by the name under which declarations mention them. */
export type LinkRows = Named<typeof LINK.rows>
/** A link's attributes, as an interface so that links can contain links (a veth's peer). */
export interface LinkAttributes extends Attributes<typeof LINK.rows> {}
/** The same for requests. */
export interface LinkAttributesInput extends AttributesInput<typeof LINK.rows> {}

type PartOf<K extends keyof LinkKinds, P extends 'data' | 'port'> = LinkKinds[K] extends { readonly [Q in P]: infer C }
  ? C
  : never

/** A kind of link whose options we know: `bridge`, `veth`… */
export type LinkKindName = keyof LinkKinds
/** What `linkInfo.data` holds for a kind: `link.linkInfo.data as LinkData<'bridge'>`. */
export type LinkData<K extends LinkKindName> = Value<PartOf<K, 'data'>>
/** The options of a kind, for making or changing a link. */
export type LinkDataInput<K extends LinkKindName> = Input<PartOf<K, 'data'>>
/** What `linkInfo.slaveData` holds for a port of a kind: `PortData<'bond'>`. */
export type PortData<K extends LinkKindName> = Value<PartOf<K, 'port'>>
/** The options of a port. */
export type PortDataInput<K extends LinkKindName> = Input<PartOf<K, 'port'>>

/** What a decoded link has beyond its fields and attributes. */
interface Derived {
  /** `veth`, `bridge`…; undefined for a link that is of no kind (lo, hardware). */
  kind: string | undefined
  /** IFF_UP: it is set up by its owner. Whether it runs is `operState`. */
  up: boolean
}

export const linkMessage = message(
  'link',
  {
    RTM_NEWLINK: 16,
    RTM_DELLINK: 17,
    RTM_GETLINK: 18,
    RTM_SETLINK: 19,
    RTM_NEWLINKPROP: 108,
    RTM_DELLINKPROP: 109,
    RTM_GETLINKPROP: 110,
  },
  ifinfomsg,
  LINK as Table<LinkRows>,
  {
    derived: {
      kind: (link): Derived['kind'] => link.linkInfo?.kind,
      up: (link): Derived['up'] => link.flags.includes('up'),
    },
  },
)

/** A decoded link. */
export type Link = MessageOf<typeof linkMessage>
