// macvlan and macvtap, devices with addresses of their own on another one: include/uapi/linux/if_link.h,
// drivers/net/macvlan.c.
import { enumeration, flags, mac, s32, u16, u32 } from '../../netlink/codec.ts'
import { attributes, many, nest } from '../../netlink/schema.ts'
import { words } from '../../netlink/words.ts'

const MACVLAN_MODE = words('macvlan mode (MACVLAN_MODE_*)', {
  private: 1,
  vepa: 2,
  bridge: 4,
  passthru: 8,
  source: 16,
})
const MACVLAN_FLAG = words('macvlan flag (MACVLAN_FLAG_*)', { nopromisc: 1, nodst: 2 })
const MACVLAN_MACADDR = words('what to do with source addresses (MACVLAN_MACADDR_*)', {
  add: 0,
  del: 1,
  flush: 2,
  set: 3,
})

/** A list of addresses, each an attribute of the same number as a single one. */
const MACVLAN_MACADDR_DATA = attributes('IFLA_MACVLAN_MACADDR_DATA', () => ({
  addresses: [4, 'IFLA_MACVLAN_MACADDR', many(mac)],
}))

const MACVLAN = attributes('IFLA_MACVLAN', () => ({
  mode: [1, 'IFLA_MACVLAN_MODE', enumeration(u32, MACVLAN_MODE)],
  flags: [2, 'IFLA_MACVLAN_FLAGS', flags(u16, MACVLAN_FLAG)],
  macaddrMode: [3, 'IFLA_MACVLAN_MACADDR_MODE', enumeration(u32, MACVLAN_MACADDR), { json: 'macaddr_mode' }],
  macaddr: [4, 'IFLA_MACVLAN_MACADDR', mac],
  macaddrData: [5, 'IFLA_MACVLAN_MACADDR_DATA', nest(MACVLAN_MACADDR_DATA), { json: 'macaddr_data' }],
  macaddrCount: [6, 'IFLA_MACVLAN_MACADDR_COUNT', u32, { json: 'macaddr_count' }],
  bcQueueLength: [7, 'IFLA_MACVLAN_BC_QUEUE_LEN', u32, { json: 'bcqueuelen' }],
  bcQueueLengthUsed: [8, 'IFLA_MACVLAN_BC_QUEUE_LEN_USED', u32, { json: 'usedbcqueuelen' }],
  // Since Linux 6.4.
  bcCutoff: [9, 'IFLA_MACVLAN_BC_CUTOFF', s32, { json: 'bclim' }],
}))

export const macvlan = { macvlan: { data: nest(MACVLAN) }, macvtap: { data: nest(MACVLAN) } }
