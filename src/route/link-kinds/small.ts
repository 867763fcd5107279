// Kinds with a single option each: batadv (a mesh), dsa (a switch's port), ovpn (OpenVPN in the kernel), ppp.
// include/uapi/linux/{batman_adv.h,if_link.h}; net/batman-adv/soft-interface.c, net/dsa/netlink.c,
// drivers/net/ovpn/main.c, drivers/net/ppp/ppp_generic.c.
import { enumeration, s32, string, u8, u32 } from '../../netlink/codec.ts'
import { attributes, nest } from '../../netlink/schema.ts'
import { words } from '../../netlink/words.ts'

const BATADV = attributes('IFLA_BATADV', () => ({
  /** `BATMAN_IV` or `BATMAN_V`. */
  algoName: [1, 'IFLA_BATADV_ALGO_NAME', string, { json: 'ra' }],
}))

const DSA = attributes('IFLA_DSA', () => ({
  /** The index of the device that leads to the switch. IFLA_DSA_MASTER before Linux 6.7. */
  conduit: [1, 'IFLA_DSA_CONDUIT', u32],
}))

const OVPN_MODE = words('ovpn mode (OVPN_MODE_*)', { p2p: 0, mp: 1 })
const OVPN = attributes('IFLA_OVPN', () => ({
  mode: [1, 'IFLA_OVPN_MODE', enumeration(u8, OVPN_MODE)],
}))

const PPP = attributes('IFLA_PPP', () => ({
  /** Requests only: a descriptor of /dev/ppp. */
  devFd: [1, 'IFLA_PPP_DEV_FD', s32, { json: 'dev_fd' }],
}))

export const small = {
  batadv: { data: nest(BATADV) },
  dsa: { data: nest(DSA) },
  ovpn: { data: nest(OVPN) },
  ppp: { data: nest(PPP) },
}
