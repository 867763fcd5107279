// bareudp, MPLS or IP in UDP: include/uapi/linux/if_link.h, drivers/net/bareudp.c.
import { be16, enumeration, flag, u16 } from '../../netlink/codec.ts'
import { attributes, nest } from '../../netlink/schema.ts'
import { ETH_P } from '../words.ts'

const BAREUDP = attributes('IFLA_BAREUDP', () => ({
  port: [1, 'IFLA_BAREUDP_PORT', be16, { json: 'dstport' }],
  ethertype: [2, 'IFLA_BAREUDP_ETHERTYPE', enumeration(be16, ETH_P)],
  srcportMin: [3, 'IFLA_BAREUDP_SRCPORT_MIN', u16, { json: 'srcportmin' }],
  multiproto: [4, 'IFLA_BAREUDP_MULTIPROTO_MODE', flag],
}))

export const bareudp = { bareudp: { data: nest(BAREUDP) } }
