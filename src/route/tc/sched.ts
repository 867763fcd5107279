// Schedulers and simulators: drr, qfq, ets, mqprio, taprio, dsmark, atm, netem. include/uapi/linux/pkt_sched.h.
import { bytes, enumeration, flag, flags, s16, s32, s64, u8, u16, u32, u64 } from '../../netlink/codec.ts'
import { array, attributes, flaggedNest, framed, many, nest } from '../../netlink/schema.ts'
import { struct } from '../../netlink/struct.ts'
import { words } from '../../netlink/words.ts'
import { fixedArray } from '../fixed-array.ts'
import { CLOCK, handle, priorityMap } from './words.ts'

const DRR = attributes('TCA_DRR', () => ({ quantum: [1, 'TCA_DRR_QUANTUM', u32] }))
const QFQ = attributes('TCA_QFQ', () => ({
  weight: [1, 'TCA_QFQ_WEIGHT', u32],
  maxPacket: [2, 'TCA_QFQ_LMAX', u32, { json: 'maxpkt' }],
}))

// ── ets ────────────────────────────────────────────────────────────────────

const ETS_QUANTA = attributes('TCA_ETS_QUANTA', () => ({ bands: [4, 'TCA_ETS_QUANTA_BAND', many(u32)] }))
const ETS_PRIOMAP = attributes('TCA_ETS_PRIOMAP', () => ({ bands: [6, 'TCA_ETS_PRIOMAP_BAND', many(u8)] }))
const ETS = attributes('TCA_ETS', () => ({
  bands: [1, 'TCA_ETS_NBANDS', u8],
  strict: [2, 'TCA_ETS_NSTRICT', u8],
  quanta: [3, 'TCA_ETS_QUANTA', flaggedNest(ETS_QUANTA)],
  /** Of a class. */
  quantum: [4, 'TCA_ETS_QUANTA_BAND', u32],
  priomap: [5, 'TCA_ETS_PRIOMAP', flaggedNest(ETS_PRIOMAP)],
}))

// ── mqprio and taprio ──────────────────────────────────────────────────────

const tcMqprioQopt = struct('tc_mqprio_qopt', {
  classes: ['num_tc', u8],
  priorityToClass: ['prio_tc_map', priorityMap],
  hardware: ['hw', u8],
  /** Queues of each class. */
  counts: ['count', fixedArray(u16, 16)],
  /** The first queue of each class. */
  offsets: ['offset', fixedArray(u16, 16)],
})
const TC_MQPRIO_MODE = words('mode (TC_MQPRIO_MODE_*)', { dcb: 0, channel: 1 })
const TC_MQPRIO_SHAPER = words('shaper (TC_MQPRIO_SHAPER_*)', { dcb: 0, bw_rlimit: 1 })
const TC_FP = words('frame preemption (TC_FP_*)', { express: 1, preemptible: 2 })

const MIN_RATES = attributes('TCA_MQPRIO_MIN_RATE64', () => ({ rates: [3, 'TCA_MQPRIO_MIN_RATE64', many(u64)] }))
const MAX_RATES = attributes('TCA_MQPRIO_MAX_RATE64', () => ({ rates: [4, 'TCA_MQPRIO_MAX_RATE64', many(u64)] }))
// Since Linux 6.4.
const MQPRIO_CLASS = attributes('TCA_MQPRIO_TC_ENTRY', () => ({
  index: [1, 'TCA_MQPRIO_TC_ENTRY_INDEX', u32],
  preemption: [2, 'TCA_MQPRIO_TC_ENTRY_FP', enumeration(u32, TC_FP), { json: 'fp' }],
}))
/** Rates in bytes a second. */
const MQPRIO = attributes('TCA_MQPRIO', () => ({
  mode: [1, 'TCA_MQPRIO_MODE', enumeration(u16, TC_MQPRIO_MODE)],
  shaper: [2, 'TCA_MQPRIO_SHAPER', enumeration(u16, TC_MQPRIO_SHAPER)],
  minRates: [3, 'TCA_MQPRIO_MIN_RATE64', flaggedNest(MIN_RATES), { json: 'min_rate' }],
  maxRates: [4, 'TCA_MQPRIO_MAX_RATE64', flaggedNest(MAX_RATES), { json: 'max_rate' }],
  classes: [5, 'TCA_MQPRIO_TC_ENTRY', many(flaggedNest(MQPRIO_CLASS))],
}))

