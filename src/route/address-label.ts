// Labels for the choice of IPv6 source addresses (RFC 6724): RTM_NEWADDRLABEL and its kin.
// include/uapi/linux/if_addrlabel.h; net/ipv6/addrlabel.c.
import { enumeration, ip, u8, u32 } from '../netlink/codec.ts'
import { attributes, message } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import type { MessageOf } from '../netlink/table.ts'
import { AF } from './words.ts'

export const ifaddrlblmsg = struct('ifaddrlblmsg', {
  family: ['ifal_family', enumeration(u8, AF)],
  _reserved: ['__ifal_reserved', u8],
  prefixLength: ['ifal_prefixlen', u8],
  flags: ['ifal_flags', u8],
  index: ['ifal_index', u32],
  sequence: ['ifal_seq', u32],
})

export const ADDRESS_LABEL = attributes('IFAL', () => ({
  address: [1, 'IFAL_ADDRESS', ip],
  label: [2, 'IFAL_LABEL', u32],
}))

export const addressLabelMessage = message(
  'address label',
  { RTM_NEWADDRLABEL: 72, RTM_DELADDRLABEL: 73, RTM_GETADDRLABEL: 74 },
  ifaddrlblmsg,
  ADDRESS_LABEL,
)
export type AddressLabel = MessageOf<typeof addressLabelMessage>
