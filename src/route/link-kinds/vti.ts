// vti and vti6, tunnels for IPsec: include/uapi/linux/if_tunnel.h, net/ipv4/ip_vti.c, net/ipv6/ip6_vti.c.
import { be32, ip, u32 } from '../../netlink/codec.ts'
import { attributes, nest } from '../../netlink/schema.ts'

const VTI = attributes('IFLA_VTI', () => ({
  /** The index of the device that carries it. */
  link: [1, 'IFLA_VTI_LINK', u32],
  ikey: [2, 'IFLA_VTI_IKEY', be32],
  okey: [3, 'IFLA_VTI_OKEY', be32],
  local: [4, 'IFLA_VTI_LOCAL', ip],
  remote: [5, 'IFLA_VTI_REMOTE', ip],
  fwmark: [6, 'IFLA_VTI_FWMARK', u32],
}))

export const vti = { vti: { data: nest(VTI) }, vti6: { data: nest(VTI) } }
