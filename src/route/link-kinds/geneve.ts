// geneve: include/uapi/linux/if_link.h, drivers/net/geneve.c.
import { be16, be32, bool, enumeration, flag, ipv4, ipv6, u8, u32 } from '../../netlink/codec.ts'
import { attributes, nest } from '../../netlink/schema.ts'
import { struct } from '../../netlink/struct.ts'
import { DF } from './vxlan.ts'

const portRange = struct('ifla_geneve_port_range', { low: ['low', be16], high: ['high', be16] })

const GENEVE = attributes('IFLA_GENEVE', () => ({
  id: [1, 'IFLA_GENEVE_ID', u32],
  remote: [2, 'IFLA_GENEVE_REMOTE', ipv4],
  ttl: [3, 'IFLA_GENEVE_TTL', u8],
  tos: [4, 'IFLA_GENEVE_TOS', u8],
  port: [5, 'IFLA_GENEVE_PORT', be16],
  external: [6, 'IFLA_GENEVE_COLLECT_METADATA', flag],
  remote6: [7, 'IFLA_GENEVE_REMOTE6', ipv6],
  udpCsum: [8, 'IFLA_GENEVE_UDP_CSUM', bool, { json: 'udp_csum' }],
  udpZeroCsum6Tx: [9, 'IFLA_GENEVE_UDP_ZERO_CSUM6_TX', bool, { json: 'udp_zero_csum6_tx' }],
  udpZeroCsum6Rx: [10, 'IFLA_GENEVE_UDP_ZERO_CSUM6_RX', bool, { json: 'udp_zero_csum6_rx' }],
  label: [11, 'IFLA_GENEVE_LABEL', be32],
  ttlInherit: [12, 'IFLA_GENEVE_TTL_INHERIT', bool, { json: 'ttl_inherit' }],
  df: [13, 'IFLA_GENEVE_DF', enumeration(u8, DF)],
  innerProtoInherit: [14, 'IFLA_GENEVE_INNER_PROTO_INHERIT', flag, { json: 'inner_proto_inherit' }],
  // Since Linux 6.16; the rest after 6.18.
  portRange: [15, 'IFLA_GENEVE_PORT_RANGE', portRange, { json: 'port_range' }],
  groHint: [16, 'IFLA_GENEVE_GRO_HINT', flag, { json: 'gro_hint' }],
  local: [17, 'IFLA_GENEVE_LOCAL', ipv4],
  local6: [18, 'IFLA_GENEVE_LOCAL6', ipv6],
}))

export const geneve = { geneve: { data: nest(GENEVE) } }
