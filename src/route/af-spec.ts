// IFLA_AF_SPEC and IFLA_PROTINFO: what an address family knows of a link. Sources: include/uapi/linux/if_link.h,
// ip.h, ipv6.h, if_bridge.h; net/ipv4/devinet.c (inet_fill_link_af), net/ipv6/addrconf.c
// (inet6_fill_ifla6_attrs), net/bridge/br_netlink.c.
import {
  bytes,
  type Codec,
  enumeration,
  flags,
  type Input,
  ip,
  s32,
  u8,
  u16,
  u32,
  type Value,
} from '../netlink/codec.ts'
import { composeAttributes } from '../netlink/dissect.ts'
import { lazy } from '../netlink/lazy.ts'
import { attributes, byChoice, flaggedNest, many, nest } from '../netlink/schema.ts'
import { soundPayload } from '../netlink/sound.ts'
import { struct } from '../netlink/struct.ts'
import { words } from '../netlink/words.ts'
import { BRIDGE_CFM, BRIDGE_MRP, BRIDGE_MST } from './bridge-protocols.ts'
import { icmp6Stats, inet6Stats } from './inet6-statistics.ts'
import { BRIDGE_PORT } from './link-kinds/bridge.ts'

// ── AF_INET ────────────────────────────────────────────────────────────────

/** IPV4_DEVCONF_*: include/uapi/linux/ip.h; the sysctls of net.ipv4.conf.DEV. */
const ipv4Devconf = struct('ipv4_devconf', () => ({
  forwarding: ['IPV4_DEVCONF_FORWARDING', s32],
  mc_forwarding: ['IPV4_DEVCONF_MC_FORWARDING', s32],
  proxy_arp: ['IPV4_DEVCONF_PROXY_ARP', s32],
  accept_redirects: ['IPV4_DEVCONF_ACCEPT_REDIRECTS', s32],
  secure_redirects: ['IPV4_DEVCONF_SECURE_REDIRECTS', s32],
  send_redirects: ['IPV4_DEVCONF_SEND_REDIRECTS', s32],
  shared_media: ['IPV4_DEVCONF_SHARED_MEDIA', s32],
  rp_filter: ['IPV4_DEVCONF_RP_FILTER', s32],
  accept_source_route: ['IPV4_DEVCONF_ACCEPT_SOURCE_ROUTE', s32],
  bootp_relay: ['IPV4_DEVCONF_BOOTP_RELAY', s32],
  log_martians: ['IPV4_DEVCONF_LOG_MARTIANS', s32],
  tag: ['IPV4_DEVCONF_TAG', s32],
  arp_filter: ['IPV4_DEVCONF_ARPFILTER', s32],
  medium_id: ['IPV4_DEVCONF_MEDIUM_ID', s32],
  disable_xfrm: ['IPV4_DEVCONF_NOXFRM', s32],
  disable_policy: ['IPV4_DEVCONF_NOPOLICY', s32],
  force_igmp_version: ['IPV4_DEVCONF_FORCE_IGMP_VERSION', s32],
  arp_announce: ['IPV4_DEVCONF_ARP_ANNOUNCE', s32],
  arp_ignore: ['IPV4_DEVCONF_ARP_IGNORE', s32],
  promote_secondaries: ['IPV4_DEVCONF_PROMOTE_SECONDARIES', s32],
  arp_accept: ['IPV4_DEVCONF_ARP_ACCEPT', s32],
  arp_notify: ['IPV4_DEVCONF_ARP_NOTIFY', s32],
  accept_local: ['IPV4_DEVCONF_ACCEPT_LOCAL', s32],
  src_valid_mark: ['IPV4_DEVCONF_SRC_VMARK', s32],
  proxy_arp_pvlan: ['IPV4_DEVCONF_PROXY_ARP_PVLAN', s32],
  route_localnet: ['IPV4_DEVCONF_ROUTE_LOCALNET', s32],
  /** Milliseconds. */
  igmpv2_unsolicited_report_interval: ['IPV4_DEVCONF_IGMPV2_UNSOLICITED_REPORT_INTERVAL', s32],
  /** Milliseconds. */
  igmpv3_unsolicited_report_interval: ['IPV4_DEVCONF_IGMPV3_UNSOLICITED_REPORT_INTERVAL', s32],
  ignore_routes_with_linkdown: ['IPV4_DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN', s32],
  drop_unicast_in_l2_multicast: ['IPV4_DEVCONF_DROP_UNICAST_IN_L2_MULTICAST', s32],
  drop_gratuitous_arp: ['IPV4_DEVCONF_DROP_GRATUITOUS_ARP', s32],
  bc_forwarding: ['IPV4_DEVCONF_BC_FORWARDING', s32],
  arp_evict_nocarrier: ['IPV4_DEVCONF_ARP_EVICT_NOCARRIER', s32],
}))

