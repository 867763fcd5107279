// Active queue management and fair queueing: red, gred, choke, sfb, sfq, codel, fq_codel, fq, hhf, pie, fq_pie, cake.
// include/uapi/linux/pkt_sched.h; net/sched/sch_*.c. Probabilities are fractions of 2^32 but where said.
import { bool, bytes, enumeration, flags, s32, u8, u16, u32, u64 } from '../../netlink/codec.ts'
import { array, attributes, flaggedNest, many, nest } from '../../netlink/schema.ts'
import { struct } from '../../netlink/struct.ts'
import { words } from '../../netlink/words.ts'
import { bitfield32, tcPrioQopt } from './words.ts'

// ── red, gred, choke, sfb ──────────────────────────────────────────────────

const TC_RED = words('flag (TC_RED_*)', { ecn: 1, harddrop: 2, adaptive: 4, nodrop: 8 })
/** Thresholds in bytes (choke: packets). */
const redFields = {
  limit: ['limit', u32],
  min: ['qth_min', u32],
  max: ['qth_max', u32],
  wlog: ['Wlog', u8],
  plog: ['Plog', u8],
  cellLog: ['Scell_log', u8],
  flags: ['flags', flags(u8, TC_RED)],
} as const
const RED = attributes('TCA_RED', () => ({
  parameters: [1, 'TCA_RED_PARMS', struct('tc_red_qopt', redFields)],
  /** 256 bytes: the exponential decay table. */
  table: [2, 'TCA_RED_STAB', bytes],
  maxProbability: [3, 'TCA_RED_MAX_P', u32, { json: 'probability' }],
  flags: [4, 'TCA_RED_FLAGS', bitfield32(TC_RED)],
  earlyDropBlock: [5, 'TCA_RED_EARLY_DROP_BLOCK', u32, { json: 'qevent_early_drop' }],
  markBlock: [6, 'TCA_RED_MARK_BLOCK', u32, { json: 'qevent_mark' }],
}))

const tcGredQopt = struct('tc_gred_qopt', {
  limit: ['limit', u32],
  min: ['qth_min', u32],
  max: ['qth_max', u32],
  dropPrecedence: ['DP', u32],
  backlog: ['backlog', u32],
  averageQueue: ['qave', u32],
  forced: ['forced', u32],
  early: ['early', u32],
  other: ['other', u32],
  overLimit: ['pdrop', u32],
  wlog: ['Wlog', u8],
  plog: ['Plog', u8],
  cellLog: ['Scell_log', u8],
  priority: ['prio', u8],
  packets: ['packets', u32],
  bytes: ['bytesin', u32],
})
const tcGredSopt = struct('tc_gred_sopt', {
  count: ['DPs', u32],
  default: ['def_DP', u32],
  grio: ['grio', bool],
  flags: ['flags', flags(u8, TC_RED)],
  _pad1: ['pad1', u16],
})
const GRED_VQ = attributes('TCA_GRED_VQ', () => ({
  _pad: [1, 'TCA_GRED_VQ_PAD', bytes],
  dropPrecedence: [2, 'TCA_GRED_VQ_DP', u32],
  bytes: [3, 'TCA_GRED_VQ_STAT_BYTES', u64],
  packets: [4, 'TCA_GRED_VQ_STAT_PACKETS', u32],
  backlog: [5, 'TCA_GRED_VQ_STAT_BACKLOG', u32],
  probabilityDrops: [6, 'TCA_GRED_VQ_STAT_PROB_DROP', u32],
  probabilityMarks: [7, 'TCA_GRED_VQ_STAT_PROB_MARK', u32],
  forcedDrops: [8, 'TCA_GRED_VQ_STAT_FORCED_DROP', u32],
  forcedMarks: [9, 'TCA_GRED_VQ_STAT_FORCED_MARK', u32],
  overLimitDrops: [10, 'TCA_GRED_VQ_STAT_PDROP', u32],
  otherDrops: [11, 'TCA_GRED_VQ_STAT_OTHER', u32],
  flags: [12, 'TCA_GRED_VQ_FLAGS', flags(u32, TC_RED)],
}))
const GRED_VQ_LIST = attributes('TCA_GRED_VQ_LIST', () => ({
  entries: [1, 'TCA_GRED_VQ_ENTRY', many(flaggedNest(GRED_VQ))],
}))
const GRED = attributes('TCA_GRED', () => ({
  /** One in a request, all 16 in an answer. */
  parameters: [1, 'TCA_GRED_PARMS', array(tcGredQopt)],
  table: [2, 'TCA_GRED_STAB', bytes],
  setup: [3, 'TCA_GRED_DPS', tcGredSopt],
  maxProbabilities: [4, 'TCA_GRED_MAX_P', array(u32)],
  limit: [5, 'TCA_GRED_LIMIT', u32],
  virtualQueues: [6, 'TCA_GRED_VQ_LIST', flaggedNest(GRED_VQ_LIST)],
}))

