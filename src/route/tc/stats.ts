// Counters of qdiscs, classes and actions: TCA_STATS2, TCA_STATS. include/uapi/linux/{gen_stats.h,pkt_sched.h};
// net/core/gen_stats.c. What a kind counts beside (TCA_STATS_APP, TCA_XSTATS) is in xstats.ts.
import { bytes, type Codec, s8, u8, u32, u64 } from '../../netlink/codec.ts'
import { attributes } from '../../netlink/schema.ts'
import { struct } from '../../netlink/struct.ts'

const basic = struct('gnet_stats_basic', {
  bytes: ['bytes', u64],
  /** 32 bits; TCA_STATS_PKT64 has them all. */
  packets: ['packets', u32],
  _pad: ['pad', u32],
})
const rateEst = struct('gnet_stats_rate_est', { bytesPerSecond: ['bps', u32], packetsPerSecond: ['pps', u32] })
const rateEst64 = struct('gnet_stats_rate_est64', { bytesPerSecond: ['bps', u64], packetsPerSecond: ['pps', u64] })
const queue = struct('gnet_stats_queue', {
  queueLength: ['qlen', u32],
  /** Bytes. */
  backlog: ['backlog', u32],
  drops: ['drops', u32],
  requeues: ['requeues', u32],
  overlimits: ['overlimits', u32],
})

/** The rows of TCA_STATS2 and TCA_ACT_STATS, with what the kind counts beside. */
export const statistics = <C extends Codec<any, any>>(app: C) =>
  attributes('TCA_STATS', () => ({
    basic: [1, 'TCA_STATS_BASIC', basic],
    rateEstimate: [2, 'TCA_STATS_RATE_EST', rateEst],
    queue: [3, 'TCA_STATS_QUEUE', queue],
    app: [4, 'TCA_STATS_APP', app],
    rateEstimate64: [5, 'TCA_STATS_RATE_EST64', rateEst64],
    _pad: [6, 'TCA_STATS_PAD', bytes],
    basicHw: [7, 'TCA_STATS_BASIC_HW', basic],
    packets64: [8, 'TCA_STATS_PKT64', u64],
  }))

/** The old form of the same. */
export const tcStats = struct('tc_stats', {
  bytes: ['bytes', u64],
  packets: ['packets', u32],
  drops: ['drops', u32],
  overlimits: ['overlimits', u32],
  bytesPerSecond: ['bps', u32],
  packetsPerSecond: ['pps', u32],
  queueLength: ['qlen', u32],
  backlog: ['backlog', u32],
  _pad: ['pad', u32],
})

/** TCA_RATE: how the rate is estimated. */
export const gnetEstimator = struct('gnet_estimator', {
  /** 2 to the power of this plus 2, in quarters of a second: −2 is 0.25 s. */
  interval: ['interval', s8],
  ewmaLog: ['ewma_log', u8],
})
