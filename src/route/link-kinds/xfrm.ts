// xfrm, an interface for IPsec policies: include/uapi/linux/if_link.h, net/xfrm/xfrm_interface_core.c.
import { flag, u32 } from '../../netlink/codec.ts'
import { attributes, nest } from '../../netlink/schema.ts'

const XFRM = attributes('IFLA_XFRM', () => ({
  /** The index of the device below. */
  link: [1, 'IFLA_XFRM_LINK', u32],
  ifId: [2, 'IFLA_XFRM_IF_ID', u32, { json: 'if_id' }],
  external: [3, 'IFLA_XFRM_COLLECT_METADATA', flag],
}))

export const xfrm = { xfrm: { data: nest(XFRM) } }