const CHOKE = attributes('TCA_CHOKE', () => ({
  parameters: [1, 'TCA_CHOKE_PARMS', struct('tc_choke_qopt', redFields)],
  table: [2, 'TCA_CHOKE_STAB', bytes],
  maxProbability: [3, 'TCA_CHOKE_MAX_P', u32, { json: 'probability' }],
}))

/** Times in milliseconds; shares in 1/65536. */
const SFB = attributes('TCA_SFB', () => ({
  parameters: [
    1,
    'TCA_SFB_PARMS',
    struct('tc_sfb_qopt', {
      rehashInterval: ['rehash_interval', u32],
      warmupTime: ['warmup_time', u32],
      max: ['max', u32],
      binSize: ['bin_size', u32],
      increment: ['increment', u32],
      decrement: ['decrement', u32],
      limit: ['limit', u32],
      penaltyRate: ['penalty_rate', u32],
      penaltyBurst: ['penalty_burst', u32],
    }),
  ],
}))

// ── sfq ────────────────────────────────────────────────────────────────────

/** The first five fields alone are version 0. */
const tcSfqQopt = struct('tc_sfq_qopt_v1', {
  quantum: ['quantum', u32],
  /** Seconds. */
  perturb: ['perturb_period', s32],
  limit: ['limit', u32],
  divisor: ['divisor', u32],
  flows: ['flows', u32],
  depth: ['depth', u32],
  headDrop: ['headdrop', u32],
  redLimit: ['limit', u32],
  min: ['qth_min', u32],
  max: ['qth_max', u32],
  wlog: ['Wlog', u8],
  plog: ['Plog', u8],
  cellLog: ['Scell_log', u8],
  flags: ['flags', flags(u8, TC_RED)],
  maxProbability: ['max_P', u32],
  probabilityDrops: ['prob_drop', u32],
  forcedDrops: ['forced_drop', u32],
  probabilityMarks: ['prob_mark', u32],
  forcedMarks: ['forced_mark', u32],
  probabilityHeadMarks: ['prob_mark_head', u32],
  forcedHeadMarks: ['forced_mark_head', u32],
})

// ── codel, fq_codel, fq, hhf, pie, fq_pie: times in microseconds ───────────

const CODEL = attributes('TCA_CODEL', () => ({
  target: [1, 'TCA_CODEL_TARGET', u32],
  limit: [2, 'TCA_CODEL_LIMIT', u32],
  interval: [3, 'TCA_CODEL_INTERVAL', u32],
  ecn: [4, 'TCA_CODEL_ECN', u32],
  ceThreshold: [5, 'TCA_CODEL_CE_THRESHOLD', u32, { json: 'ce_threshold' }],
}))

const FQ_CODEL = attributes('TCA_FQ_CODEL', () => ({
  target: [1, 'TCA_FQ_CODEL_TARGET', u32],
  limit: [2, 'TCA_FQ_CODEL_LIMIT', u32],
  interval: [3, 'TCA_FQ_CODEL_INTERVAL', u32],
  ecn: [4, 'TCA_FQ_CODEL_ECN', u32],
  flows: [5, 'TCA_FQ_CODEL_FLOWS', u32],
  quantum: [6, 'TCA_FQ_CODEL_QUANTUM', u32],
  ceThreshold: [7, 'TCA_FQ_CODEL_CE_THRESHOLD', u32, { json: 'ce_threshold' }],
  dropBatch: [8, 'TCA_FQ_CODEL_DROP_BATCH_SIZE', u32, { json: 'drop_batch' }],
  /** Bytes. */
  memoryLimit: [9, 'TCA_FQ_CODEL_MEMORY_LIMIT', u32, { json: 'memory_limit' }],
  ceThresholdSelector: [10, 'TCA_FQ_CODEL_CE_THRESHOLD_SELECTOR', u8, { json: 'ce_threshold_selector' }],
  ceThresholdMask: [11, 'TCA_FQ_CODEL_CE_THRESHOLD_MASK', u8, { json: 'ce_threshold_mask' }],
}))

