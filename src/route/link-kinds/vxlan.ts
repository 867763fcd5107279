// vxlan: include/uapi/linux/if_link.h, drivers/net/vxlan/vxlan_core.c (vxlan_policy, vxlan_fill_info).
import { be16, be32, blob, bool, type Codec, enumeration, flag, ip, u8, u32 } from '../../netlink/codec.ts'
import { attributes, nest } from '../../netlink/schema.ts'
import { struct } from '../../netlink/struct.ts'
import { words } from '../../netlink/words.ts'

/** IFLA_VXLAN_DF and IFLA_GENEVE_DF. */
export const DF = words("don't-fragment mode (VXLAN_DF_*)", { unset: 0, set: 1, inherit: 2 })
const VXLAN_LABEL = words('flow label policy (VXLAN_LABEL_*)', { fixed: 0, inherit: 1 })

/** Without payload in a request, a u8 in what the kernel sends. */
const flagOrBool: Codec<boolean | number, boolean> = {
  kind: 'flag or bool',
  accepts: (_b, _p, n) => n <= 1,
  read: (v, b, p, n, h, s) => (n === 0 ? true : bool.read(v, b, p, n, h, s)),
  write(w, value, h, s) {
    if (value !== true) bool.write(w, value, h, s)
  },
  compose(w, node) {
    if (node.length > 0) bool.write(w, node.value as boolean | number, {}, {})
  },
}

const portRange = struct('ifla_vxlan_port_range', { low: ['low', be16], high: ['high', be16] })

const VXLAN = attributes('IFLA_VXLAN', () => ({
  id: [1, 'IFLA_VXLAN_ID', u32],
  group: [2, 'IFLA_VXLAN_GROUP', ip],
  link: [3, 'IFLA_VXLAN_LINK', u32],
  local: [4, 'IFLA_VXLAN_LOCAL', ip],
  ttl: [5, 'IFLA_VXLAN_TTL', u8],
  tos: [6, 'IFLA_VXLAN_TOS', u8],
  learning: [7, 'IFLA_VXLAN_LEARNING', bool],
  /** Seconds. */
  ageing: [8, 'IFLA_VXLAN_AGEING', u32],
  limit: [9, 'IFLA_VXLAN_LIMIT', u32],
  portRange: [10, 'IFLA_VXLAN_PORT_RANGE', portRange, { json: 'port_range' }],
  proxy: [11, 'IFLA_VXLAN_PROXY', bool],
  rsc: [12, 'IFLA_VXLAN_RSC', bool],
  l2miss: [13, 'IFLA_VXLAN_L2MISS', bool],
  l3miss: [14, 'IFLA_VXLAN_L3MISS', bool],
  port: [15, 'IFLA_VXLAN_PORT', be16],
  group6: [16, 'IFLA_VXLAN_GROUP6', ip],
  local6: [17, 'IFLA_VXLAN_LOCAL6', ip],
  udpCsum: [18, 'IFLA_VXLAN_UDP_CSUM', bool, { json: 'udp_csum' }],
  udpZeroCsum6Tx: [19, 'IFLA_VXLAN_UDP_ZERO_CSUM6_TX', bool, { json: 'udp_zero_csum6_tx' }],
  udpZeroCsum6Rx: [20, 'IFLA_VXLAN_UDP_ZERO_CSUM6_RX', bool, { json: 'udp_zero_csum6_rx' }],
  remcsumTx: [21, 'IFLA_VXLAN_REMCSUM_TX', bool, { json: 'remcsum_tx' }],
  remcsumRx: [22, 'IFLA_VXLAN_REMCSUM_RX', bool, { json: 'remcsum_rx' }],
  gbp: [23, 'IFLA_VXLAN_GBP', flag],
  remcsumNopartial: [24, 'IFLA_VXLAN_REMCSUM_NOPARTIAL', flag, { json: 'remcsum_nopartial' }],
  external: [25, 'IFLA_VXLAN_COLLECT_METADATA', bool],
  label: [26, 'IFLA_VXLAN_LABEL', be32],
  gpe: [27, 'IFLA_VXLAN_GPE', flag],
  ttlInherit: [28, 'IFLA_VXLAN_TTL_INHERIT', flagOrBool, { json: 'ttl_inherit' }],
  df: [29, 'IFLA_VXLAN_DF', enumeration(u8, DF)],
  vnifilter: [30, 'IFLA_VXLAN_VNIFILTER', bool],
  // Since Linux 6.5, 6.7, 6.14 and 6.17.
  localbypass: [31, 'IFLA_VXLAN_LOCALBYPASS', bool],
  labelPolicy: [32, 'IFLA_VXLAN_LABEL_POLICY', enumeration(u32, VXLAN_LABEL), { json: 'label_policy' }],
  /** The bits of a VXLAN header that must be zero: flags and VNI as they lie on the wire. */
  reservedBits: [33, 'IFLA_VXLAN_RESERVED_BITS', blob(8), { json: 'reserved_bits' }],
  mcroute: [34, 'IFLA_VXLAN_MC_ROUTE', bool],
}))

export const vxlan = { vxlan: { data: nest(VXLAN) } }
