// ipip, sit (IPv6 in IPv4) and ip6tnl (in IPv6): include/uapi/linux/if_tunnel.h, net/ipv4/ipip.c, net/ipv6/sit.c,
// net/ipv6/ip6_tunnel.c.
import { be16, be32, bool, enumeration, flag, flags, ip, ipv4, ipv6, u8, u16, u32 } from '../../netlink/codec.ts'
import { attributes, nest } from '../../netlink/schema.ts'
import { type Words, words } from '../../netlink/words.ts'
import { IP6_TNL_F, TUNNEL_ENCAP, TUNNEL_ENCAP_FLAG } from './tunnel-words.ts'

/** What a tunnel carries: IPPROTO_*, in iproute2's words, which depend on what carries it. */
const PROTO_IN_IPV4 = words('tunnel mode (IPPROTO_*)', { any: 0, ipip: 4, ip6ip: 41, mplsip: 137 })
const PROTO_IN_IPV6 = words('tunnel mode (IPPROTO_*)', { any: 0, ipip6: 4, ip6ip6: 41 })

const SIT_FLAG = words('sit flag (SIT_*)', { isatap: 1 })

const common = <W extends string>(proto: Words<W>) =>
  ({
    /** The index of the device that carries it. */
    link: [1, 'IFLA_IPTUN_LINK', u32],
    local: [2, 'IFLA_IPTUN_LOCAL', ip],
    remote: [3, 'IFLA_IPTUN_REMOTE', ip],
    ttl: [4, 'IFLA_IPTUN_TTL', u8],
    tos: [5, 'IFLA_IPTUN_TOS', u8],
    proto: [9, 'IFLA_IPTUN_PROTO', enumeration(u8, proto)],
    encapType: [15, 'IFLA_IPTUN_ENCAP_TYPE', enumeration(u16, TUNNEL_ENCAP), { json: 'type' }],
    encapFlags: [16, 'IFLA_IPTUN_ENCAP_FLAGS', flags(u16, TUNNEL_ENCAP_FLAG), { json: 'encap_flags' }],
    encapSport: [17, 'IFLA_IPTUN_ENCAP_SPORT', be16, { json: 'sport' }],
    encapDport: [18, 'IFLA_IPTUN_ENCAP_DPORT', be16, { json: 'dport' }],
    external: [19, 'IFLA_IPTUN_COLLECT_METADATA', flag],
    fwmark: [20, 'IFLA_IPTUN_FWMARK', u32],
  }) as const

const IPTUN = attributes('IFLA_IPTUN', () => ({
  ...common(PROTO_IN_IPV4),
  flags: [8, 'IFLA_IPTUN_FLAGS', flags(u16, SIT_FLAG)],
  pmtudisc: [10, 'IFLA_IPTUN_PMTUDISC', bool],
  // sit only: these four.
  '6rdPrefix': [11, 'IFLA_IPTUN_6RD_PREFIX', ipv6, { json: 'prefix' }],
  '6rdRelayPrefix': [12, 'IFLA_IPTUN_6RD_RELAY_PREFIX', ipv4, { json: 'relay_prefix' }],
  '6rdPrefixLength': [13, 'IFLA_IPTUN_6RD_PREFIXLEN', u16, { json: 'prefixlen' }],
  '6rdRelayPrefixLength': [14, 'IFLA_IPTUN_6RD_RELAY_PREFIXLEN', u16, { json: 'relay_prefixlen' }],
}))

const IP6TNL = attributes('IFLA_IPTUN', () => ({
  ...common(PROTO_IN_IPV6),
  encapLimit: [6, 'IFLA_IPTUN_ENCAP_LIMIT', u8, { json: 'encap_limit' }],
  /** Traffic class and flow label, as they lie in an IPv6 header. */
  flowinfo: [7, 'IFLA_IPTUN_FLOWINFO', be32],
  flags: [8, 'IFLA_IPTUN_FLAGS', flags(u32, IP6_TNL_F)],
}))

export const iptunnel = {
  ipip: { data: nest(IPTUN) },
  sit: { data: nest(IPTUN) },
  ip6tnl: { data: nest(IP6TNL) },
}
