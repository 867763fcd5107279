// ipvlan and ipvtap, devices that share another one's address: include/uapi/linux/if_link.h,
// drivers/net/ipvlan/ipvlan_main.c.
import { enumeration, flags, u16 } from '../../netlink/codec.ts'
import { attributes, nest } from '../../netlink/schema.ts'
import { words } from '../../netlink/words.ts'

const IPVLAN_MODE = words('ipvlan mode (IPVLAN_MODE_*)', { l2: 0, l3: 1, l3s: 2 })
/** Neither of them: iproute2's `bridge`. */
const IPVLAN_F = words('ipvlan flag (IPVLAN_F_*)', { private: 1, vepa: 2 })

const IPVLAN = attributes('IFLA_IPVLAN', () => ({
  mode: [1, 'IFLA_IPVLAN_MODE', enumeration(u16, IPVLAN_MODE)],
  flags: [2, 'IFLA_IPVLAN_FLAGS', flags(u16, IPVLAN_F)],
}))

export const ipvlan = { ipvlan: { data: nest(IPVLAN) }, ipvtap: { data: nest(IPVLAN) } }