const TC_TAPRIO_CMD = words('gate command (TC_TAPRIO_CMD_*)', { S: 0, H: 1, R: 2 })
const TAPRIO_ENTRY = attributes('TCA_TAPRIO_SCHED_ENTRY', () => ({
  index: [1, 'TCA_TAPRIO_SCHED_ENTRY_INDEX', u32],
  command: [2, 'TCA_TAPRIO_SCHED_ENTRY_CMD', enumeration(u8, TC_TAPRIO_CMD), { json: 'cmd' }],
  /** A bit a class. */
  gateMask: [3, 'TCA_TAPRIO_SCHED_ENTRY_GATE_MASK', u32, { json: 'gatemask' }],
  /** Nanoseconds. */
  interval: [4, 'TCA_TAPRIO_SCHED_ENTRY_INTERVAL', u32],
}))
const TAPRIO_ENTRIES = attributes('TCA_TAPRIO_SCHED', () => ({
  entries: [1, 'TCA_TAPRIO_SCHED_ENTRY', many(nest(TAPRIO_ENTRY))],
}))
const TAPRIO_CLASS = attributes('TCA_TAPRIO_TC_ENTRY', () => ({
  index: [1, 'TCA_TAPRIO_TC_ENTRY_INDEX', u32],
  /** Bytes. */
  maxSdu: [2, 'TCA_TAPRIO_TC_ENTRY_MAX_SDU', u32, { json: 'max-sdu' }],
  // Since Linux 6.4.
  preemption: [3, 'TCA_TAPRIO_TC_ENTRY_FP', enumeration(u32, TC_FP), { json: 'fp' }],
}))
const TAPRIO_FLAG = words('flag (TCA_TAPRIO_ATTR_FLAG_*)', { txtime_assist: 1, full_offload: 2 })

/** Times in nanoseconds. */
const taprioSchedule = {
  priomap: [1, 'TCA_TAPRIO_ATTR_PRIOMAP', tcMqprioQopt],
  schedule: [2, 'TCA_TAPRIO_ATTR_SCHED_ENTRY_LIST', flaggedNest(TAPRIO_ENTRIES)],
  baseTime: [3, 'TCA_TAPRIO_ATTR_SCHED_BASE_TIME', s64, { json: 'base_time' }],
  singleEntry: [4, 'TCA_TAPRIO_ATTR_SCHED_SINGLE_ENTRY', flaggedNest(TAPRIO_ENTRY)],
  clock: [5, 'TCA_TAPRIO_ATTR_SCHED_CLOCKID', enumeration(s32, CLOCK), { json: 'clockid' }],
  _pad: [6, 'TCA_TAPRIO_PAD', bytes],
  cycleTime: [8, 'TCA_TAPRIO_ATTR_SCHED_CYCLE_TIME', s64, { json: 'cycle_time' }],
  cycleTimeExtension: [9, 'TCA_TAPRIO_ATTR_SCHED_CYCLE_TIME_EXTENSION', s64, { json: 'cycle_time_extension' }],
  flags: [10, 'TCA_TAPRIO_ATTR_FLAGS', flags(u32, TAPRIO_FLAG)],
  txtimeDelay: [11, 'TCA_TAPRIO_ATTR_TXTIME_DELAY', u32, { json: 'txtime_delay' }],
  classes: [12, 'TCA_TAPRIO_ATTR_TC_ENTRY', many(flaggedNest(TAPRIO_CLASS))],
} as const
const TAPRIO_ADMIN = attributes('TCA_TAPRIO_ATTR', taprioSchedule)
const TAPRIO = attributes('TCA_TAPRIO_ATTR', () => ({
  ...taprioSchedule,
  /** The schedule that is to come. */
  admin: [7, 'TCA_TAPRIO_ATTR_ADMIN_SCHED', flaggedNest(TAPRIO_ADMIN)],
}))

// ── dsmark and atm (removed in Linux 6.3) ──────────────────────────────────

const DSMARK = attributes('TCA_DSMARK', () => ({
  indices: [1, 'TCA_DSMARK_INDICES', u16],
  defaultIndex: [2, 'TCA_DSMARK_DEFAULT_INDEX', u16, { json: 'default_index' }],
  setTcIndex: [3, 'TCA_DSMARK_SET_TC_INDEX', flag, { json: 'set_tc_index' }],
  mask: [4, 'TCA_DSMARK_MASK', u8],
  value: [5, 'TCA_DSMARK_VALUE', u8],
}))
const ATM_VS = words('state (ATM_VS_*)', { IDLE: 0, CONNECTED: 1, CLOSING: 2, LISTEN: 3, INUSE: 4, BOUND: 5 })
const ATM = attributes('TCA_ATM', () => ({
  fd: [1, 'TCA_ATM_FD', u32],
  pointer: [2, 'TCA_ATM_PTR', u32],
  header: [3, 'TCA_ATM_HDR', bytes],
  excess: [4, 'TCA_ATM_EXCESS', handle],
  /** -1: any. */
  address: [
    5,
    'TCA_ATM_ADDR',
    struct('sockaddr_atmpvc', {
      family: ['sap_family', u16],
      _pad: ['pad', u16],
      interface: ['sap_addr.itf', s16],
      vpi: ['sap_addr.vpi', s16],
      vci: ['sap_addr.vci', s32],
    }),
  ],
  state: [6, 'TCA_ATM_STATE', enumeration(u32, ATM_VS)],
}))

