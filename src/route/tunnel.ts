// The VNIs that a VXLAN device with a VNI filter takes: RTM_NEWTUNNEL and its kin.
// include/uapi/linux/if_link.h (struct tunnel_msg, VXLAN_VNIFILTER_*); drivers/net/vxlan/vxlan_vnifilter.c.
import { bytes, enumeration, flags, ip, s32, u8, u16, u32, u64 } from '../netlink/codec.ts'
import { attributes, flaggedNest, many, message } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import type { MessageOf } from '../netlink/table.ts'
import { words } from '../netlink/words.ts'
import { AF } from './words.ts'

/** TUNNEL_MSG_FLAG_*: what a dump is to hold. */
const TUNNEL_MSG_FLAG = words('tunnel flag (TUNNEL_MSG_FLAG_*)', { stats: 0x01 })

export const tunnelMsg = struct('tunnel_msg', {
  family: ['family', enumeration(u8, AF)],
  flags: ['flags', flags(u8, TUNNEL_MSG_FLAG)],
  _reserved2: ['reserved2', u16],
  index: ['ifindex', s32],
})

const STATS = attributes('VNIFILTER_ENTRY_STATS', () => ({
  rxBytes: [1, 'VNIFILTER_ENTRY_STATS_RX_BYTES', u64],
  rxPackets: [2, 'VNIFILTER_ENTRY_STATS_RX_PKTS', u64],
  rxDrops: [3, 'VNIFILTER_ENTRY_STATS_RX_DROPS', u64],
  rxErrors: [4, 'VNIFILTER_ENTRY_STATS_RX_ERRORS', u64],
  txBytes: [5, 'VNIFILTER_ENTRY_STATS_TX_BYTES', u64],
  txPackets: [6, 'VNIFILTER_ENTRY_STATS_TX_PKTS', u64],
  txDrops: [7, 'VNIFILTER_ENTRY_STATS_TX_DROPS', u64],
  txErrors: [8, 'VNIFILTER_ENTRY_STATS_TX_ERRORS', u64],
  _pad: [9, 'VNIFILTER_ENTRY_STATS_PAD', bytes],
}))

const ENTRY = attributes('VXLAN_VNIFILTER_ENTRY', () => ({
  start: [1, 'VXLAN_VNIFILTER_ENTRY_START', u32, { json: 'vni' }],
  end: [2, 'VXLAN_VNIFILTER_ENTRY_END', u32, { json: 'vniEnd' }],
  group: [3, 'VXLAN_VNIFILTER_ENTRY_GROUP', ip],
  group6: [4, 'VXLAN_VNIFILTER_ENTRY_GROUP6', ip],
  stats: [5, 'VXLAN_VNIFILTER_ENTRY_STATS', flaggedNest(STATS)],
}))

export const TUNNEL = attributes('VXLAN_VNIFILTER', () => ({
  entries: [1, 'VXLAN_VNIFILTER_ENTRY', many(flaggedNest(ENTRY)), { json: 'vnis' }],
}))

export const tunnelMessage = message(
  'tunnel',
  { RTM_NEWTUNNEL: 120, RTM_DELTUNNEL: 121, RTM_GETTUNNEL: 122 },
  tunnelMsg,
  TUNNEL,
)
export type Tunnel = MessageOf<typeof tunnelMessage>
