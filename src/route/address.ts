// Addresses of links: RTM_NEWADDR and its kin, and the multicast and anycast addresses that links listen to.
// linux/if_addr.h; the kernel's side is net/ipv4/devinet.c and net/ipv6/addrconf.c.
import { type Codec, enumeration, flags, ip, s32, string, u8, u32 } from '../netlink/codec.ts'
import { attributes, message } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import type { MessageOf } from '../netlink/table.ts'
import { type Words, words } from '../netlink/words.ts'
import { RT_SCOPE } from './routing-words.ts'
import { AF } from './words.ts'

/**
 * IFA_F_*, as iproute2 prints them; the kernel's own spelling, second, is understood too.
 * Bit 0 is `secondary` with IPv4 and `temporary` with IPv6.
 */
const addressFlag = {
  nodad: 0x02,
  optimistic: 0x04,
  dadfailed: 0x08,
  home: 0x10,
  homeaddress: 0x10,
  deprecated: 0x20,
  tentative: 0x40,
  permanent: 0x80,
  mngtmpaddr: 0x100,
  managetempaddr: 0x100,
  noprefixroute: 0x200,
  autojoin: 0x400,
  mcautojoin: 0x400,
  'stable-privacy': 0x800,
} as const
export const IFA_F = words('address flag (IFA_F_*)', { secondary: 0x01, temporary: 0x01, ...addressFlag })
const INET6_IFA_F: typeof IFA_F = words('address flag (IFA_F_*)', {
  temporary: 0x01,
  secondary: 0x01,
  ...addressFlag,
})
export type AddressFlag = typeof IFA_F extends Words<infer W> ? W : never

const inetFlags = flags(u32, IFA_F)
const inet6Flags = flags(u32, INET6_IFA_F)
/** IFA_FLAGS: the words depend on the family. */
const familyFlags: Codec<readonly (AddressFlag | number)[], number | readonly (AddressFlag | number)[]> = {
  ...inetFlags,
  read: (v, b, p, n, h, s) => (h['family'] === 'inet6' ? inet6Flags : inetFlags).read(v, b, p, n, h, s),
  source: g => `(h.family==="inet6"?${inet6Flags.source!(g)}:${inetFlags.source!(g)})`,
}

/** IFAPROT_*: who set the address (iproute2's /etc/iproute2/rt_addrprotos). */
export const IFAPROT = words('address protocol (IFAPROT_*)', { unspec: 0, kernel_lo: 1, kernel_ra: 2, kernel_ll: 3 })

export const ifaddrmsg = struct('ifaddrmsg', {
  family: ['ifa_family', enumeration(u8, AF)],
  prefixLength: ['ifa_prefixlen', u8],
  /** The lower 8 bits; IFA_FLAGS, where it is there, has them all. */
  flags: ['ifa_flags', flags(u8, IFA_F)],
  scope: ['ifa_scope', enumeration(u8, RT_SCOPE)],
  index: ['ifa_index', u32],
})

/** Lifetimes in seconds (4294967295 is for ever); the stamps in hundredths of seconds since boot. */
export const ifaCacheinfo = struct('ifa_cacheinfo', {
  preferred: ['ifa_prefered', u32],
  valid: ['ifa_valid', u32],
  created: ['cstamp', u32],
  updated: ['tstamp', u32],
})

export const ADDRESS = attributes('IFA', () => ({
  /** The prefix's address: on a point-to-point link the peer's. */
  address: [1, 'IFA_ADDRESS', ip],
  /** Our own address, where it differs from `address`. IPv4 always has it. */
  local: [2, 'IFA_LOCAL', ip],
  label: [3, 'IFA_LABEL', string],
  broadcast: [4, 'IFA_BROADCAST', ip],
  anycast: [5, 'IFA_ANYCAST', ip],
  cacheInfo: [6, 'IFA_CACHEINFO', ifaCacheinfo],
  multicast: [7, 'IFA_MULTICAST', ip],
  flags: [8, 'IFA_FLAGS', familyFlags],
  /** The metric of the prefix's route. */
  routePriority: [9, 'IFA_RT_PRIORITY', u32, { json: 'metric' }],
  targetNetnsId: [10, 'IFA_TARGET_NETNSID', s32, { json: 'target-netnsid' }],
  proto: [11, 'IFA_PROTO', enumeration(u8, IFAPROT), { json: 'protocol' }],
}))

export const addressMessage = message(
  'address',
  { RTM_NEWADDR: 20, RTM_DELADDR: 21, RTM_GETADDR: 22 },
  ifaddrmsg,
  ADDRESS,
)
export type Address = MessageOf<typeof addressMessage>

/** NEW and DEL are notifications since 6.14 (net/ipv4/igmp.c: inet_ifmcaddr_notify). */
export const multicastAddressMessage = message(
  'multicast address',
  { RTM_NEWMULTICAST: 56, RTM_DELMULTICAST: 57, RTM_GETMULTICAST: 58 },
  ifaddrmsg,
  ADDRESS,
)
export type MulticastAddress = MessageOf<typeof multicastAddressMessage>

/** NEW and DEL are notifications since 6.15 (net/ipv6/anycast.c: inet6_ifacaddr_notify). */
export const anycastAddressMessage = message(
  'anycast address',
  { RTM_NEWANYCAST: 60, RTM_DELANYCAST: 61, RTM_GETANYCAST: 62 },
  ifaddrmsg,
  ADDRESS,
)
export type AnycastAddress = MessageOf<typeof anycastAddressMessage>
