// Links of mobile networks: gtp (a core network's tunnel), rmnet, wwan and caif (modems). include/uapi/linux/if_link.h,
// wwan.h, caif/if_caif.h; drivers/net/gtp.c, drivers/net/ethernet/qualcomm/rmnet/rmnet_config.c.
import { bool, enumeration, flags, ipv4, ipv6, s32, u8, u16, u32 } from '../../netlink/codec.ts'
import { attributes, nest } from '../../netlink/schema.ts'
import { struct } from '../../netlink/struct.ts'
import { words } from '../../netlink/words.ts'

const GTP_ROLE = words('GTP role (GTP_ROLE_*)', { ggsn: 0, sgsn: 1 })

const GTP = attributes('IFLA_GTP', () => ({
  /** File descriptors of UDP sockets, for GTPv0 and GTPv1. */
  fd0: [1, 'IFLA_GTP_FD0', s32],
  fd1: [2, 'IFLA_GTP_FD1', s32],
  hashSize: [3, 'IFLA_GTP_PDP_HASHSIZE', u32, { json: 'hsize' }],
  role: [4, 'IFLA_GTP_ROLE', enumeration(u32, GTP_ROLE)],
  createSockets: [5, 'IFLA_GTP_CREATE_SOCKETS', bool, { json: 'create_sockets' }],
  restartCount: [6, 'IFLA_GTP_RESTART_COUNT', u8, { json: 'restart_count' }],
  // Since Linux 6.11.
  local: [7, 'IFLA_GTP_LOCAL', ipv4],
  local6: [8, 'IFLA_GTP_LOCAL6', ipv6],
}))

const RMNET_FLAGS = words('rmnet flag (RMNET_FLAGS_*)', {
  ingress_deaggregation: 1 << 0,
  ingress_map_commands: 1 << 1,
  ingress_map_cksumv4: 1 << 2,
  egress_map_cksumv4: 1 << 3,
  ingress_map_cksumv5: 1 << 4,
  egress_map_cksumv5: 1 << 5,
})
/** `mask` says which flags are meant. */
const rmnetFlags = struct('ifla_rmnet_flags', () => ({
  flags: ['flags', flags(u32, RMNET_FLAGS)],
  mask: ['mask', flags(u32, RMNET_FLAGS)],
}))

const RMNET = attributes('IFLA_RMNET', () => ({
  muxId: [1, 'IFLA_RMNET_MUX_ID', u16, { json: 'mux_id' }],
  flags: [2, 'IFLA_RMNET_FLAGS', rmnetFlags],
}))

const WWAN = attributes('IFLA_WWAN', () => ({
  linkId: [1, 'IFLA_WWAN_LINK_ID', u32, { json: 'linkid' }],
}))

const CAIF = attributes('IFLA_CAIF', () => ({
  ipv4Connid: [1, 'IFLA_CAIF_IPV4_CONNID', u32, { json: 'ipv4_connid' }],
  ipv6Connid: [2, 'IFLA_CAIF_IPV6_CONNID', u32, { json: 'ipv6_connid' }],
  loopback: [3, 'IFLA_CAIF_LOOPBACK', bool],
}))

export const mobile = {
  gtp: { data: nest(GTP) },
  rmnet: { data: nest(RMNET) },
  wwan: { data: nest(WWAN) },
  caif: { data: nest(CAIF) },
}
