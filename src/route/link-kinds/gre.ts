// gre, gretap, erspan and their IPv6 kin: include/uapi/linux/if_tunnel.h, net/ipv4/ip_gre.c, net/ipv6/ip6_gre.c.
import { be16, be32, bool, enumeration, flag, flags, ip, u8, u16, u32 } from '../../netlink/codec.ts'
import { attributes, nest } from '../../netlink/schema.ts'
import { words } from '../../netlink/words.ts'
import { IP6_TNL_F, TUNNEL_ENCAP, TUNNEL_ENCAP_FLAG } from './tunnel-words.ts'

/** GRE_*: as they lie in a GRE header. */
const GRE_FLAG = words('GRE flag (GRE_*)', {
  csum: 0x8000,
  routing: 0x4000,
  key: 0x2000,
  seq: 0x1000,
  strict: 0x0800,
  ack: 0x0080,
})
const ERSPAN_DIR = words('ERSPAN direction', { ingress: 0, egress: 1 })

const GRE = attributes('IFLA_GRE', () => ({
  /** The index of the device that carries it. */
  link: [1, 'IFLA_GRE_LINK', u32],
  iflags: [2, 'IFLA_GRE_IFLAGS', flags(be16, GRE_FLAG)],
  oflags: [3, 'IFLA_GRE_OFLAGS', flags(be16, GRE_FLAG)],
  ikey: [4, 'IFLA_GRE_IKEY', be32],
  okey: [5, 'IFLA_GRE_OKEY', be32],
  local: [6, 'IFLA_GRE_LOCAL', ip],
  remote: [7, 'IFLA_GRE_REMOTE', ip],
  ttl: [8, 'IFLA_GRE_TTL', u8],
  tos: [9, 'IFLA_GRE_TOS', u8],
  pmtudisc: [10, 'IFLA_GRE_PMTUDISC', bool],
  // IPv6 only: these three.
  encapLimit: [11, 'IFLA_GRE_ENCAP_LIMIT', u8, { json: 'encap_limit' }],
  /** Traffic class and flow label, as they lie in an IPv6 header. */
  flowinfo: [12, 'IFLA_GRE_FLOWINFO', be32],
  flags: [13, 'IFLA_GRE_FLAGS', flags(u32, IP6_TNL_F)],
  encapType: [14, 'IFLA_GRE_ENCAP_TYPE', enumeration(u16, TUNNEL_ENCAP), { json: 'type' }],
  encapFlags: [15, 'IFLA_GRE_ENCAP_FLAGS', flags(u16, TUNNEL_ENCAP_FLAG), { json: 'encap_flags' }],
  encapSport: [16, 'IFLA_GRE_ENCAP_SPORT', be16, { json: 'sport' }],
  encapDport: [17, 'IFLA_GRE_ENCAP_DPORT', be16, { json: 'dport' }],
  external: [18, 'IFLA_GRE_COLLECT_METADATA', flag],
  ignoreDf: [19, 'IFLA_GRE_IGNORE_DF', bool, { json: 'ignore_df' }],
  fwmark: [20, 'IFLA_GRE_FWMARK', u32],
  // ERSPAN only: these four.
  erspanIndex: [21, 'IFLA_GRE_ERSPAN_INDEX', u32, { json: 'erspan_index' }],
  erspanVersion: [22, 'IFLA_GRE_ERSPAN_VER', u8, { json: 'erspan_ver' }],
  erspanDirection: [23, 'IFLA_GRE_ERSPAN_DIR', enumeration(u8, ERSPAN_DIR), { json: 'erspan_dir' }],
  erspanHwid: [24, 'IFLA_GRE_ERSPAN_HWID', u16, { json: 'erspan_hwid' }],
}))

const tunnel = { data: nest(GRE) }

export const gre = {
  gre: tunnel,
  gretap: tunnel,
  erspan: tunnel,
  ip6gre: tunnel,
  ip6gretap: tunnel,
  ip6erspan: tunnel,
}
