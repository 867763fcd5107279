// What the tunnels have in common: encapsulation in UDP (FOU, GUE), and the flags of IPv6 tunnels.
// include/uapi/linux/{if_tunnel.h,ip6_tunnel.h}.
import { words } from '../../netlink/words.ts'

export const TUNNEL_ENCAP = words('encapsulation (TUNNEL_ENCAP_*)', { none: 0, fou: 1, gue: 2, mpls: 3 })
export const TUNNEL_ENCAP_FLAG = words('encapsulation flag (TUNNEL_ENCAP_FLAG_*)', {
  csum: 1 << 0,
  csum6: 1 << 1,
  remcsum: 1 << 2,
})
export const IP6_TNL_F = words('IPv6 tunnel flag (IP6_TNL_F_*)', {
  ign_encap_limit: 1 << 0,
  use_orig_tclass: 1 << 1,
  use_orig_flowlabel: 1 << 2,
  mip6_dev: 1 << 3,
  rcv_dscp_copy: 1 << 4,
  use_orig_fwmark: 1 << 5,
  allow_local_remote: 1 << 6,
})