/** Limits in packets, quanta in bytes, rates in bytes a second. */
const FQ = attributes('TCA_FQ', () => ({
  limit: [1, 'TCA_FQ_PLIMIT', u32],
  flowLimit: [2, 'TCA_FQ_FLOW_PLIMIT', u32, { json: 'flow_limit' }],
  quantum: [3, 'TCA_FQ_QUANTUM', u32],
  initialQuantum: [4, 'TCA_FQ_INITIAL_QUANTUM', u32, { json: 'initial_quantum' }],
  pacing: [5, 'TCA_FQ_RATE_ENABLE', u32],
  flowDefaultRate: [6, 'TCA_FQ_FLOW_DEFAULT_RATE', u32, { json: 'defrate' }],
  flowMaxRate: [7, 'TCA_FQ_FLOW_MAX_RATE', u32, { json: 'maxrate' }],
  bucketsLog: [8, 'TCA_FQ_BUCKETS_LOG', u32],
  flowRefillDelay: [9, 'TCA_FQ_FLOW_REFILL_DELAY', u32, { json: 'refill_delay' }],
  orphanMask: [10, 'TCA_FQ_ORPHAN_MASK', u32, { json: 'orphan_mask' }],
  lowRateThreshold: [11, 'TCA_FQ_LOW_RATE_THRESHOLD', u32, { json: 'low_rate_threshold' }],
  ceThreshold: [12, 'TCA_FQ_CE_THRESHOLD', u32, { json: 'ce_threshold' }],
  /** Nanoseconds. */
  timerSlack: [13, 'TCA_FQ_TIMER_SLACK', u32, { json: 'timer_slack' }],
  horizon: [14, 'TCA_FQ_HORIZON', u32],
  horizonDrop: [15, 'TCA_FQ_HORIZON_DROP', bool, { json: 'horizon_drop' }],
  // Since Linux 6.7 and 6.13.
  priomap: [16, 'TCA_FQ_PRIOMAP', tcPrioQopt],
  weights: [17, 'TCA_FQ_WEIGHTS', array(s32)],
  offloadHorizon: [18, 'TCA_FQ_OFFLOAD_HORIZON', u32, { json: 'offload_horizon' }],
}))

const HHF = attributes('TCA_HHF', () => ({
  limit: [1, 'TCA_HHF_BACKLOG_LIMIT', u32],
  quantum: [2, 'TCA_HHF_QUANTUM', u32],
  heavyFlowsLimit: [3, 'TCA_HHF_HH_FLOWS_LIMIT', u32, { json: 'hh_limit' }],
  resetTimeout: [4, 'TCA_HHF_RESET_TIMEOUT', u32, { json: 'reset_timeout' }],
  admitBytes: [5, 'TCA_HHF_ADMIT_BYTES', u32, { json: 'admit_bytes' }],
  evictTimeout: [6, 'TCA_HHF_EVICT_TIMEOUT', u32, { json: 'evict_timeout' }],
  nonHeavyWeight: [7, 'TCA_HHF_NON_HH_WEIGHT', u32, { json: 'non_hh_weight' }],
}))

const PIE = attributes('TCA_PIE', () => ({
  target: [1, 'TCA_PIE_TARGET', u32],
  limit: [2, 'TCA_PIE_LIMIT', u32],
  updateInterval: [3, 'TCA_PIE_TUPDATE', u32, { json: 'tupdate' }],
  alpha: [4, 'TCA_PIE_ALPHA', u32],
  beta: [5, 'TCA_PIE_BETA', u32],
  ecn: [6, 'TCA_PIE_ECN', u32],
  byteMode: [7, 'TCA_PIE_BYTEMODE', u32, { json: 'bytemode' }],
  dequeueRateEstimator: [8, 'TCA_PIE_DQ_RATE_ESTIMATOR', u32, { json: 'dq_rate_estimator' }],
}))

