// Nexthop objects, their groups, and the buckets of resilient groups: RTM_NEWNEXTHOP, RTM_NEWNEXTHOPBUCKET and kin.
// include/uapi/linux/nexthop.h; net/ipv4/nexthop.c.
import { bytes, type Codec, enumeration, flag, flags, ip, shown, u8, u16, u32, u64, uint } from '../netlink/codec.ts'
import { layouts } from '../netlink/layout.ts'
import { array, attributes, flaggedNest, many, message } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import type { MessageOf } from '../netlink/table.ts'
import { words } from '../netlink/words.ts'
import { encap, encapType } from './encap.ts'
import { RT_SCOPE, RTNH_F, RTPROT } from './routing-words.ts'
import { AF } from './words.ts'

export const nhmsg = struct('nhmsg', {
  family: ['nh_family', enumeration(u8, AF)],
  /** The kernel says it; in requests 0. */
  scope: ['nh_scope', enumeration(u8, RT_SCOPE)],
  protocol: ['nh_protocol', enumeration(u8, RTPROT)],
  _reserved: ['resvd', u8],
  flags: ['nh_flags', flags(u32, RTNH_F)],
})

/** A weight less one: `weight` is its low byte, `weight_high` its high one (since Linux 6.12; 0 before). */
const weight: Codec<number> = {
  kind: 'u16 + 1',
  size: 2,
  read: (v, _b, p) => v.getUint16(p, true) + 1,
  source: () => '(v.getUint16(p,true)+1)',
  write(w, value, h, s) {
    if (typeof value !== 'number' || value < 1) throw new RangeError(`must be 1 or more, not ${shown(value)}`)
    u16.write(w, value - 1, h, s)
  },
  layout: layouts.u16,
  fromLayout: raw => (raw as number) + 1,
}

export const nexthopGrp = struct('nexthop_grp', {
  id: ['id', u32],
  /** 1 and up; above 256 since Linux 6.12 (weight, weight_high). */
  weight: ['weight', weight],
  _reserved2: ['resvd2', u16],
})

/** NEXTHOP_GRP_TYPE_*, in iproute2's words. */
export const NEXTHOP_GRP_TYPE = words('group type (NEXTHOP_GRP_TYPE_*)', { mpath: 0, resilient: 1 })

/** Times in USER_HZ (centiseconds). */
const RESILIENT_GROUP = attributes('NHA_RES_GROUP', () => ({
  _pad: [0, 'NHA_RES_GROUP_PAD', bytes],
  buckets: [1, 'NHA_RES_GROUP_BUCKETS', u16],
  idleTimer: [2, 'NHA_RES_GROUP_IDLE_TIMER', u32, { json: 'idle_timer' }],
  unbalancedTimer: [3, 'NHA_RES_GROUP_UNBALANCED_TIMER', u32, { json: 'unbalanced_timer' }],
  unbalancedTime: [4, 'NHA_RES_GROUP_UNBALANCED_TIME', u64, { json: 'unbalanced_time' }],
}))

/** Times in USER_HZ (centiseconds). */
const RESILIENT_BUCKET = attributes('NHA_RES_BUCKET', () => ({
  _pad: [0, 'NHA_RES_BUCKET_PAD', bytes],
  index: [1, 'NHA_RES_BUCKET_INDEX', u16],
  idleTime: [2, 'NHA_RES_BUCKET_IDLE_TIME', u64, { json: 'idle_time' }],
  nexthopId: [3, 'NHA_RES_BUCKET_NH_ID', u32, { json: 'nhid' }],
}))

const GROUP_STATS_ENTRY = attributes('NHA_GROUP_STATS_ENTRY', () => ({
  id: [1, 'NHA_GROUP_STATS_ENTRY_ID', u32],
  packets: [2, 'NHA_GROUP_STATS_ENTRY_PACKETS', uint],
  packetsHw: [3, 'NHA_GROUP_STATS_ENTRY_PACKETS_HW', uint, { json: 'packets_hw' }],
}))
const GROUP_STATS = attributes('NHA_GROUP_STATS', () => ({
  entries: [1, 'NHA_GROUP_STATS_ENTRY', many(flaggedNest(GROUP_STATS_ENTRY))],
}))

/** NHA_OP_FLAG_*: what a get or dump asks for, and (`resp_grp_resvd_0`) what an answer says of itself. */
const NHA_OP_FLAG = words('operation flag (NHA_OP_FLAG_*)', {
  dump_stats: 1 << 0,
  dump_hw_stats: 1 << 1,
  resp_grp_resvd_0: 0x80000000,
})

export const NEXTHOP = attributes('NHA', () => ({
  id: [1, 'NHA_ID', u32],
  group: [2, 'NHA_GROUP', array(nexthopGrp)],
  groupType: [3, 'NHA_GROUP_TYPE', enumeration(u16, NEXTHOP_GRP_TYPE), { json: 'type' }],
  blackhole: [4, 'NHA_BLACKHOLE', flag],
  oif: [5, 'NHA_OIF', u32, { json: 'dev' }],
  gateway: [6, 'NHA_GATEWAY', ip],
  encapType: [7, 'NHA_ENCAP_TYPE', encapType],
  encap: [8, 'NHA_ENCAP', encap('encapType', 7)],
  /** Dumps: groups only. */
  groups: [9, 'NHA_GROUPS', flag],
  /** Dumps: only nexthops whose device has this master. */
  master: [10, 'NHA_MASTER', u32],
  fdb: [11, 'NHA_FDB', flag],
  resilientGroup: [12, 'NHA_RES_GROUP', flaggedNest(RESILIENT_GROUP), { json: 'resilient_args' }],
  resilientBucket: [13, 'NHA_RES_BUCKET', flaggedNest(RESILIENT_BUCKET), { json: 'bucket' }],
  // Since Linux 6.9 (include/uapi/linux/nexthop.h).
  opFlags: [14, 'NHA_OP_FLAGS', flags(u32, NHA_OP_FLAG)],
  groupStats: [15, 'NHA_GROUP_STATS', flaggedNest(GROUP_STATS), { json: 'group_stats' }],
  hwStatsEnable: [16, 'NHA_HW_STATS_ENABLE', u32, { json: 'hw_stats_enable' }],
  hwStatsUsed: [17, 'NHA_HW_STATS_USED', u32, { json: 'hw_stats_used' }],
}))

export const nexthopMessage = message(
  'nexthop',
  { RTM_NEWNEXTHOP: 104, RTM_DELNEXTHOP: 105, RTM_GETNEXTHOP: 106 },
  nhmsg,
  NEXTHOP,
)
export type Nexthop = MessageOf<typeof nexthopMessage>

export const nexthopBucketMessage = message(
  'nexthop bucket',
  { RTM_NEWNEXTHOPBUCKET: 116, RTM_DELNEXTHOPBUCKET: 117, RTM_GETNEXTHOPBUCKET: 118 },
  nhmsg,
  NEXTHOP,
)
export type NexthopBucket = MessageOf<typeof nexthopBucketMessage>
