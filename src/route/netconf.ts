// The few per-device sysctls that netlink tells of: RTM_NEWNETCONF and its kin. include/uapi/linux/netconf.h;
// net/ipv4/devinet.c (inet_netconf_fill_devconf), net/ipv6/addrconf.c, net/mpls/af_mpls.c.
import { enumeration, s32, u8 } from '../netlink/codec.ts'
import { attributes, message } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import type { MessageOf } from '../netlink/table.ts'
import { words } from '../netlink/words.ts'
import { AF } from './words.ts'

/** One byte; the attributes begin 4 bytes on. */
export const netconfmsg = struct('netconfmsg', { family: ['ncm_family', enumeration(u8, AF)] })

/** NETCONFA_IFINDEX_*: what is no device. */
const NETCONFA_IFINDEX = words('netconf device (NETCONFA_IFINDEX_*)', { all: -1, default: -2 })
const RP_FILTER = words('reverse path filter', { off: 0, strict: 1, loose: 2 })

export const NETCONF = attributes('NETCONFA', () => ({
  index: [1, 'NETCONFA_IFINDEX', enumeration(s32, NETCONFA_IFINDEX), { json: 'interface' }],
  forwarding: [2, 'NETCONFA_FORWARDING', s32],
  rpFilter: [3, 'NETCONFA_RP_FILTER', enumeration(s32, RP_FILTER), { json: 'rp_filter' }],
  mcForwarding: [4, 'NETCONFA_MC_FORWARDING', s32, { json: 'mc_forwarding' }],
  proxyNeigh: [5, 'NETCONFA_PROXY_NEIGH', s32, { json: 'proxy_neigh' }],
  ignoreRoutesWithLinkdown: [6, 'NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN', s32, { json: 'ignore_routes_with_linkdown' }],
  input: [7, 'NETCONFA_INPUT', s32],
  bcForwarding: [8, 'NETCONFA_BC_FORWARDING', s32, { json: 'bc_forwarding' }],
  // Since Linux 6.17.
  forceForwarding: [9, 'NETCONFA_FORCE_FORWARDING', s32, { json: 'force_forwarding' }],
}))

export const netconfMessage = message(
  'netconf',
  { RTM_NEWNETCONF: 80, RTM_DELNETCONF: 81, RTM_GETNETCONF: 82 },
  netconfmsg,
  NETCONF,
)
export type Netconf = MessageOf<typeof netconfMessage>