/** A row an entry of the struct, numbered from 1. */
const ipv4DevconfEntries = nest(
  lazy(() =>
    attributes(
      'IPV4_DEVCONF',
      Object.fromEntries(ipv4Devconf.fields.map(({ key, name, codec }, i) => [key, [i + 1, name, codec] as const])),
    ),
  ),
)

/**
 * The kernel tells all entries as an array, and takes in requests (inet_set_link_af) those to be set as attributes.
 * What begins with an attribute's header, 8 bytes of a small type, cannot be an array: no entry 1 has such a value.
 */
const ipv4Conf: Codec<Value<typeof ipv4Devconf>, Input<typeof ipv4Devconf>> = {
  kind: 'ipv4_devconf',
  read: (v, b, p, n, h, s) => ipv4ConfForm(v, p, n).read(v, b, p, n, h, s),
  write: (w, value, h, s) => ipv4DevconfEntries.write(w, value, h, s),
  dissect: (node, v, b, p, n, h, s) => ipv4ConfForm(v, p, n).dissect!(node, v, b, p, n, h, s),
  sound: (v, b, p, n, h, s) => soundPayload(ipv4ConfForm(v, p, n), v, b, p, n, h, s),
  compose(w, node) {
    if (node.children?.[0]?.type === undefined) ipv4Devconf.compose!(w, node)
    else composeAttributes(w, node.children)
  },
}
const ipv4ConfForm = (v: DataView, p: number, n: number): Codec<any, any> =>
  n >= 8 && v.getUint16(p, true) === 8 && v.getUint16(p + 2, true) > 0 ? ipv4DevconfEntries : ipv4Devconf

const INET = attributes('IFLA_INET', () => ({
  conf: [1, 'IFLA_INET_CONF', ipv4Conf],
}))

// ── AF_INET6 ───────────────────────────────────────────────────────────────

