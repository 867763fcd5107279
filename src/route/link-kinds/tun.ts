// tun and tap: include/uapi/linux/{if_link.h,if_tun.h}, drivers/net/tun.c. The kernel tells this; a device is made
// through /dev/net/tun, not with RTM_NEWLINK.
import { bool, enumeration, u8, u32 } from '../../netlink/codec.ts'
import { attributes, nest } from '../../netlink/schema.ts'
import { words } from '../../netlink/words.ts'

const IFF_TUN = words('tun type (IFF_TUN, IFF_TAP)', { tun: 1, tap: 2 })

const TUN = attributes('IFLA_TUN', () => ({
  /** A user id. */
  owner: [1, 'IFLA_TUN_OWNER', u32, { json: 'user' }],
  /** A group id. */
  group: [2, 'IFLA_TUN_GROUP', u32],
  type: [3, 'IFLA_TUN_TYPE', enumeration(u8, IFF_TUN)],
  pi: [4, 'IFLA_TUN_PI', bool],
  vnetHdr: [5, 'IFLA_TUN_VNET_HDR', bool, { json: 'vnet_hdr' }],
  persist: [6, 'IFLA_TUN_PERSIST', bool],
  multiQueue: [7, 'IFLA_TUN_MULTI_QUEUE', bool, { json: 'multi_queue' }],
  numQueues: [8, 'IFLA_TUN_NUM_QUEUES', u32, { json: 'numqueues' }],
  numDisabledQueues: [9, 'IFLA_TUN_NUM_DISABLED_QUEUES', u32, { json: 'numdisabled' }],
}))

export const tun = { tun: { data: nest(TUN) } }