const FQ_PIE = attributes('TCA_FQ_PIE', () => ({
  limit: [1, 'TCA_FQ_PIE_LIMIT', u32],
  flows: [2, 'TCA_FQ_PIE_FLOWS', u32],
  target: [3, 'TCA_FQ_PIE_TARGET', u32],
  updateInterval: [4, 'TCA_FQ_PIE_TUPDATE', u32, { json: 'tupdate' }],
  alpha: [5, 'TCA_FQ_PIE_ALPHA', u32],
  beta: [6, 'TCA_FQ_PIE_BETA', u32],
  quantum: [7, 'TCA_FQ_PIE_QUANTUM', u32],
  memoryLimit: [8, 'TCA_FQ_PIE_MEMORY_LIMIT', u32, { json: 'memory_limit' }],
  /** Percent. */
  ecnProbability: [9, 'TCA_FQ_PIE_ECN_PROB', u32, { json: 'ecn_prob' }],
  ecn: [10, 'TCA_FQ_PIE_ECN', u32],
  byteMode: [11, 'TCA_FQ_PIE_BYTEMODE', u32, { json: 'bytemode' }],
  dequeueRateEstimator: [12, 'TCA_FQ_PIE_DQ_RATE_ESTIMATOR', u32, { json: 'dq_rate_estimator' }],
}))

// ── cake ───────────────────────────────────────────────────────────────────

const CAKE_DIFFSERV = words('diffserv mode (CAKE_DIFFSERV_*)', {
  diffserv3: 0,
  diffserv4: 1,
  diffserv8: 2,
  besteffort: 3,
  precedence: 4,
})
const CAKE_ATM = words('compensation (CAKE_ATM_*)', { noatm: 0, atm: 1, ptm: 2 })
const CAKE_FLOW = words('flow mode (CAKE_FLOW_*)', {
  flowblind: 0,
  srchost: 1,
  dsthost: 2,
  hosts: 3,
  flows: 4,
  'dual-srchost': 5,
  'dual-dsthost': 6,
  'triple-isolate': 7,
})
const CAKE_ACK = words('ack filter (CAKE_ACK_*)', { disabled: 0, enabled: 1, aggressive: 2 })

const CAKE = attributes('TCA_CAKE', () => ({
  _pad: [1, 'TCA_CAKE_PAD', bytes],
  /** Bytes a second; 0: unlimited. */
  bandwidth: [2, 'TCA_CAKE_BASE_RATE64', u64],
  diffserv: [3, 'TCA_CAKE_DIFFSERV_MODE', enumeration(u32, CAKE_DIFFSERV)],
  atm: [4, 'TCA_CAKE_ATM', enumeration(u32, CAKE_ATM)],
  flowMode: [5, 'TCA_CAKE_FLOW_MODE', enumeration(u32, CAKE_FLOW), { json: 'flowmode' }],
  overhead: [6, 'TCA_CAKE_OVERHEAD', s32],
  /** Microseconds. */
  rtt: [7, 'TCA_CAKE_RTT', u32],
  target: [8, 'TCA_CAKE_TARGET', u32],
  autorate: [9, 'TCA_CAKE_AUTORATE', u32],
  memory: [10, 'TCA_CAKE_MEMORY', u32, { json: 'memlimit' }],
  nat: [11, 'TCA_CAKE_NAT', u32],
  raw: [12, 'TCA_CAKE_RAW', u32],
  wash: [13, 'TCA_CAKE_WASH', u32],
  minimumPacket: [14, 'TCA_CAKE_MPU', u32, { json: 'mpu' }],
  ingress: [15, 'TCA_CAKE_INGRESS', u32],
  ackFilter: [16, 'TCA_CAKE_ACK_FILTER', enumeration(u32, CAKE_ACK), { json: 'ack-filter' }],
  splitGso: [17, 'TCA_CAKE_SPLIT_GSO', u32, { json: 'split_gso' }],
  fwmark: [18, 'TCA_CAKE_FWMARK', u32],
}))

export const aqm = {
  red: nest(RED),
  gred: nest(GRED),
  choke: nest(CHOKE),
  sfb: nest(SFB),
  sfq: tcSfqQopt,
  codel: nest(CODEL),
  fq_codel: nest(FQ_CODEL),
  fq: nest(FQ),
  hhf: nest(HHF),
  pie: nest(PIE),
  // net/sched/sch_fq_pie.c asks for NLA_F_NESTED.
  fq_pie: flaggedNest(FQ_PIE),
  cake: nest(CAKE),
}