/** DEVCONF_*: include/uapi/linux/ipv6.h; the sysctls of net.ipv6.conf.DEV. Intervals are in milliseconds. */
const ipv6Devconf = struct('ipv6_devconf', () => ({
  forwarding: ['DEVCONF_FORWARDING', s32],
  hop_limit: ['DEVCONF_HOPLIMIT', s32],
  mtu: ['DEVCONF_MTU6', s32],
  accept_ra: ['DEVCONF_ACCEPT_RA', s32],
  accept_redirects: ['DEVCONF_ACCEPT_REDIRECTS', s32],
  autoconf: ['DEVCONF_AUTOCONF', s32],
  dad_transmits: ['DEVCONF_DAD_TRANSMITS', s32],
  router_solicitations: ['DEVCONF_RTR_SOLICITS', s32],
  router_solicitation_interval: ['DEVCONF_RTR_SOLICIT_INTERVAL', s32],
  router_solicitation_delay: ['DEVCONF_RTR_SOLICIT_DELAY', s32],
  use_tempaddr: ['DEVCONF_USE_TEMPADDR', s32],
  /** Seconds. */
  temp_valid_lft: ['DEVCONF_TEMP_VALID_LFT', s32],
  /** Seconds. */
  temp_prefered_lft: ['DEVCONF_TEMP_PREFERED_LFT', s32],
  regen_max_retry: ['DEVCONF_REGEN_MAX_RETRY', s32],
  max_desync_factor: ['DEVCONF_MAX_DESYNC_FACTOR', s32],
  max_addresses: ['DEVCONF_MAX_ADDRESSES', s32],
  force_mld_version: ['DEVCONF_FORCE_MLD_VERSION', s32],
  accept_ra_defrtr: ['DEVCONF_ACCEPT_RA_DEFRTR', s32],
  accept_ra_pinfo: ['DEVCONF_ACCEPT_RA_PINFO', s32],
  accept_ra_rtr_pref: ['DEVCONF_ACCEPT_RA_RTR_PREF', s32],
  router_probe_interval: ['DEVCONF_RTR_PROBE_INTERVAL', s32],
  accept_ra_rt_info_max_plen: ['DEVCONF_ACCEPT_RA_RT_INFO_MAX_PLEN', s32],
  proxy_ndp: ['DEVCONF_PROXY_NDP', s32],
  optimistic_dad: ['DEVCONF_OPTIMISTIC_DAD', s32],
  accept_source_route: ['DEVCONF_ACCEPT_SOURCE_ROUTE', s32],
  mc_forwarding: ['DEVCONF_MC_FORWARDING', s32],
  disable_ipv6: ['DEVCONF_DISABLE_IPV6', s32],
  accept_dad: ['DEVCONF_ACCEPT_DAD', s32],
  force_tllao: ['DEVCONF_FORCE_TLLAO', s32],
  ndisc_notify: ['DEVCONF_NDISC_NOTIFY', s32],
  mldv1_unsolicited_report_interval: ['DEVCONF_MLDV1_UNSOLICITED_REPORT_INTERVAL', s32],
  mldv2_unsolicited_report_interval: ['DEVCONF_MLDV2_UNSOLICITED_REPORT_INTERVAL', s32],
  suppress_frag_ndisc: ['DEVCONF_SUPPRESS_FRAG_NDISC', s32],
  accept_ra_from_local: ['DEVCONF_ACCEPT_RA_FROM_LOCAL', s32],
  use_optimistic: ['DEVCONF_USE_OPTIMISTIC', s32],
  accept_ra_mtu: ['DEVCONF_ACCEPT_RA_MTU', s32],
  /** Always 0: the secret itself is not told. */
  stable_secret: ['DEVCONF_STABLE_SECRET', s32],
  use_oif_addrs_only: ['DEVCONF_USE_OIF_ADDRS_ONLY', s32],
  accept_ra_min_hop_limit: ['DEVCONF_ACCEPT_RA_MIN_HOP_LIMIT', s32],
  ignore_routes_with_linkdown: ['DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN', s32],
  drop_unicast_in_l2_multicast: ['DEVCONF_DROP_UNICAST_IN_L2_MULTICAST', s32],
  drop_unsolicited_na: ['DEVCONF_DROP_UNSOLICITED_NA', s32],
  keep_addr_on_down: ['DEVCONF_KEEP_ADDR_ON_DOWN', s32],
  router_solicitation_max_interval: ['DEVCONF_RTR_SOLICIT_MAX_INTERVAL', s32],
  seg6_enabled: ['DEVCONF_SEG6_ENABLED', s32],
  seg6_require_hmac: ['DEVCONF_SEG6_REQUIRE_HMAC', s32],
  enhanced_dad: ['DEVCONF_ENHANCED_DAD', s32],
  addr_gen_mode: ['DEVCONF_ADDR_GEN_MODE', s32],
  disable_policy: ['DEVCONF_DISABLE_POLICY', s32],
  accept_ra_rt_info_min_plen: ['DEVCONF_ACCEPT_RA_RT_INFO_MIN_PLEN', s32],
  ndisc_tclass: ['DEVCONF_NDISC_TCLASS', s32],
  rpl_seg_enabled: ['DEVCONF_RPL_SEG_ENABLED', s32],
  ra_defrtr_metric: ['DEVCONF_RA_DEFRTR_METRIC', s32],
  ioam6_enabled: ['DEVCONF_IOAM6_ENABLED', s32],
  ioam6_id: ['DEVCONF_IOAM6_ID', s32],
  ioam6_id_wide: ['DEVCONF_IOAM6_ID_WIDE', s32],
  ndisc_evict_nocarrier: ['DEVCONF_NDISC_EVICT_NOCARRIER', s32],
  accept_untracked_na: ['DEVCONF_ACCEPT_UNTRACKED_NA', s32],
  // Since Linux 6.7 and 6.17.
  accept_ra_min_lft: ['DEVCONF_ACCEPT_RA_MIN_LFT', s32],
  force_forwarding: ['DEVCONF_FORCE_FORWARDING', s32],
}))

