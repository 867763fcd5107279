// Protocols that a bridge speaks by itself, inside IFLA_AF_SPEC of family bridge: MRP (IEC 62439-2 rings), CFM
// (802.1Q-2018 connectivity checks), MST (spanning tree instances). include/uapi/linux/{if_bridge.h,mrp_bridge.h,
// cfm_bridge.h}; net/bridge/br_{mrp,cfm}_netlink.c, br_mst.c. The kernel wants NLA_F_NESTED on all of these nests.
import { bytes, enumeration, mac, u8, u16, u32 } from '../netlink/codec.ts'
import { attributes, flaggedNest, many } from '../netlink/schema.ts'
import { words } from '../netlink/words.ts'
import { BR_STATE } from './link-kinds/bridge.ts'

// ── MRP ────────────────────────────────────────────────────────────────────

const MRP_RING_ROLE = words('MRP ring role (BR_MRP_RING_ROLE_*)', { disabled: 0, mrc: 1, mrm: 2, mra: 3 })
const MRP_IN_ROLE = words('MRP interconnect role (BR_MRP_IN_ROLE_*)', { disabled: 0, mic: 1, mim: 2 })
const MRP_STATE = words('MRP ring state (BR_MRP_RING_STATE_*)', { open: 0, closed: 1 })
const MRP_PORT_STATE = words('MRP port state (BR_MRP_PORT_STATE_*)', {
  disabled: 0,
  blocked: 1,
  forwarding: 2,
  not_connected: 3,
})
const MRP_PORT_ROLE = words('MRP port role (BR_MRP_PORT_ROLE_*)', { primary: 0, secondary: 1, inter: 2 })

const ringState = enumeration(u32, MRP_STATE)
const ringRole = enumeration(u32, MRP_RING_ROLE)
const inRole = enumeration(u32, MRP_IN_ROLE)

