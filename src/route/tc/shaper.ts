// Shapers: tbf, htb, hfsc, cbq, cbs, etf. include/uapi/linux/pkt_sched.h; net/sched/sch_*.c.
import { bytes, enumeration, flag, flags, s32, u8, u16, u32, u64 } from '../../netlink/codec.ts'
import { attributes, nest } from '../../netlink/schema.ts'
import { struct } from '../../netlink/struct.ts'
import { words } from '../../netlink/words.ts'
import { CLOCK, handle, ratespecFields, tcRatespec } from './words.ts'

// ── tbf ────────────────────────────────────────────────────────────────────

/** Buffers are times, in ticks of 64 ns (net/sched/sch_api.c: PSCHED_SHIFT). */
const tcTbfQopt = struct('tc_tbf_qopt', {
  rate: ['rate', tcRatespec],
  peakRate: ['peakrate', tcRatespec],
  limit: ['limit', u32],
  buffer: ['buffer', u32],
  mtu: ['mtu', u32],
})
const TBF = attributes('TCA_TBF', () => ({
  parameters: [1, 'TCA_TBF_PARMS', tcTbfQopt],
  rateTable: [2, 'TCA_TBF_RTAB', bytes],
  peakRateTable: [3, 'TCA_TBF_PTAB', bytes],
  rate64: [4, 'TCA_TBF_RATE64', u64],
  peakRate64: [5, 'TCA_TBF_PRATE64', u64],
  /** Bytes. */
  burst: [6, 'TCA_TBF_BURST', u32],
  /** Bytes. */
  peakBurst: [7, 'TCA_TBF_PBURST', u32],
  _pad: [8, 'TCA_TBF_PAD', bytes],
}))

// ── htb ────────────────────────────────────────────────────────────────────

/** Buffers are times, in ticks of 64 ns. */
const tcHtbOpt = struct('tc_htb_opt', {
  rate: ['rate', tcRatespec],
  ceil: ['ceil', tcRatespec],
  buffer: ['buffer', u32],
  ceilBuffer: ['cbuffer', u32],
  quantum: ['quantum', u32],
  level: ['level', u32],
  priority: ['prio', u32],
})
const tcHtbGlob = struct('tc_htb_glob', {
  version: ['version', u32],
  rateToQuantum: ['rate2quantum', u32],
  /** The minor number of the class for what no filter places. */
  defaultClass: ['defcls', u32],
  debug: ['debug', u32],
  directPackets: ['direct_pkts', u32],
})
const HTB = attributes('TCA_HTB', () => ({
  parameters: [1, 'TCA_HTB_PARMS', tcHtbOpt],
  init: [2, 'TCA_HTB_INIT', tcHtbGlob],
  ceilTable: [3, 'TCA_HTB_CTAB', bytes],
  rateTable: [4, 'TCA_HTB_RTAB', bytes],
  directQueueLength: [5, 'TCA_HTB_DIRECT_QLEN', u32, { json: 'direct_qlen' }],
  rate64: [6, 'TCA_HTB_RATE64', u64],
  ceil64: [7, 'TCA_HTB_CEIL64', u64],
  _pad: [8, 'TCA_HTB_PAD', bytes],
  offload: [9, 'TCA_HTB_OFFLOAD', flag],
}))

// ── hfsc ───────────────────────────────────────────────────────────────────

const tcHfscQopt = struct('tc_hfsc_qopt', { defaultClass: ['defcls', u16] })
/** Slopes in bytes a second, the first segment's length in microseconds. */
const tcServiceCurve = struct('tc_service_curve', { m1: ['m1', u32], d: ['d', u32], m2: ['m2', u32] })
const HFSC = attributes('TCA_HFSC', () => ({
  realTime: [1, 'TCA_HFSC_RSC', tcServiceCurve],
  linkShare: [2, 'TCA_HFSC_FSC', tcServiceCurve],
  upperLimit: [3, 'TCA_HFSC_USC', tcServiceCurve],
}))

// ── cbq (removed in Linux 6.3) ─────────────────────────────────────────────

