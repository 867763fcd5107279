// What kinds of qdiscs and classes count beside the counters that all have: TCA_XSTATS and TCA_STATS_APP.
// include/uapi/linux/pkt_sched.h; net/sched/sch_*.c (dump_stats).
import { bytes, type Codec, enumeration, type Input, s32, s64, u32, u64, type Value } from '../../netlink/codec.ts'
import { attributes, nest, sequence } from '../../netlink/schema.ts'
import { struct } from '../../netlink/struct.ts'
import type { Named } from '../../netlink/table.ts'
import { words } from '../../netlink/words.ts'

const red = struct('tc_red_xstats', {
  early: ['early', u32],
  overLimit: ['pdrop', u32],
  other: ['other', u32],
  marked: ['marked', u32],
})
const choke = struct('tc_choke_xstats', {
  early: ['early', u32],
  overLimit: ['pdrop', u32],
  other: ['other', u32],
  marked: ['marked', u32],
  matched: ['matched', u32],
})
const htb = struct('tc_htb_xstats', {
  lends: ['lends', u32],
  borrows: ['borrows', u32],
  giants: ['giants', u32],
  tokens: ['tokens', s32],
  ceilTokens: ['ctokens', s32],
})
const hfsc = struct('tc_hfsc_stats', {
  work: ['work', u64],
  realTimeWork: ['rtwork', u64],
  period: ['period', u32],
  level: ['level', u32],
})
const cbq = struct('tc_cbq_xstats', {
  borrows: ['borrows', u32],
  overactions: ['overactions', u32],
  averageIdle: ['avgidle', s32],
  underTime: ['undertime', s32],
})
const sfq = struct('tc_sfq_xstats', { allot: ['allot', s32] })
const drr = struct('tc_drr_stats', { deficit: ['deficit', u32] })
const qfq = struct('tc_qfq_stats', { weight: ['weight', u32], maxPacket: ['lmax', u32] })
const sfb = struct('tc_sfb_xstats', {
  earlyDrop: ['earlydrop', u32],
  penaltyDrop: ['penaltydrop', u32],
  bucketDrop: ['bucketdrop', u32],
  queueDrop: ['queuedrop', u32],
  childDrop: ['childdrop', u32],
  marked: ['marked', u32],
  maxQueueLength: ['maxqlen', u32],
  maxProbability: ['maxprob', u32],
  averageProbability: ['avgprob', u32],
})
const codel = struct('tc_codel_xstats', {
  maxPacket: ['maxpacket', u32],
  count: ['count', u32],
  lastCount: ['lastcount', u32],
  /** Microseconds. */
  delay: ['ldelay', u32],
  dropNext: ['drop_next', s32],
  dropOverlimit: ['drop_overlimit', u32],
  ecnMark: ['ecn_mark', u32],
  dropping: ['dropping', u32],
  ceMark: ['ce_mark', u32],
})

// ── fq_codel: a qdisc's and a class's, told apart by the first field ───────

const FQ_CODEL_XSTATS = words('statistics (TCA_FQ_CODEL_XSTATS_*)', { qdisc: 0, class: 1 })
const fqCodelType = ['type', enumeration(u32, FQ_CODEL_XSTATS)] as const
const fqCodelQdisc = struct('tc_fq_codel_xstats', {
  type: fqCodelType,
  maxPacket: ['maxpacket', u32],
  dropOverlimit: ['drop_overlimit', u32],
  ecnMark: ['ecn_mark', u32],
  newFlowCount: ['new_flow_count', u32],
  newFlowsLength: ['new_flows_len', u32],
  oldFlowsLength: ['old_flows_len', u32],
  ceMark: ['ce_mark', u32],
  memoryUsage: ['memory_usage', u32],
  dropOvermemory: ['drop_overmemory', u32],
})
const fqCodelClass = struct('tc_fq_codel_xstats', {
  type: fqCodelType,
  deficit: ['deficit', s32],
  /** Microseconds. */
  delay: ['ldelay', u32],
  count: ['count', u32],
  lastCount: ['lastcount', u32],
  dropping: ['dropping', u32],
  dropNext: ['drop_next', s32],
})
type FqCodel = Value<typeof fqCodelQdisc> | Value<typeof fqCodelClass>
type FqCodelInput = Input<typeof fqCodelQdisc> | Input<typeof fqCodelClass>
const CLASS = 1
const fqCodel: Codec<FqCodel, FqCodelInput> = {
  kind: 'struct tc_fq_codel_xstats',
  accepts: (_b, _p, n) => n >= 4,
  read: (v, b, p, n, h, s) =>
    (v.getUint32(p, true) === CLASS ? fqCodelClass : fqCodelQdisc).read(v, b, p, n, h, s) as FqCodel,
  write(w, value, h, s) {
    const codec: Codec<any, any> = value.type === 'class' ? fqCodelClass : fqCodelQdisc
    codec.write(w, value, h, s)
  },
  dissect(node, v, b, p, n, h, s) {
    node.codec = v.getUint32(p, true) === CLASS ? fqCodelClass : fqCodelQdisc
    node.codec.dissect!(node, v, b, p, n, h, s)
  },
}