const MRP_INSTANCE = attributes('IFLA_BRIDGE_MRP_INSTANCE', () => ({
  ringId: [1, 'IFLA_BRIDGE_MRP_INSTANCE_RING_ID', u32, { json: 'ring_id' }],
  primaryIndex: [2, 'IFLA_BRIDGE_MRP_INSTANCE_P_IFINDEX', u32, { json: 'p_ifindex' }],
  secondaryIndex: [3, 'IFLA_BRIDGE_MRP_INSTANCE_S_IFINDEX', u32, { json: 's_ifindex' }],
  prio: [4, 'IFLA_BRIDGE_MRP_INSTANCE_PRIO', u16],
}))
const MRP_PORT_STATES = attributes('IFLA_BRIDGE_MRP_PORT_STATE', () => ({
  state: [1, 'IFLA_BRIDGE_MRP_PORT_STATE_STATE', enumeration(u32, MRP_PORT_STATE)],
}))
const MRP_PORT_ROLES = attributes('IFLA_BRIDGE_MRP_PORT_ROLE', () => ({
  role: [1, 'IFLA_BRIDGE_MRP_PORT_ROLE_ROLE', enumeration(u32, MRP_PORT_ROLE)],
}))
const MRP_RING_STATES = attributes('IFLA_BRIDGE_MRP_RING_STATE', () => ({
  ringId: [1, 'IFLA_BRIDGE_MRP_RING_STATE_RING_ID', u32, { json: 'ring_id' }],
  state: [2, 'IFLA_BRIDGE_MRP_RING_STATE_STATE', ringState],
}))
const MRP_RING_ROLES = attributes('IFLA_BRIDGE_MRP_RING_ROLE', () => ({
  ringId: [1, 'IFLA_BRIDGE_MRP_RING_ROLE_RING_ID', u32, { json: 'ring_id' }],
  role: [2, 'IFLA_BRIDGE_MRP_RING_ROLE_ROLE', ringRole],
}))
/** `interval` and `period` in microseconds. */
const MRP_START_TEST = attributes('IFLA_BRIDGE_MRP_START_TEST', () => ({
  ringId: [1, 'IFLA_BRIDGE_MRP_START_TEST_RING_ID', u32, { json: 'ring_id' }],
  interval: [2, 'IFLA_BRIDGE_MRP_START_TEST_INTERVAL', u32],
  maxMiss: [3, 'IFLA_BRIDGE_MRP_START_TEST_MAX_MISS', u32, { json: 'max_miss' }],
  period: [4, 'IFLA_BRIDGE_MRP_START_TEST_PERIOD', u32],
  monitor: [5, 'IFLA_BRIDGE_MRP_START_TEST_MONITOR', u32],
}))
const MRP_INFO = attributes('IFLA_BRIDGE_MRP_INFO', () => ({
  ringId: [1, 'IFLA_BRIDGE_MRP_INFO_RING_ID', u32, { json: 'ring_id' }],
  primaryIndex: [2, 'IFLA_BRIDGE_MRP_INFO_P_IFINDEX', u32, { json: 'p_ifindex' }],
  secondaryIndex: [3, 'IFLA_BRIDGE_MRP_INFO_S_IFINDEX', u32, { json: 's_ifindex' }],
  prio: [4, 'IFLA_BRIDGE_MRP_INFO_PRIO', u16],
  ringState: [5, 'IFLA_BRIDGE_MRP_INFO_RING_STATE', ringState, { json: 'ring_state' }],
  ringRole: [6, 'IFLA_BRIDGE_MRP_INFO_RING_ROLE', ringRole, { json: 'ring_role' }],
  testInterval: [7, 'IFLA_BRIDGE_MRP_INFO_TEST_INTERVAL', u32, { json: 'test_interval' }],
  testMaxMiss: [8, 'IFLA_BRIDGE_MRP_INFO_TEST_MAX_MISS', u32, { json: 'test_max_miss' }],
  testMonitor: [9, 'IFLA_BRIDGE_MRP_INFO_TEST_MONITOR', u32, { json: 'test_monitor' }],
  interconnectIndex: [10, 'IFLA_BRIDGE_MRP_INFO_I_IFINDEX', u32, { json: 'i_ifindex' }],
  inState: [11, 'IFLA_BRIDGE_MRP_INFO_IN_STATE', ringState, { json: 'in_state' }],
  inRole: [12, 'IFLA_BRIDGE_MRP_INFO_IN_ROLE', inRole, { json: 'in_role' }],
  inTestInterval: [13, 'IFLA_BRIDGE_MRP_INFO_IN_TEST_INTERVAL', u32, { json: 'in_test_interval' }],
  inTestMaxMiss: [14, 'IFLA_BRIDGE_MRP_INFO_IN_TEST_MAX_MISS', u32, { json: 'in_test_max_miss' }],
}))
const MRP_IN_ROLES = attributes('IFLA_BRIDGE_MRP_IN_ROLE', () => ({
  ringId: [1, 'IFLA_BRIDGE_MRP_IN_ROLE_RING_ID', u32, { json: 'ring_id' }],
  inId: [2, 'IFLA_BRIDGE_MRP_IN_ROLE_IN_ID', u16, { json: 'in_id' }],
  role: [3, 'IFLA_BRIDGE_MRP_IN_ROLE_ROLE', inRole],
  interconnectIndex: [4, 'IFLA_BRIDGE_MRP_IN_ROLE_I_IFINDEX', u32, { json: 'i_ifindex' }],
}))
const MRP_IN_STATES = attributes('IFLA_BRIDGE_MRP_IN_STATE', () => ({
  inId: [1, 'IFLA_BRIDGE_MRP_IN_STATE_IN_ID', u32, { json: 'in_id' }],
  state: [2, 'IFLA_BRIDGE_MRP_IN_STATE_STATE', ringState],
}))
const MRP_START_IN_TEST = attributes('IFLA_BRIDGE_MRP_START_IN_TEST', () => ({
  inId: [1, 'IFLA_BRIDGE_MRP_START_IN_TEST_IN_ID', u32, { json: 'in_id' }],
  interval: [2, 'IFLA_BRIDGE_MRP_START_IN_TEST_INTERVAL', u32],
  maxMiss: [3, 'IFLA_BRIDGE_MRP_START_IN_TEST_MAX_MISS', u32, { json: 'max_miss' }],
  period: [4, 'IFLA_BRIDGE_MRP_START_IN_TEST_PERIOD', u32],
}))

