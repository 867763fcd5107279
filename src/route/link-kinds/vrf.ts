// vrf and its ports: include/uapi/linux/if_link.h, drivers/net/vrf.c.
import { u32 } from '../../netlink/codec.ts'
import { attributes, nest } from '../../netlink/schema.ts'

const VRF = attributes('IFLA_VRF', () => ({
  /** The routing table. */
  table: [1, 'IFLA_VRF_TABLE', u32],
}))
const VRF_PORT = attributes('IFLA_VRF_PORT', () => ({
  table: [1, 'IFLA_VRF_PORT_TABLE', u32],
}))

export const vrf = { vrf: { data: nest(VRF), port: nest(VRF_PORT) } }
