// can (real controllers; vcan has no options) and vxcan, a pair: include/uapi/linux/can/{netlink.h,vxcan.h},
// drivers/net/can/dev/netlink.c.
import { chars, enumeration, flags, u16, u32 } from '../../netlink/codec.ts'
import { array, attributes, flaggedNest, nest } from '../../netlink/schema.ts'
import { struct } from '../../netlink/struct.ts'
import { words } from '../../netlink/words.ts'
import { type LinkTable, linkPeer } from './peer.ts'

/** Segments are in time quanta. */
const bittiming = struct('can_bittiming', () => ({
  /** Bits a second. */
  bitrate: ['bitrate', u32],
  /** Thousandths of a bit. */
  samplePoint: ['sample_point', u32],
  /** The time quantum: nanoseconds. */
  tq: ['tq', u32],
  propSeg: ['prop_seg', u32],
  phaseSeg1: ['phase_seg1', u32],
  phaseSeg2: ['phase_seg2', u32],
  sjw: ['sjw', u32],
  brp: ['brp', u32],
}))
const bittimingConst = struct('can_bittiming_const', () => ({
  name: ['name', chars(16)],
  tseg1Min: ['tseg1_min', u32],
  tseg1Max: ['tseg1_max', u32],
  tseg2Min: ['tseg2_min', u32],
  tseg2Max: ['tseg2_max', u32],
  sjwMax: ['sjw_max', u32],
  brpMin: ['brp_min', u32],
  brpMax: ['brp_max', u32],
  brpInc: ['brp_inc', u32],
}))
/** Hertz. */
const clock = struct('can_clock', { freq: ['freq', u32] })
const berrCounter = struct('can_berr_counter', { txErrors: ['txerr', u16], rxErrors: ['rxerr', u16] })

const CAN_STATE = words('CAN state (CAN_STATE_*)', {
  'error-active': 0,
  'error-warning': 1,
  'error-passive': 2,
  'bus-off': 3,
  stopped: 4,
  sleeping: 5,
})
const CAN_CTRLMODE = words('CAN mode (CAN_CTRLMODE_*)', {
  loopback: 0x01,
  'listen-only': 0x02,
  'triple-sampling': 0x04,
  'one-shot': 0x08,
  'berr-reporting': 0x10,
  fd: 0x20,
  'presume-ack': 0x40,
  'fd-non-iso': 0x80,
  'cc-len8-dlc': 0x100,
  'tdc-auto': 0x200,
  'tdc-manual': 0x400,
  // After Linux 6.18.
  restricted: 0x800,
  xl: 0x1000,
  'xl-tdc-auto': 0x2000,
  'xl-tdc-manual': 0x4000,
  'xl-tms': 0x8000,
})
/** `mask` says which modes are meant. */
const ctrlmode = struct('can_ctrlmode', () => ({
  mask: ['mask', flags(u32, CAN_CTRLMODE)],
  flags: ['flags', flags(u32, CAN_CTRLMODE)],
}))

/** Transmitter delay compensation. */
const CAN_TDC = attributes('IFLA_CAN_TDC', () => ({
  tdcvMin: [1, 'IFLA_CAN_TDC_TDCV_MIN', u32, { json: 'tdcv_min' }],
  tdcvMax: [2, 'IFLA_CAN_TDC_TDCV_MAX', u32, { json: 'tdcv_max' }],
  tdcoMin: [3, 'IFLA_CAN_TDC_TDCO_MIN', u32, { json: 'tdco_min' }],
  tdcoMax: [4, 'IFLA_CAN_TDC_TDCO_MAX', u32, { json: 'tdco_max' }],
  tdcfMin: [5, 'IFLA_CAN_TDC_TDCF_MIN', u32, { json: 'tdcf_min' }],
  tdcfMax: [6, 'IFLA_CAN_TDC_TDCF_MAX', u32, { json: 'tdcf_max' }],
  tdcv: [7, 'IFLA_CAN_TDC_TDCV', u32],
  tdco: [8, 'IFLA_CAN_TDC_TDCO', u32],
  tdcf: [9, 'IFLA_CAN_TDC_TDCF', u32],
}))
const CAN_CTRLMODE_EXT = attributes('IFLA_CAN_CTRLMODE', () => ({
  supported: [1, 'IFLA_CAN_CTRLMODE_SUPPORTED', flags(u32, CAN_CTRLMODE)],
}))
/** Pulse width modulation of CAN XL. */
const CAN_PWM = attributes('IFLA_CAN_PWM', () => ({
  pwmsMin: [1, 'IFLA_CAN_PWM_PWMS_MIN', u32, { json: 'pwms_min' }],
  pwmsMax: [2, 'IFLA_CAN_PWM_PWMS_MAX', u32, { json: 'pwms_max' }],
  pwmlMin: [3, 'IFLA_CAN_PWM_PWML_MIN', u32, { json: 'pwml_min' }],
  pwmlMax: [4, 'IFLA_CAN_PWM_PWML_MAX', u32, { json: 'pwml_max' }],
  pwmoMin: [5, 'IFLA_CAN_PWM_PWMO_MIN', u32, { json: 'pwmo_min' }],
  pwmoMax: [6, 'IFLA_CAN_PWM_PWMO_MAX', u32, { json: 'pwmo_max' }],
  pwms: [7, 'IFLA_CAN_PWM_PWMS', u32],
  pwml: [8, 'IFLA_CAN_PWM_PWML', u32],
  pwmo: [9, 'IFLA_CAN_PWM_PWMO', u32],
}))