export const BRIDGE_MRP = attributes('IFLA_BRIDGE_MRP', () => ({
  instance: [1, 'IFLA_BRIDGE_MRP_INSTANCE', flaggedNest(MRP_INSTANCE)],
  portState: [2, 'IFLA_BRIDGE_MRP_PORT_STATE', flaggedNest(MRP_PORT_STATES), { json: 'port_state' }],
  portRole: [3, 'IFLA_BRIDGE_MRP_PORT_ROLE', flaggedNest(MRP_PORT_ROLES), { json: 'port_role' }],
  ringState: [4, 'IFLA_BRIDGE_MRP_RING_STATE', flaggedNest(MRP_RING_STATES), { json: 'ring_state' }],
  ringRole: [5, 'IFLA_BRIDGE_MRP_RING_ROLE', flaggedNest(MRP_RING_ROLES), { json: 'ring_role' }],
  startTest: [6, 'IFLA_BRIDGE_MRP_START_TEST', flaggedNest(MRP_START_TEST), { json: 'start_test' }],
  /** From the kernel: an element a ring. */
  infos: [7, 'IFLA_BRIDGE_MRP_INFO', many(flaggedNest(MRP_INFO)), { json: 'info' }],
  inRole: [8, 'IFLA_BRIDGE_MRP_IN_ROLE', flaggedNest(MRP_IN_ROLES), { json: 'in_role' }],
  inState: [9, 'IFLA_BRIDGE_MRP_IN_STATE', flaggedNest(MRP_IN_STATES), { json: 'in_state' }],
  startInTest: [10, 'IFLA_BRIDGE_MRP_START_IN_TEST', flaggedNest(MRP_START_IN_TEST), { json: 'start_in_test' }],
}))

// ── CFM ────────────────────────────────────────────────────────────────────

const CFM_DOMAIN = words('CFM domain (BR_CFM_*)', { port: 0, vlan: 1 })
const CFM_DIRECTION = words('MEP direction (BR_CFM_MEP_DIRECTION_*)', { down: 0, up: 1 })
const CFM_INTERVAL = words('CCM interval (BR_CFM_CCM_INTERVAL_*)', {
  none: 0,
  '3.3ms': 1,
  '10ms': 2,
  '100ms': 3,
  '1s': 4,
  '10s': 5,
  '1min': 6,
  '10min': 7,
})