// ── netem ──────────────────────────────────────────────────────────────────

/** Times in ticks of 64 ns, superseded by the 64-bit attributes; probabilities in 1/2^32. */
const tcNetemQopt = struct('tc_netem_qopt', {
  latency: ['latency', u32],
  limit: ['limit', u32],
  loss: ['loss', u32],
  gap: ['gap', u32],
  duplicate: ['duplicate', u32],
  jitter: ['jitter', u32],
})
const NETEM_LOSS = attributes('NETEM_LOSS', () => ({
  /** 4-state Markov model. */
  markov: [
    1,
    'NETEM_LOSS_GI',
    struct('tc_netem_gimodel', {
      p13: ['p13', u32],
      p31: ['p31', u32],
      p32: ['p32', u32],
      p14: ['p14', u32],
      p23: ['p23', u32],
    }),
  ],
  /** Gilbert-Elliott model. */
  gilbert: [
    2,
    'NETEM_LOSS_GE',
    struct('tc_netem_gemodel', { p: ['p', u32], r: ['r', u32], h: ['h', u32], k1: ['k1', u32] }),
  ],
}))
const NETEM = attributes('TCA_NETEM', () => ({
  correlation: [
    1,
    'TCA_NETEM_CORR',
    struct('tc_netem_corr', { delay: ['delay_corr', u32], loss: ['loss_corr', u32], duplicate: ['dup_corr', u32] }),
  ],
  delayDistribution: [2, 'TCA_NETEM_DELAY_DIST', array(s16)],
  reorder: [
    3,
    'TCA_NETEM_REORDER',
    struct('tc_netem_reorder', { probability: ['probability', u32], correlation: ['correlation', u32] }),
  ],
  corrupt: [
    4,
    'TCA_NETEM_CORRUPT',
    struct('tc_netem_corrupt', { probability: ['probability', u32], correlation: ['correlation', u32] }),
  ],
  loss: [5, 'TCA_NETEM_LOSS', flaggedNest(NETEM_LOSS)],
  rate: [
    6,
    'TCA_NETEM_RATE',
    struct('tc_netem_rate', {
      /** Bytes a second. */
      rate: ['rate', u32],
      packetOverhead: ['packet_overhead', s32],
      cellSize: ['cell_size', u32],
      cellOverhead: ['cell_overhead', s32],
    }),
  ],
  ecn: [7, 'TCA_NETEM_ECN', u32],
  rate64: [8, 'TCA_NETEM_RATE64', u64],
  _pad: [9, 'TCA_NETEM_PAD', bytes],
  /** Nanoseconds. */
  latency: [10, 'TCA_NETEM_LATENCY64', s64],
  /** Nanoseconds. */
  jitter: [11, 'TCA_NETEM_JITTER64', s64],
  slot: [
    12,
    'TCA_NETEM_SLOT',
    struct('tc_netem_slot', {
      minDelay: ['min_delay', s64],
      maxDelay: ['max_delay', s64],
      maxPackets: ['max_packets', s32],
      maxBytes: ['max_bytes', s32],
      distributionDelay: ['dist_delay', s64],
      distributionJitter: ['dist_jitter', s64],
    }),
  ],
  slotDistribution: [13, 'TCA_NETEM_SLOT_DIST', array(s16)],
  // Since Linux 6.6.
  seed: [14, 'TCA_NETEM_PRNG_SEED', u64],
}))

export const sched = {
  drr: nest(DRR),
  qfq: nest(QFQ),
  // net/sched/sch_ets.c asks for NLA_F_NESTED.
  ets: flaggedNest(ETS),
  mqprio: framed(tcMqprioQopt, () => MQPRIO),
  taprio: nest(TAPRIO),
  dsmark: nest(DSMARK),
  atm: nest(ATM),
  netem: framed(tcNetemQopt, () => NETEM),
}
