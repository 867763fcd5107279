// Prefixes that a router advertises (a notification): RTM_NEWPREFIX.
// include/uapi/linux/rtnetlink.h; net/ipv6/addrconf.c (inet6_fill_prefix).
import { enumeration, flags, ip, s32, u8, u16, u32 } from '../netlink/codec.ts'
import { attributes, message } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import type { MessageOf } from '../netlink/table.ts'
import { words } from '../netlink/words.ts'
import { AF } from './words.ts'

/** IF_PREFIX_*: include/net/if_inet6.h. */
const IF_PREFIX = words('prefix flag (IF_PREFIX_*)', { onlink: 0x01, autoconf: 0x02 })

export const prefixmsg = struct('prefixmsg', {
  family: ['prefix_family', enumeration(u8, AF)],
  _pad1: ['prefix_pad1', u8],
  _pad2: ['prefix_pad2', u16],
  index: ['prefix_ifindex', s32],
  /** The neighbour discovery option: 3, prefix information. */
  type: ['prefix_type', u8],
  prefixLength: ['prefix_len', u8],
  flags: ['prefix_flags', flags(u8, IF_PREFIX)],
  _pad3: ['prefix_pad3', u8],
})

/** Seconds; 4294967295 is for ever. */
const prefixCacheinfo = struct('prefix_cacheinfo', {
  preferred: ['preferred_time', u32],
  valid: ['valid_time', u32],
})

export const PREFIX = attributes('PREFIX', () => ({
  address: [1, 'PREFIX_ADDRESS', ip, { json: 'prefix' }],
  cacheInfo: [2, 'PREFIX_CACHEINFO', prefixCacheinfo],
}))

export const prefixMessage = message('prefix', { RTM_NEWPREFIX: 52 }, prefixmsg, PREFIX)
export type Prefix = MessageOf<typeof prefixMessage>