const fq = struct('tc_fq_qd_stats', {
  gcFlows: ['gc_flows', u64],
  highPriorityPackets: ['highprio_packets', u64],
  tcpRetransmits: ['tcp_retrans', u64],
  throttled: ['throttled', u64],
  flowsLimit: ['flows_plimit', u64],
  packetsTooLong: ['pkts_too_long', u64],
  allocationErrors: ['allocation_errors', u64],
  /** Nanoseconds. */
  timeNextDelayedFlow: ['time_next_delayed_flow', s64],
  flows: ['flows', u32],
  inactiveFlows: ['inactive_flows', u32],
  throttledFlows: ['throttled_flows', u32],
  unthrottleLatency: ['unthrottle_latency_ns', u32],
  ceMark: ['ce_mark', u64],
  horizonDrops: ['horizon_drops', u64],
  horizonCaps: ['horizon_caps', u64],
  // Since Linux 6.7.
  fastpathPackets: ['fastpath_packets', u64],
  band0Drops: ['band_drops[0]', u64],
  band1Drops: ['band_drops[1]', u64],
  band2Drops: ['band_drops[2]', u64],
  band0Packets: ['band_pkt_count[0]', u32],
  band1Packets: ['band_pkt_count[1]', u32],
  band2Packets: ['band_pkt_count[2]', u32],
  _pad: ['pad', u32],
})
const hhf = struct('tc_hhf_xstats', {
  dropOverlimit: ['drop_overlimit', u32],
  heavyOverlimit: ['hh_overlimit', u32],
  heavyTotal: ['hh_tot_count', u32],
  heavyCurrent: ['hh_cur_count', u32],
})
const pie = struct('tc_pie_xstats', {
  /** In 1/2^56. */
  probability: ['prob', u64],
  /** Microseconds. */
  delay: ['delay', u32],
  averageDequeueRate: ['avg_dq_rate', u32],
  dequeueRateEstimating: ['dq_rate_estimating', u32],
  packetsIn: ['packets_in', u32],
  dropped: ['dropped', u32],
  overlimit: ['overlimit', u32],
  maxQueue: ['maxq', u32],
  ecnMark: ['ecn_mark', u32],
})
const fqPie = struct('tc_fq_pie_xstats', {
  packetsIn: ['packets_in', u32],
  dropped: ['dropped', u32],
  overlimit: ['overlimit', u32],
  overmemory: ['overmemory', u32],
  ecnMark: ['ecn_mark', u32],
  newFlowCount: ['new_flow_count', u32],
  newFlowsLength: ['new_flows_len', u32],
  oldFlowsLength: ['old_flows_len', u32],
  memoryUsage: ['memory_usage', u32],
})

// ── cake: attributes ───────────────────────────────────────────────────────

