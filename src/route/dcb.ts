// Data center bridging: RTM_GETDCB, RTM_SETDCB (the `dcb` command). include/uapi/linux/dcbnl.h; net/dcb/dcbnl.c.
// The IEEE 802.1Qaz objects; of the older CEE ones only the names of their nests.
import { bytes, enumeration, flags, mac, string, u8, u16, u32, u64 } from '../netlink/codec.ts'
import { attributes, flaggedNest, many, message } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import type { MessageOf } from '../netlink/table.ts'
import { words } from '../netlink/words.ts'
import { fixedArray } from './fixed-array.ts'
import { AF } from './words.ts'

/** DCB_CMD_*. */
export const DCB_CMD = words('command (DCB_CMD_*)', {
  gstate: 1,
  sstate: 2,
  pgtx_gcfg: 3,
  pgtx_scfg: 4,
  pgrx_gcfg: 5,
  pgrx_scfg: 6,
  pfc_gcfg: 7,
  pfc_scfg: 8,
  set_all: 9,
  gperm_hwaddr: 10,
  gcap: 11,
  gnumtcs: 12,
  snumtcs: 13,
  pfc_gstate: 14,
  pfc_sstate: 15,
  bcn_gcfg: 16,
  bcn_scfg: 17,
  gapp: 18,
  sapp: 19,
  ieee_set: 20,
  ieee_get: 21,
  gdcbx: 22,
  sdcbx: 23,
  gfeatcfg: 24,
  sfeatcfg: 25,
  cee_get: 26,
  ieee_del: 27,
})

export const dcbmsg = struct('dcbmsg', {
  family: ['dcb_family', enumeration(u8, AF)],
  command: ['cmd', enumeration(u8, DCB_CMD)],
  _pad: ['dcb_pad', u16],
})

/** A number for each of the 8 traffic classes or priorities. */
const each = fixedArray(u8, 8)

const ieeeEts = struct('ieee_ets', {
  willing: ['willing', u8],
  capability: ['ets_cap', u8],
  creditBasedShaper: ['cbs', u8],
  /** Percent. */
  txBandwidth: ['tc_tx_bw', each],
  rxBandwidth: ['tc_rx_bw', each],
  selection: ['tc_tsa', each],
  priorityClass: ['prio_tc', each],
  recommendedBandwidth: ['tc_reco_bw', each],
  recommendedSelection: ['tc_reco_tsa', each],
  recommendedPriorityClass: ['reco_prio_tc', each],
})
const ieeePfc = struct('ieee_pfc', {
  capability: ['pfc_cap', u8],
  /** A bit a priority. */
  enabled: ['pfc_en', u8],
  macsecBypass: ['mbc', u8],
  _pad1: ['pad', u8],
  delay: ['delay', u16],
  _pad2: ['pad', u16],
  requests: ['requests', fixedArray(u64, 8)],
  indications: ['indications', fixedArray(u64, 8)],
})
/** IEEE_8021QAZ_APP_SEL_*. */
const SELECTOR = words('selector (IEEE_8021QAZ_APP_SEL_*)', {
  ethtype: 1,
  stream: 2,
  dgram: 3,
  any: 4,
  dscp: 5,
  // Since Linux 6.3 (DCB_APP_SEL_PCP).
  pcp: 255,
})
const dcbApp = struct('dcb_app', {
  selector: ['selector', enumeration(u8, SELECTOR)],
  priority: ['priority', u8],
  protocol: ['protocol', u16],
})
const APPS = attributes('DCB_ATTR_IEEE_APP', () => ({
  apps: [1, 'DCB_ATTR_IEEE_APP', many(dcbApp)],
  // Since Linux 6.3.
  nonstandard: [2, 'DCB_ATTR_DCB_APP', many(dcbApp)],
}))
/** Kilobits a second. */
const ieeeMaxrate = struct('ieee_maxrate', { rates: ['tc_maxrate', fixedArray(u64, 8)] })
/** Bytes. */
const dcbnlBuffer = struct('dcbnl_buffer', {
  priorityBuffer: ['prio2buffer', each],
  sizes: ['buffer_size', fixedArray(u32, 8)],
  total: ['total_size', u32],
})

const IEEE = attributes('DCB_ATTR_IEEE', () => ({
  ets: [1, 'DCB_ATTR_IEEE_ETS', ieeeEts],
  pfc: [2, 'DCB_ATTR_IEEE_PFC', ieeePfc],
  apps: [3, 'DCB_ATTR_IEEE_APP_TABLE', flaggedNest(APPS)],
  peerEts: [4, 'DCB_ATTR_IEEE_PEER_ETS', ieeeEts],
  peerPfc: [5, 'DCB_ATTR_IEEE_PEER_PFC', ieeePfc],
  peerApps: [6, 'DCB_ATTR_IEEE_PEER_APP', flaggedNest(APPS)],
  maxRates: [7, 'DCB_ATTR_IEEE_MAXRATE', ieeeMaxrate],
  qcn: [8, 'DCB_ATTR_IEEE_QCN', bytes],
  qcnStats: [9, 'DCB_ATTR_IEEE_QCN_STATS', bytes],
  buffer: [10, 'DCB_ATTR_DCB_BUFFER', dcbnlBuffer],
  // Since Linux 6.3.
  appTrust: [11, 'DCB_ATTR_DCB_APP_TRUST_TABLE', bytes],
  rewrite: [12, 'DCB_ATTR_DCB_REWR_TABLE', flaggedNest(APPS)],
}))

/** DCB_CAP_DCBX_*. */
const DCBX = words('DCBX mode (DCB_CAP_DCBX_*)', {
  host: 0x01,
  'lld-managed': 0x02,
  cee: 0x04,
  ieee: 0x08,
  static: 0x10,
})

export const DCB = attributes('DCB_ATTR', () => ({
  name: [1, 'DCB_ATTR_IFNAME', string],
  state: [2, 'DCB_ATTR_STATE', u8],
  pfcState: [3, 'DCB_ATTR_PFC_STATE', u8],
  pfcConfiguration: [4, 'DCB_ATTR_PFC_CFG', bytes],
  classes: [5, 'DCB_ATTR_NUM_TC', u8],
  pgConfiguration: [6, 'DCB_ATTR_PG_CFG', bytes],
  setAll: [7, 'DCB_ATTR_SET_ALL', u8],
  permanentAddress: [8, 'DCB_ATTR_PERM_HWADDR', mac],
  capabilities: [9, 'DCB_ATTR_CAP', bytes],
  classCounts: [10, 'DCB_ATTR_NUMTCS', bytes],
  bcn: [11, 'DCB_ATTR_BCN', bytes],
  app: [12, 'DCB_ATTR_APP', bytes],
  ieee: [13, 'DCB_ATTR_IEEE', flaggedNest(IEEE)],
  dcbx: [14, 'DCB_ATTR_DCBX', flags(u8, DCBX)],
  featureConfiguration: [15, 'DCB_ATTR_FEATCFG', bytes],
  cee: [16, 'DCB_ATTR_CEE', bytes],
}))

export const dcbMessage = message('dcb', { RTM_GETDCB: 78, RTM_SETDCB: 79 }, dcbmsg, DCB)
export type Dcb = MessageOf<typeof dcbMessage>
