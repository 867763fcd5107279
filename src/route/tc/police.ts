// Policing, as an action and inside the old filters: TCA_POLICE_*. include/uapi/linux/pkt_cls.h; net/sched/act_police.c.
import { bytes, s32, u32, u64 } from '../../netlink/codec.ts'
import { attributes, flaggedNest, nest } from '../../netlink/schema.ts'
import { struct } from '../../netlink/struct.ts'
import { tcfT, tcRatespec, verdict } from './words.ts'

/** Bursts are times, in ticks of 64 ns; the limit and the MTU in bytes. */
const tcPolice = struct('tc_police', {
  index: ['index', u32],
  action: ['action', verdict],
  limit: ['limit', u32],
  burst: ['burst', u32],
  mtu: ['mtu', u32],
  rate: ['rate', tcRatespec],
  peakRate: ['peakrate', tcRatespec],
  references: ['refcnt', s32],
  bindings: ['bindcnt', s32],
  capabilities: ['capab', u32],
})

const POLICE = attributes('TCA_POLICE', () => ({
  parameters: [1, 'TCA_POLICE_TBF', tcPolice],
  rateTable: [2, 'TCA_POLICE_RATE', bytes],
  peakRateTable: [3, 'TCA_POLICE_PEAKRATE', bytes],
  /** Bytes a second. */
  averageRate: [4, 'TCA_POLICE_AVRATE', u32, { json: 'avrate' }],
  /** What becomes of packets within the rate. */
  result: [5, 'TCA_POLICE_RESULT', verdict],
  times: [6, 'TCA_POLICE_TM', tcfT],
  _pad: [7, 'TCA_POLICE_PAD', bytes],
  rate64: [8, 'TCA_POLICE_RATE64', u64],
  peakRate64: [9, 'TCA_POLICE_PEAKRATE64', u64],
  packetRate: [10, 'TCA_POLICE_PKTRATE64', u64, { json: 'pkts_rate' }],
  packetBurst: [11, 'TCA_POLICE_PKTBURST64', u64, { json: 'pkts_burst' }],
}))
/** Inside a filter. */
export const police = nest(POLICE)
/** As an action. */
export const policeAction = flaggedNest(POLICE)