const CAKE_TIN = attributes('TCA_CAKE_TIN_STATS', () => ({
  _pad: [1, 'TCA_CAKE_TIN_STATS_PAD', bytes],
  sentPackets: [2, 'TCA_CAKE_TIN_STATS_SENT_PACKETS', u32],
  sentBytes: [3, 'TCA_CAKE_TIN_STATS_SENT_BYTES64', u64],
  droppedPackets: [4, 'TCA_CAKE_TIN_STATS_DROPPED_PACKETS', u32],
  droppedBytes: [5, 'TCA_CAKE_TIN_STATS_DROPPED_BYTES64', u64],
  acksDroppedPackets: [6, 'TCA_CAKE_TIN_STATS_ACKS_DROPPED_PACKETS', u32],
  acksDroppedBytes: [7, 'TCA_CAKE_TIN_STATS_ACKS_DROPPED_BYTES64', u64],
  ecnMarkedPackets: [8, 'TCA_CAKE_TIN_STATS_ECN_MARKED_PACKETS', u32],
  ecnMarkedBytes: [9, 'TCA_CAKE_TIN_STATS_ECN_MARKED_BYTES64', u64],
  backlogPackets: [10, 'TCA_CAKE_TIN_STATS_BACKLOG_PACKETS', u32],
  backlogBytes: [11, 'TCA_CAKE_TIN_STATS_BACKLOG_BYTES', u32],
  thresholdRate: [12, 'TCA_CAKE_TIN_STATS_THRESHOLD_RATE64', u64],
  target: [13, 'TCA_CAKE_TIN_STATS_TARGET_US', u32],
  interval: [14, 'TCA_CAKE_TIN_STATS_INTERVAL_US', u32],
  wayIndirectHits: [15, 'TCA_CAKE_TIN_STATS_WAY_INDIRECT_HITS', u32],
  wayMisses: [16, 'TCA_CAKE_TIN_STATS_WAY_MISSES', u32],
  wayCollisions: [17, 'TCA_CAKE_TIN_STATS_WAY_COLLISIONS', u32],
  peakDelay: [18, 'TCA_CAKE_TIN_STATS_PEAK_DELAY_US', u32],
  averageDelay: [19, 'TCA_CAKE_TIN_STATS_AVG_DELAY_US', u32],
  baseDelay: [20, 'TCA_CAKE_TIN_STATS_BASE_DELAY_US', u32],
  sparseFlows: [21, 'TCA_CAKE_TIN_STATS_SPARSE_FLOWS', u32],
  bulkFlows: [22, 'TCA_CAKE_TIN_STATS_BULK_FLOWS', u32],
  unresponsiveFlows: [23, 'TCA_CAKE_TIN_STATS_UNRESPONSIVE_FLOWS', u32],
  maxPacket: [24, 'TCA_CAKE_TIN_STATS_MAX_SKBLEN', u32],
  flowQuantum: [25, 'TCA_CAKE_TIN_STATS_FLOW_QUANTUM', u32],
}))
/** Times in microseconds. */
const CAKE = attributes('TCA_CAKE_STATS', () => ({
  _pad: [1, 'TCA_CAKE_STATS_PAD', bytes],
  capacityEstimate: [2, 'TCA_CAKE_STATS_CAPACITY_ESTIMATE64', u64],
  memoryLimit: [3, 'TCA_CAKE_STATS_MEMORY_LIMIT', u32],
  memoryUsed: [4, 'TCA_CAKE_STATS_MEMORY_USED', u32],
  averageNetworkOffset: [5, 'TCA_CAKE_STATS_AVG_NETOFF', u32],
  minNetworkLength: [6, 'TCA_CAKE_STATS_MIN_NETLEN', u32],
  maxNetworkLength: [7, 'TCA_CAKE_STATS_MAX_NETLEN', u32],
  minAdjustedLength: [8, 'TCA_CAKE_STATS_MIN_ADJLEN', u32],
  maxAdjustedLength: [9, 'TCA_CAKE_STATS_MAX_ADJLEN', u32],
  tins: [10, 'TCA_CAKE_STATS_TIN_STATS', sequence(nest(CAKE_TIN))],
  deficit: [11, 'TCA_CAKE_STATS_DEFICIT', s32],
  cobaltCount: [12, 'TCA_CAKE_STATS_COBALT_COUNT', u32],
  dropping: [13, 'TCA_CAKE_STATS_DROPPING', u32],
  dropNext: [14, 'TCA_CAKE_STATS_DROP_NEXT_US', s32],
  dropProbability: [15, 'TCA_CAKE_STATS_P_DROP', u32],
  blueTimer: [16, 'TCA_CAKE_STATS_BLUE_TIMER_US', s32],
}))
// Since Linux 6.5.
const TAPRIO = attributes('TCA_TAPRIO_OFFLOAD_STATS', () => ({
  _pad: [1, 'TCA_TAPRIO_OFFLOAD_STATS_PAD', bytes],
  windowDrops: [2, 'TCA_TAPRIO_OFFLOAD_STATS_WINDOW_DROPS', u64],
  txOverruns: [3, 'TCA_TAPRIO_OFFLOAD_STATS_TX_OVERRUNS', u64],
}))

export const xstats = {
  red,
  choke,
  htb,
  hfsc,
  cbq,
  sfq,
  drr,
  qfq,
  sfb,
  codel,
  fq_codel: fqCodel,
  fq,
  hhf,
  pie,
  fq_pie: fqPie,
  cake: nest(CAKE),
  taprio: nest(TAPRIO),
}
export type Xstats = Named<typeof xstats>