const cacheinfo = struct('ifla_cacheinfo', () => ({
  maxReasmLength: ['max_reasm_len', u32],
  /** When the device last changed: hundredths of a second since boot. */
  timestamp: ['tstamp', u32],
  /** Milliseconds. */
  reachableTime: ['reachable_time', u32],
  /** Milliseconds. */
  retransTime: ['retrans_time', u32],
}))

/** IF_*: include/net/if_inet6.h. */
const IF6 = words('IPv6 interface flag (IF_*)', {
  rs_sent: 0x10,
  ra_rcvd: 0x20,
  ra_managed: 0x40,
  ra_otherconf: 0x80,
  ready: 0x80000000,
})

/** IN6_ADDR_GEN_MODE_*, in iproute2's words. */
export const IN6_ADDR_GEN_MODE = words('address generation mode (IN6_ADDR_GEN_MODE_*)', {
  eui64: 0,
  none: 1,
  stable_secret: 2,
  random: 3,
})

const INET6 = attributes('IFLA_INET6', () => ({
  flags: [1, 'IFLA_INET6_FLAGS', flags(u32, IF6)],
  conf: [2, 'IFLA_INET6_CONF', ipv6Devconf],
  stats: [3, 'IFLA_INET6_STATS', inet6Stats],
  // Never sent.
  mcast: [4, 'IFLA_INET6_MCAST', bytes],
  cacheinfo: [5, 'IFLA_INET6_CACHEINFO', cacheinfo],
  icmp6stats: [6, 'IFLA_INET6_ICMP6STATS', icmp6Stats],
  token: [7, 'IFLA_INET6_TOKEN', ip],
  addrGenMode: [8, 'IFLA_INET6_ADDR_GEN_MODE', enumeration(u8, IN6_ADDR_GEN_MODE), { json: 'inet6_addr_gen_mode' }],
  raMtu: [9, 'IFLA_INET6_RA_MTU', u32, { json: 'ra_mtu' }],
}))

// ── AF_MCTP ────────────────────────────────────────────────────────────────

/** MCTP_PHYS_BINDING_*: include/uapi/linux/if_link.h, include/net/mctp.h (DSP0239). */
const MCTP_PHYS_BINDING = words('MCTP binding (MCTP_PHYS_BINDING_*)', {
  unspec: 0,
  smbus: 1,
  pcie_vdm: 2,
  usb: 3,
  kcs: 4,
  serial: 5,
  i3c: 6,
  mmbi: 7,
  pcc: 8,
  ucie: 9,
  vendor: 0xff,
})

const MCTP = attributes('IFLA_MCTP', () => ({
  net: [1, 'IFLA_MCTP_NET', u32],
  physBinding: [2, 'IFLA_MCTP_PHYS_BINDING', enumeration(u8, MCTP_PHYS_BINDING), { json: 'phys_binding' }],
}))

// ── AF_BRIDGE, the family of the message: IFLA_BRIDGE_* ────────────────────

/** BRIDGE_FLAGS_*: whom a request is for: the bridge the port is in, or the device itself. */
const BRIDGE_FLAGS = words('bridge request flag (BRIDGE_FLAGS_*)', { master: 1, self: 2 })
const BRIDGE_MODE = words('bridge mode (BRIDGE_MODE_*)', { veb: 0, vepa: 1, undef: 0xffff })

