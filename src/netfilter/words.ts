// Words that several netfilter subsystems share. include/uapi/linux/netfilter.h, netfilter/nf_nat.h, in.h.
import { be16, be32, enumeration, flags, sbe32, u8 } from '../netlink/codec.ts'
import { lazy } from '../netlink/lazy.ts'
import { words } from '../netlink/words.ts'

const FAMILIES = lazy(() =>
  words('netfilter family (NFPROTO_*)', {
    unspec: 0,
    inet: 1,
    ipv4: 2,
    arp: 3,
    netdev: 5,
    bridge: 7,
    ipv6: 10,
    decnet: 12,
  }),
)
export const NFPROTO = lazy(() => enumeration(u8, FAMILIES()))
export const L3PROTO = lazy(() => enumeration(be16, FAMILIES()))
export const FAMILY = lazy(() => enumeration(be32, FAMILIES()))

/** The protocols that connection tracking knows. */
export const IPPROTO = lazy(() =>
  enumeration(
    u8,
    words('protocol above IP', {
      icmp: 1,
      tcp: 6,
      udp: 17,
      dccp: 33,
      gre: 47,
      icmpv6: 58,
      sctp: 132,
      udplite: 136,
      generic: 255,
    }),
  ),
)

/** Netfilter's verdicts, and those of nf_tables, which are negative. */
export const VERDICT_CODE = lazy(() =>
  enumeration(
    sbe32,
    words('verdict', {
      drop: 0,
      accept: 1,
      stolen: 2,
      queue: 3,
      repeat: 4,
      stop: 5,
      continue: -1,
      break: -2,
      jump: -3,
      goto: -4,
      return: -5,
    }),
  ),
)

export const NAT_FLAGS = lazy(() =>
  flags(
    be32,
    words('translation flag (NF_NAT_RANGE_*)', {
      map_ips: 1 << 0,
      proto_specified: 1 << 1,
      proto_random: 1 << 2,
      persistent: 1 << 3,
      proto_random_fully: 1 << 4,
      proto_offset: 1 << 5,
      netmap: 1 << 6,
    }),
  ),
)