const CFM_MEP_CREATE = attributes('IFLA_BRIDGE_CFM_MEP_CREATE', () => ({
  instance: [1, 'IFLA_BRIDGE_CFM_MEP_CREATE_INSTANCE', u32],
  domain: [2, 'IFLA_BRIDGE_CFM_MEP_CREATE_DOMAIN', enumeration(u32, CFM_DOMAIN)],
  direction: [3, 'IFLA_BRIDGE_CFM_MEP_CREATE_DIRECTION', enumeration(u32, CFM_DIRECTION)],
  index: [4, 'IFLA_BRIDGE_CFM_MEP_CREATE_IFINDEX', u32, { json: 'ifindex' }],
}))
const CFM_MEP_DELETE = attributes('IFLA_BRIDGE_CFM_MEP_DELETE', () => ({
  instance: [1, 'IFLA_BRIDGE_CFM_MEP_DELETE_INSTANCE', u32],
}))
const CFM_MEP_CONFIG = attributes('IFLA_BRIDGE_CFM_MEP_CONFIG', () => ({
  instance: [1, 'IFLA_BRIDGE_CFM_MEP_CONFIG_INSTANCE', u32],
  unicastMac: [2, 'IFLA_BRIDGE_CFM_MEP_CONFIG_UNICAST_MAC', mac, { json: 'unicast_mac' }],
  level: [3, 'IFLA_BRIDGE_CFM_MEP_CONFIG_MDLEVEL', u32, { json: 'mdlevel' }],
  mepId: [4, 'IFLA_BRIDGE_CFM_MEP_CONFIG_MEPID', u32, { json: 'mepid' }],
}))
const CFM_CC_CONFIG = attributes('IFLA_BRIDGE_CFM_CC_CONFIG', () => ({
  instance: [1, 'IFLA_BRIDGE_CFM_CC_CONFIG_INSTANCE', u32],
  enable: [2, 'IFLA_BRIDGE_CFM_CC_CONFIG_ENABLE', u32],
  interval: [3, 'IFLA_BRIDGE_CFM_CC_CONFIG_EXP_INTERVAL', enumeration(u32, CFM_INTERVAL), { json: 'exp_interval' }],
  /** 48 bytes: the maintenance association's id. */
  maid: [4, 'IFLA_BRIDGE_CFM_CC_CONFIG_EXP_MAID', bytes, { json: 'exp_maid' }],
}))
const CFM_CC_PEER_MEP = attributes('IFLA_BRIDGE_CFM_CC_PEER_MEP', () => ({
  instance: [1, 'IFLA_BRIDGE_CFM_CC_PEER_MEP_INSTANCE', u32],
  mepId: [2, 'IFLA_BRIDGE_CFM_CC_PEER_MEPID', u32, { json: 'mepid' }],
}))
const CFM_CC_RDI = attributes('IFLA_BRIDGE_CFM_CC_RDI', () => ({
  instance: [1, 'IFLA_BRIDGE_CFM_CC_RDI_INSTANCE', u32],
  rdi: [2, 'IFLA_BRIDGE_CFM_CC_RDI_RDI', u32],
}))
/** `period` in seconds. */
const CFM_CC_CCM_TX = attributes('IFLA_BRIDGE_CFM_CC_CCM_TX', () => ({
  instance: [1, 'IFLA_BRIDGE_CFM_CC_CCM_TX_INSTANCE', u32],
  destination: [2, 'IFLA_BRIDGE_CFM_CC_CCM_TX_DMAC', mac, { json: 'dmac' }],
  seqNoUpdate: [3, 'IFLA_BRIDGE_CFM_CC_CCM_TX_SEQ_NO_UPDATE', u32, { json: 'seq_no_update' }],
  period: [4, 'IFLA_BRIDGE_CFM_CC_CCM_TX_PERIOD', u32],
  ifTlv: [5, 'IFLA_BRIDGE_CFM_CC_CCM_TX_IF_TLV', u32, { json: 'if_tlv' }],
  ifTlvValue: [6, 'IFLA_BRIDGE_CFM_CC_CCM_TX_IF_TLV_VALUE', u8, { json: 'if_tlv_value' }],
  portTlv: [7, 'IFLA_BRIDGE_CFM_CC_CCM_TX_PORT_TLV', u32, { json: 'port_tlv' }],
  portTlvValue: [8, 'IFLA_BRIDGE_CFM_CC_CCM_TX_PORT_TLV_VALUE', u8, { json: 'port_tlv_value' }],
}))
const CFM_MEP_STATUS = attributes('IFLA_BRIDGE_CFM_MEP_STATUS', () => ({
  instance: [1, 'IFLA_BRIDGE_CFM_MEP_STATUS_INSTANCE', u32],
  opcodeUnexpSeen: [2, 'IFLA_BRIDGE_CFM_MEP_STATUS_OPCODE_UNEXP_SEEN', u32, { json: 'opcode_unexp_seen' }],
  versionUnexpSeen: [3, 'IFLA_BRIDGE_CFM_MEP_STATUS_VERSION_UNEXP_SEEN', u32, { json: 'version_unexp_seen' }],
  rxLevelLowSeen: [4, 'IFLA_BRIDGE_CFM_MEP_STATUS_RX_LEVEL_LOW_SEEN', u32, { json: 'rx_level_low_seen' }],
}))
const CFM_CC_PEER_STATUS = attributes('IFLA_BRIDGE_CFM_CC_PEER_STATUS', () => ({
  instance: [1, 'IFLA_BRIDGE_CFM_CC_PEER_STATUS_INSTANCE', u32],
  mepId: [2, 'IFLA_BRIDGE_CFM_CC_PEER_STATUS_PEER_MEPID', u32, { json: 'mepid' }],
  ccmDefect: [3, 'IFLA_BRIDGE_CFM_CC_PEER_STATUS_CCM_DEFECT', u32, { json: 'ccm_defect' }],
  rdi: [4, 'IFLA_BRIDGE_CFM_CC_PEER_STATUS_RDI', u32],
  portTlvValue: [5, 'IFLA_BRIDGE_CFM_CC_PEER_STATUS_PORT_TLV_VALUE', u8, { json: 'port_tlv_value' }],
  ifTlvValue: [6, 'IFLA_BRIDGE_CFM_CC_PEER_STATUS_IF_TLV_VALUE', u8, { json: 'if_tlv_value' }],
  seen: [7, 'IFLA_BRIDGE_CFM_CC_PEER_STATUS_SEEN', u32],
  tlvSeen: [8, 'IFLA_BRIDGE_CFM_CC_PEER_STATUS_TLV_SEEN', u32, { json: 'tlv_seen' }],
  seqUnexpSeen: [9, 'IFLA_BRIDGE_CFM_CC_PEER_STATUS_SEQ_UNEXP_SEEN', u32, { json: 'seq_unexp_seen' }],
}))

