// vlan, a tagged subinterface (802.1Q, 802.1ad): include/uapi/linux/{if_link.h,if_vlan.h}, net/8021q/vlan_netlink.c.
import { be16, enumeration, flags, u16, u32 } from '../../netlink/codec.ts'
import { attributes, many, nest } from '../../netlink/schema.ts'
import { struct } from '../../netlink/struct.ts'
import { words } from '../../netlink/words.ts'
import { ETH_P } from '../words.ts'

const VLAN_FLAG = words('VLAN device flag (VLAN_FLAG_*)', {
  reorder_hdr: 1 << 0,
  gvrp: 1 << 1,
  loose_binding: 1 << 2,
  mvrp: 1 << 3,
  bridge_binding: 1 << 4,
})

/** `mask` says which flags are meant. */
const vlanFlags = struct('ifla_vlan_flags', () => ({
  flags: ['flags', flags(u32, VLAN_FLAG)],
  mask: ['mask', flags(u32, VLAN_FLAG)],
}))

const vlanQosMapping = struct('ifla_vlan_qos_mapping', { from: ['from', u32], to: ['to', u32] })

const VLAN_QOS = attributes('IFLA_VLAN_QOS', () => ({
  mappings: [1, 'IFLA_VLAN_QOS_MAPPING', many(vlanQosMapping)],
}))

const VLAN = attributes('IFLA_VLAN', () => ({
  id: [1, 'IFLA_VLAN_ID', u16],
  flags: [2, 'IFLA_VLAN_FLAGS', vlanFlags],
  /** From the packet's priority (skb->priority) to the tag's. */
  egressQos: [3, 'IFLA_VLAN_EGRESS_QOS', nest(VLAN_QOS), { json: 'egress_qos' }],
  /** From the tag's priority to the packet's. */
  ingressQos: [4, 'IFLA_VLAN_INGRESS_QOS', nest(VLAN_QOS), { json: 'ingress_qos' }],
  protocol: [5, 'IFLA_VLAN_PROTOCOL', enumeration(be16, ETH_P)],
}))

export const vlan = { vlan: { data: nest(VLAN) } }
