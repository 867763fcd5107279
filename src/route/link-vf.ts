// Virtual functions of SR-IOV devices, and port profiles (802.1Qbg): include/uapi/linux/if_link.h,
// net/core/rtnetlink.c (rtnl_fill_vfinfo, rtnl_port_fill).
import { be16, blob, bytes, enumeration, mac, sized, string, u8, u16, u32, u64 } from '../netlink/codec.ts'
import { attributes, many, nest } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import { words } from '../netlink/words.ts'
import { ETH_P } from './words.ts'

const vf = ['vf', u32] as const

const vfMac = struct('ifla_vf_mac', () => ({
  vf,
  /** 32 bytes (MAX_ADDR_LEN), the device's address first. */
  mac: ['mac', sized(mac, 32)],
}))
const vfVlan = struct('ifla_vf_vlan', { vf, vlan: ['vlan', u32], qos: ['qos', u32] })
/** Mbit/s, 0: no limit. */
const vfTxRate = struct('ifla_vf_tx_rate', { vf, rate: ['rate', u32] })
/** Mbit/s. */
const vfRate = struct('ifla_vf_rate', { vf, minTxRate: ['min_tx_rate', u32], maxTxRate: ['max_tx_rate', u32] })
/** 0 off, 1 on; all ones where the driver does not say. */
const vfSpoofchk = struct('ifla_vf_spoofchk', { vf, setting: ['setting', u32] })
const vfRssQuery = struct('ifla_vf_rss_query_en', { vf, setting: ['setting', u32] })
const vfTrust = struct('ifla_vf_trust', { vf, setting: ['setting', u32] })

const IFLA_VF_LINK_STATE = words('VF link state (IFLA_VF_LINK_STATE_*)', { auto: 0, enable: 1, disable: 2 })
const vfLinkState = struct('ifla_vf_link_state', () => ({
  vf,
  linkState: ['link_state', enumeration(u32, IFLA_VF_LINK_STATE)],
}))
const vfGuid = struct('ifla_vf_guid', { vf, _pad: ['(padding)', u32], guid: ['guid', u64] })
const vfVlanInfo = struct('ifla_vf_vlan_info', () => ({
  vf,
  vlan: ['vlan', u32],
  qos: ['qos', u32],
  protocol: ['vlan_proto', enumeration(be16, ETH_P)],
  _pad: ['(padding)', u16],
}))
const vfBroadcast = struct('ifla_vf_broadcast', { broadcast: ['broadcast', sized(mac, 32)] })

const VF_VLAN_LIST = attributes('IFLA_VF_VLAN_INFO', () => ({
  vlans: [1, 'IFLA_VF_VLAN_INFO', many(vfVlanInfo)],
}))

const VF_STATS = attributes('IFLA_VF_STATS', () => ({
  rxPackets: [0, 'IFLA_VF_STATS_RX_PACKETS', u64, { json: 'rx_packets' }],
  txPackets: [1, 'IFLA_VF_STATS_TX_PACKETS', u64, { json: 'tx_packets' }],
  rxBytes: [2, 'IFLA_VF_STATS_RX_BYTES', u64, { json: 'rx_bytes' }],
  txBytes: [3, 'IFLA_VF_STATS_TX_BYTES', u64, { json: 'tx_bytes' }],
  broadcast: [4, 'IFLA_VF_STATS_BROADCAST', u64],
  multicast: [5, 'IFLA_VF_STATS_MULTICAST', u64],
  _pad: [6, 'IFLA_VF_STATS_PAD', bytes],
  rxDropped: [7, 'IFLA_VF_STATS_RX_DROPPED', u64, { json: 'rx_dropped' }],
  txDropped: [8, 'IFLA_VF_STATS_TX_DROPPED', u64, { json: 'tx_dropped' }],
}))

const VF_INFO = attributes('IFLA_VF', () => ({
  mac: [1, 'IFLA_VF_MAC', vfMac],
  vlan: [2, 'IFLA_VF_VLAN', vfVlan],
  txRate: [3, 'IFLA_VF_TX_RATE', vfTxRate, { json: 'tx_rate' }],
  spoofchk: [4, 'IFLA_VF_SPOOFCHK', vfSpoofchk],
  linkState: [5, 'IFLA_VF_LINK_STATE', vfLinkState, { json: 'link_state' }],
  rate: [6, 'IFLA_VF_RATE', vfRate],
  rssQueryEnabled: [7, 'IFLA_VF_RSS_QUERY_EN', vfRssQuery, { json: 'query_rss_en' }],
  stats: [8, 'IFLA_VF_STATS', nest(VF_STATS)],
  trust: [9, 'IFLA_VF_TRUST', vfTrust],
  ibNodeGuid: [10, 'IFLA_VF_IB_NODE_GUID', vfGuid, { json: 'ib_node_guid' }],
  ibPortGuid: [11, 'IFLA_VF_IB_PORT_GUID', vfGuid, { json: 'ib_port_guid' }],
  vlanList: [12, 'IFLA_VF_VLAN_LIST', nest(VF_VLAN_LIST), { json: 'vlan_list' }],
  broadcast: [13, 'IFLA_VF_BROADCAST', vfBroadcast],
}))

const VF_INFO_LIST = attributes('IFLA_VFINFO_LIST', () => ({
  vfs: [1, 'IFLA_VF_INFO', many(nest(VF_INFO))],
}))
/** IFLA_VFINFO_LIST. */
export const vfInfoList = nest(VF_INFO_LIST)

// ── port profiles ──────────────────────────────────────────────────────────

const PORT_REQUEST = words('port request (PORT_REQUEST_*)', {
  preassociate: 0,
  preassociate_rr: 1,
  associate: 2,
  disassociate: 3,
})
const PORT_RESPONSE = words('port response (PORT_VDP_RESPONSE_*, PORT_PROFILE_RESPONSE_*)', {
  success: 0,
  invalid_format: 1,
  insufficient_resources: 2,
  unused_vtid: 3,
  vtid_violation: 4,
  vtid_version_violation: 5,
  out_of_sync: 6,
  profile_success: 0x100,
  profile_inprogress: 0x101,
  profile_invalid: 0x102,
  profile_badstate: 0x103,
  profile_insufficient_resources: 0x104,
  profile_error: 0x105,
})

const portVsi = struct('ifla_port_vsi', () => ({
  managerId: ['vsi_mgr_id', u8],
  typeId: ['vsi_type_id', blob(3)],
  typeVersion: ['vsi_type_version', u8],
  _pad: ['pad', blob(3)],
}))

const PORT = attributes('IFLA_PORT', () => ({
  vf: [1, 'IFLA_PORT_VF', u32],
  profile: [2, 'IFLA_PORT_PROFILE', string],
  vsiType: [3, 'IFLA_PORT_VSI_TYPE', portVsi, { json: 'vsi_type' }],
  instanceUuid: [4, 'IFLA_PORT_INSTANCE_UUID', bytes, { json: 'instance_uuid' }],
  hostUuid: [5, 'IFLA_PORT_HOST_UUID', bytes, { json: 'host_uuid' }],
  request: [6, 'IFLA_PORT_REQUEST', enumeration(u8, PORT_REQUEST)],
  response: [7, 'IFLA_PORT_RESPONSE', enumeration(u16, PORT_RESPONSE)],
}))

/** IFLA_PORT_SELF. */
export const portSelf = nest(PORT)
/** IFLA_VF_PORTS. */
export const vfPorts = nest(
  attributes('IFLA_VF_PORTS', () => ({
    ports: [1, 'IFLA_VF_PORT', many(nest(PORT))],
  })),
)
