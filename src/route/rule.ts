// Policy rules: RTM_NEWRULE and its kin. include/uapi/linux/fib_rules.h; net/core/fib_rules.c.
import { be32, be64, bytes, enumeration, flags, ip, string, u8, u16, u32 } from '../netlink/codec.ts'
import { attributes, message } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import type { MessageOf } from '../netlink/table.ts'
import { words } from '../netlink/words.ts'
import { DSFIELD, RT_TABLE, RTPROT } from './routing-words.ts'
import { AF } from './words.ts'

/** FR_ACT_*; `to_tbl` is a look-up in a table. */
export const FR_ACT = words('rule action (FR_ACT_*)', {
  unspec: 0,
  to_tbl: 1,
  goto: 2,
  nop: 3,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
})

/** FIB_RULE_*; `not` inverts, in iproute2's word. */
export const FIB_RULE = words('rule flag (FIB_RULE_*)', {
  permanent: 0x1,
  not: 0x2,
  unresolved: 0x4,
  iif_detached: 0x8,
  oif_detached: 0x10,
  find_saddr: 0x10000,
})

export const fibRuleHdr = struct('fib_rule_hdr', {
  family: ['family', enumeration(u8, AF)],
  dstLength: ['dst_len', u8],
  srcLength: ['src_len', u8],
  tos: ['tos', enumeration(u8, DSFIELD)],
  table: ['table', enumeration(u8, RT_TABLE)],
  _reserved1: ['res1', u8],
  _reserved2: ['res2', u8],
  action: ['action', enumeration(u8, FR_ACT)],
  flags: ['flags', flags(u32, FIB_RULE)],
})

const uidRange = struct('fib_rule_uid_range', { start: ['start', u32], end: ['end', u32] })
const portRange = struct('fib_rule_port_range', { start: ['start', u16], end: ['end', u16] })
/** FRA_FLOW: the realms that the rule gives. */
const realms = struct('realms', { to: ['to', u16], from: ['from', u16] })

export const RULE = attributes('FRA', () => ({
  dst: [1, 'FRA_DST', ip],
  src: [2, 'FRA_SRC', ip],
  iif: [3, 'FRA_IIFNAME', string],
  /** The priority of the rule to go on at. */
  goto: [4, 'FRA_GOTO', u32],
  priority: [6, 'FRA_PRIORITY', u32],
  fwmark: [10, 'FRA_FWMARK', u32],
  flow: [11, 'FRA_FLOW', realms],
  tunnelId: [12, 'FRA_TUN_ID', be64, { json: 'tun_id' }],
  /** 4294967295: off. */
  suppressIfgroup: [13, 'FRA_SUPPRESS_IFGROUP', u32, { json: 'suppress_ifgroup' }],
  /** 4294967295: off. */
  suppressPrefixLength: [14, 'FRA_SUPPRESS_PREFIXLEN', u32, { json: 'suppress_prefixlen' }],
  /** Supersedes the header's 8 bits. */
  table: [15, 'FRA_TABLE', enumeration(u32, RT_TABLE)],
  fwmask: [16, 'FRA_FWMASK', u32],
  oif: [17, 'FRA_OIFNAME', string],
  _pad: [18, 'FRA_PAD', bytes],
  l3mdev: [19, 'FRA_L3MDEV', u8],
  uidRange: [20, 'FRA_UID_RANGE', uidRange, { json: 'uid_range' }],
  protocol: [21, 'FRA_PROTOCOL', enumeration(u8, RTPROT)],
  ipProtocol: [22, 'FRA_IP_PROTO', u8, { json: 'ipproto' }],
  /** In host byte order. */
  sourcePorts: [23, 'FRA_SPORT_RANGE', portRange, { json: 'sport' }],
  /** In host byte order. */
  destinationPorts: [24, 'FRA_DPORT_RANGE', portRange, { json: 'dport' }],
  // Since Linux 6.14 (DSCP: 6.12), the masks since 6.15.
  dscp: [25, 'FRA_DSCP', u8],
  flowLabel: [26, 'FRA_FLOWLABEL', be32, { json: 'flowlabel' }],
  flowLabelMask: [27, 'FRA_FLOWLABEL_MASK', be32, { json: 'flowlabel_mask' }],
  sourcePortMask: [28, 'FRA_SPORT_MASK', u16, { json: 'sport_mask' }],
  destinationPortMask: [29, 'FRA_DPORT_MASK', u16, { json: 'dport_mask' }],
  dscpMask: [30, 'FRA_DSCP_MASK', u8, { json: 'dscp_mask' }],
}))

export const ruleMessage = message('rule', { RTM_NEWRULE: 32, RTM_DELRULE: 33, RTM_GETRULE: 34 }, fibRuleHdr, RULE)
export type Rule = MessageOf<typeof ruleMessage>