const CAN = attributes('IFLA_CAN', () => ({
  bittiming: [1, 'IFLA_CAN_BITTIMING', bittiming],
  bittimingConst: [2, 'IFLA_CAN_BITTIMING_CONST', bittimingConst, { json: 'bittiming_const' }],
  clock: [3, 'IFLA_CAN_CLOCK', clock],
  state: [4, 'IFLA_CAN_STATE', enumeration(u32, CAN_STATE)],
  ctrlmode: [5, 'IFLA_CAN_CTRLMODE', ctrlmode],
  /** Milliseconds; 0: no automatic restart. */
  restartMs: [6, 'IFLA_CAN_RESTART_MS', u32, { json: 'restart_ms' }],
  /** Requests only: restart now. */
  restart: [7, 'IFLA_CAN_RESTART', u32],
  berrCounter: [8, 'IFLA_CAN_BERR_COUNTER', berrCounter, { json: 'berr_counter' }],
  dataBittiming: [9, 'IFLA_CAN_DATA_BITTIMING', bittiming, { json: 'data_bittiming' }],
  dataBittimingConst: [10, 'IFLA_CAN_DATA_BITTIMING_CONST', bittimingConst, { json: 'data_bittiming_const' }],
  /** Ohms; 0: off. */
  termination: [11, 'IFLA_CAN_TERMINATION', u16],
  terminationConst: [12, 'IFLA_CAN_TERMINATION_CONST', array(u16), { json: 'termination_const' }],
  bitrateConst: [13, 'IFLA_CAN_BITRATE_CONST', array(u32), { json: 'bitrate_const' }],
  dataBitrateConst: [14, 'IFLA_CAN_DATA_BITRATE_CONST', array(u32), { json: 'data_bitrate_const' }],
  bitrateMax: [15, 'IFLA_CAN_BITRATE_MAX', u32, { json: 'bitrate_max' }],
  tdc: [16, 'IFLA_CAN_TDC', flaggedNest(CAN_TDC)],
  ctrlmodeExt: [17, 'IFLA_CAN_CTRLMODE_EXT', flaggedNest(CAN_CTRLMODE_EXT), { json: 'ctrlmode_ext' }],
  // After Linux 6.18.
  xlDataBittiming: [18, 'IFLA_CAN_XL_DATA_BITTIMING', bittiming, { json: 'xl_data_bittiming' }],
  xlDataBittimingConst: [19, 'IFLA_CAN_XL_DATA_BITTIMING_CONST', bittimingConst, { json: 'xl_data_bittiming_const' }],
  xlDataBitrateConst: [20, 'IFLA_CAN_XL_DATA_BITRATE_CONST', array(u32), { json: 'xl_data_bitrate_const' }],
  xlTdc: [21, 'IFLA_CAN_XL_TDC', flaggedNest(CAN_TDC), { json: 'xl_tdc' }],
  xlPwm: [22, 'IFLA_CAN_XL_PWM', flaggedNest(CAN_PWM), { json: 'xl_pwm' }],
}))

const deviceStats = struct('can_device_stats', () => ({
  busError: ['bus_error', u32],
  errorWarning: ['error_warning', u32],
  errorPassive: ['error_passive', u32],
  busOff: ['bus_off', u32],
  arbitrationLost: ['arbitration_lost', u32],
  restarts: ['restarts', u32],
}))

const VXCAN = (link: LinkTable) =>
  attributes('VXCAN_INFO', () => ({
    peer: [1, 'VXCAN_INFO_PEER', linkPeer(link)],
  }))

export const can = (link: LinkTable) => ({
  can: { data: nest(CAN), statistics: deviceStats },
  vxcan: { data: nest(VXCAN(link)) },
})