/** BRIDGE_VLAN_INFO_*: include/uapi/linux/if_bridge.h. */
export const BRIDGE_VLAN_INFO = words('VLAN flag (BRIDGE_VLAN_INFO_*)', {
  master: 1 << 0,
  pvid: 1 << 1,
  untagged: 1 << 2,
  range_begin: 1 << 3,
  range_end: 1 << 4,
  brentry: 1 << 5,
  only_opts: 1 << 6,
})

export const bridgeVlanInfo = struct('bridge_vlan_info', () => ({
  flags: ['flags', flags(u16, BRIDGE_VLAN_INFO)],
  vid: ['vid', u16],
}))

const BRIDGE_VLAN_TUNNEL = attributes('IFLA_BRIDGE_VLAN_TUNNEL', () => ({
  id: [1, 'IFLA_BRIDGE_VLAN_TUNNEL_ID', u32],
  vid: [2, 'IFLA_BRIDGE_VLAN_TUNNEL_VID', u16],
  flags: [3, 'IFLA_BRIDGE_VLAN_TUNNEL_FLAGS', flags(u16, BRIDGE_VLAN_INFO)],
}))

const BRIDGE = attributes('IFLA_BRIDGE', () => ({
  flags: [0, 'IFLA_BRIDGE_FLAGS', flags(u16, BRIDGE_FLAGS)],
  mode: [1, 'IFLA_BRIDGE_MODE', enumeration(u16, BRIDGE_MODE)],
  vlans: [2, 'IFLA_BRIDGE_VLAN_INFO', many(bridgeVlanInfo)],
  vlanTunnels: [3, 'IFLA_BRIDGE_VLAN_TUNNEL_INFO', many(nest(BRIDGE_VLAN_TUNNEL))],
  mrp: [4, 'IFLA_BRIDGE_MRP', flaggedNest(BRIDGE_MRP)],
  cfm: [5, 'IFLA_BRIDGE_CFM', flaggedNest(BRIDGE_CFM)],
  mst: [6, 'IFLA_BRIDGE_MST', flaggedNest(BRIDGE_MST)],
}))

// ── the two attributes ─────────────────────────────────────────────────────

/** A row a family; the family's number is the attribute's. */
const AF_SPEC = attributes('AF', () => ({
  inet: [2, 'AF_INET', nest(INET)],
  bridge: [7, 'AF_BRIDGE', nest(BRIDGE)],
  inet6: [10, 'AF_INET6', nest(INET6)],
  mctp: [45, 'AF_MCTP', nest(MCTP)],
}))

const families = nest(AF_SPEC)
const ofBridge = nest(BRIDGE)

type Families = Value<typeof families>
type FamiliesInput = Input<typeof families>
export interface AfSpec
  extends Codec<Families & NonNullable<Families['bridge']>, FamiliesInput | NonNullable<FamiliesInput['bridge']>> {}

/** IFLA_AF_SPEC: by family; in a message of family bridge, IFLA_BRIDGE_*. */
export const afSpec: AfSpec = byChoice(header => (header['family'] === 'bridge' ? ofBridge : families))

const portInfo = flaggedNest(BRIDGE_PORT)
const inet6Info = nest(INET6)
const byFamily: Readonly<Record<string, Codec<any, any>>> = { bridge: portInfo, inet6: inet6Info }
export interface ProtInfo
  extends Codec<
    Value<typeof portInfo> | NonNullable<Families['inet6']> | Uint8Array,
    Input<typeof portInfo> | NonNullable<FamiliesInput['inet6']> | Uint8Array
  > {
  readonly flagged: true
}

/**
 * IFLA_PROTINFO: the port of a bridge, or what IPv6 knows of the link, by the family of the message.
 * Without NLA_F_NESTED the kernel takes it for a single byte, the port's state (br_setlink).
 */
export const protInfo: ProtInfo = {
  ...byChoice(header => byFamily[String(header['family'])]),
  flagged: true,
}
