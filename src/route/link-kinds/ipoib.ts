// ipoib, IP over InfiniBand: include/uapi/linux/if_link.h, drivers/infiniband/ulp/ipoib/ipoib_netlink.c.
import { enumeration, u16 } from '../../netlink/codec.ts'
import { attributes, nest } from '../../netlink/schema.ts'
import { words } from '../../netlink/words.ts'

const IPOIB_MODE = words('IPoIB mode (IPOIB_MODE_*)', { datagram: 0, connected: 1 })

const IPOIB = attributes('IFLA_IPOIB', () => ({
  pkey: [1, 'IFLA_IPOIB_PKEY', u16, { json: 'key' }],
  mode: [2, 'IFLA_IPOIB_MODE', enumeration(u16, IPOIB_MODE)],
  /** 0 or 1. */
  umcast: [3, 'IFLA_IPOIB_UMCAST', u16],
}))

export const ipoib = { ipoib: { data: nest(IPOIB) } }
