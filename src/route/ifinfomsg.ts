// struct ifinfomsg, the fixed header of link messages: include/uapi/linux/rtnetlink.h.
// It has a file of its own because links contain links: a veth's peer begins with it too (link-kinds/).
import { enumeration, flags, s32, u8, u16, u32 } from '../netlink/codec.ts'
import { struct } from '../netlink/struct.ts'
import { AF, ARPHRD, IFF } from './words.ts'

export const ifinfomsg = struct('ifinfomsg', {
  family: ['ifi_family', enumeration(u8, AF)],
  _pad: ['__ifi_pad', u8],
  /** The device type: ARPHRD_*. */
  type: ['ifi_type', enumeration(u16, ARPHRD)],
  index: ['ifi_index', s32],
  flags: ['ifi_flags', flags(u32, IFF)],
  /** In requests: which of `flags` are meant. In notifications: which changed; all bits for a new link. */
  change: ['ifi_change', flags(u32, IFF)],
})