const TCF_CBQ_LSS = words('flag (TCF_CBQ_LSS_*)', { bounded: 1, isolated: 2 })
const TCF_CBQ_LSS_CHANGE = words('change (TCF_CBQ_LSS_*)', {
  flags: 1,
  ewma: 2,
  maxidle: 4,
  minidle: 8,
  offtime: 0x10,
  avpkt: 0x20,
})
const TC_CBQ_OVL = words('overlimit strategy (TC_CBQ_OVL_*)', {
  classic: 0,
  delay: 1,
  lowprio: 2,
  drop: 3,
  rclassic: 4,
})
const CBQ = attributes('TCA_CBQ', () => ({
  linkSharing: [
    1,
    'TCA_CBQ_LSSOPT',
    struct('tc_cbq_lssopt', {
      change: ['change', flags(u8, TCF_CBQ_LSS_CHANGE)],
      flags: ['flags', flags(u8, TCF_CBQ_LSS)],
      ewmaLog: ['ewma_log', u8],
      level: ['level', u8],
      maxIdle: ['maxidle', u32],
      minIdle: ['minidle', u32],
      offTime: ['offtime', u32],
      averagePacket: ['avpkt', u32],
    }),
  ],
  roundRobin: [
    2,
    'TCA_CBQ_WRROPT',
    struct('tc_cbq_wrropt', {
      flags: ['flags', u8],
      priority: ['priority', u8],
      childPriority: ['cpriority', u8],
      _reserved: ['__reserved', u8],
      allot: ['allot', u32],
      weight: ['weight', u32],
    }),
  ],
  filter: [
    3,
    'TCA_CBQ_FOPT',
    struct('tc_cbq_fopt', { split: ['split', handle], defMap: ['defmap', u32], defChange: ['defchange', u32] }),
  ],
  overlimit: [
    4,
    'TCA_CBQ_OVL_STRATEGY',
    struct('tc_cbq_ovl', {
      strategy: ['strategy', enumeration(u8, TC_CBQ_OVL)],
      priority: ['priority2', u8],
      _pad: ['pad', u16],
      penalty: ['penalty', u32],
    }),
  ],
  rate: [5, 'TCA_CBQ_RATE', struct('tc_ratespec', ratespecFields)],
  rateTable: [6, 'TCA_CBQ_RTAB', bytes],
  police: [
    7,
    'TCA_CBQ_POLICE',
    struct('tc_cbq_police', { police: ['police', u8], _reserved1: ['__res1', u8], _reserved2: ['__res2', u16] }),
  ],
}))

// ── cbs and etf ────────────────────────────────────────────────────────────

/** Credits in bytes, slopes in kilobits a second. */
const CBS = attributes('TCA_CBS', () => ({
  parameters: [
    1,
    'TCA_CBS_PARMS',
    struct('tc_cbs_qopt', {
      offload: ['offload', u8],
      _pad1: ['_pad[0]', u8],
      _pad2: ['_pad[1]', u16],
      hiCredit: ['hicredit', s32],
      loCredit: ['locredit', s32],
      idleSlope: ['idleslope', s32],
      sendSlope: ['sendslope', s32],
    }),
  ],
}))
const TC_ETF = words('flag (TC_ETF_*)', { deadline_mode: 1, offload: 2, skip_sock_check: 4 })
const ETF = attributes('TCA_ETF', () => ({
  parameters: [
    1,
    'TCA_ETF_PARMS',
    struct('tc_etf_qopt', {
      /** Nanoseconds. */
      delta: ['delta', s32],
      clock: ['clockid', enumeration(s32, CLOCK)],
      flags: ['flags', flags(u32, TC_ETF)],
    }),
  ],
}))

export const shaper = {
  tbf: nest(TBF),
  htb: nest(HTB),
  hfsc: tcHfscQopt,
  cbq: nest(CBQ),
  cbs: nest(CBS),
  etf: nest(ETF),
}
/** Where a class's options are not its qdisc's. */
export const shaperClass = { ...shaper, hfsc: nest(HFSC) }