export const BRIDGE_CFM = attributes('IFLA_BRIDGE_CFM', () => ({
  mepCreate: [1, 'IFLA_BRIDGE_CFM_MEP_CREATE', flaggedNest(CFM_MEP_CREATE), { json: 'mep_create' }],
  mepDelete: [2, 'IFLA_BRIDGE_CFM_MEP_DELETE', flaggedNest(CFM_MEP_DELETE), { json: 'mep_delete' }],
  mepConfig: [3, 'IFLA_BRIDGE_CFM_MEP_CONFIG', flaggedNest(CFM_MEP_CONFIG), { json: 'mep_config' }],
  ccConfig: [4, 'IFLA_BRIDGE_CFM_CC_CONFIG', flaggedNest(CFM_CC_CONFIG), { json: 'cc_config' }],
  ccPeerMepAdd: [5, 'IFLA_BRIDGE_CFM_CC_PEER_MEP_ADD', flaggedNest(CFM_CC_PEER_MEP), { json: 'cc_peer_mep_add' }],
  ccPeerMepRemove: [
    6,
    'IFLA_BRIDGE_CFM_CC_PEER_MEP_REMOVE',
    flaggedNest(CFM_CC_PEER_MEP),
    { json: 'cc_peer_mep_remove' },
  ],
  ccRdi: [7, 'IFLA_BRIDGE_CFM_CC_RDI', flaggedNest(CFM_CC_RDI), { json: 'cc_rdi' }],
  ccCcmTx: [8, 'IFLA_BRIDGE_CFM_CC_CCM_TX', flaggedNest(CFM_CC_CCM_TX), { json: 'cc_ccm_tx' }],
  // From the kernel: an element a maintenance end point (or peer).
  mepCreateInfos: [
    9,
    'IFLA_BRIDGE_CFM_MEP_CREATE_INFO',
    many(flaggedNest(CFM_MEP_CREATE)),
    { json: 'mep_create_info' },
  ],
  mepConfigInfos: [
    10,
    'IFLA_BRIDGE_CFM_MEP_CONFIG_INFO',
    many(flaggedNest(CFM_MEP_CONFIG)),
    { json: 'mep_config_info' },
  ],
  ccConfigInfos: [11, 'IFLA_BRIDGE_CFM_CC_CONFIG_INFO', many(flaggedNest(CFM_CC_CONFIG)), { json: 'cc_config_info' }],
  ccRdiInfos: [12, 'IFLA_BRIDGE_CFM_CC_RDI_INFO', many(flaggedNest(CFM_CC_RDI)), { json: 'cc_rdi_info' }],
  ccCcmTxInfos: [13, 'IFLA_BRIDGE_CFM_CC_CCM_TX_INFO', many(flaggedNest(CFM_CC_CCM_TX)), { json: 'cc_ccm_tx_info' }],
  ccPeerMepInfos: [
    14,
    'IFLA_BRIDGE_CFM_CC_PEER_MEP_INFO',
    many(flaggedNest(CFM_CC_PEER_MEP)),
    { json: 'cc_peer_mep_info' },
  ],
  mepStatusInfos: [
    15,
    'IFLA_BRIDGE_CFM_MEP_STATUS_INFO',
    many(flaggedNest(CFM_MEP_STATUS)),
    { json: 'mep_status_info' },
  ],
  ccPeerStatusInfos: [
    16,
    'IFLA_BRIDGE_CFM_CC_PEER_STATUS_INFO',
    many(flaggedNest(CFM_CC_PEER_STATUS)),
    { json: 'cc_peer_status_info' },
  ],
}))

// ── MST ────────────────────────────────────────────────────────────────────

const BRIDGE_MST_ENTRY = attributes('IFLA_BRIDGE_MST_ENTRY', () => ({
  msti: [1, 'IFLA_BRIDGE_MST_ENTRY_MSTI', u16],
  state: [2, 'IFLA_BRIDGE_MST_ENTRY_STATE', enumeration(u8, BR_STATE)],
}))

export const BRIDGE_MST = attributes('IFLA_BRIDGE_MST', () => ({
  entries: [1, 'IFLA_BRIDGE_MST_ENTRY', many(flaggedNest(BRIDGE_MST_ENTRY))],
}))
