// Traffic control: qdiscs, classes, filters and chains. include/uapi/linux/{rtnetlink.h,pkt_sched.h,pkt_cls.h};
// net/sched/{sch_api.c,cls_api.c}. What a kind has under TCA_OPTIONS is in the file of its family.
import {
  be16,
  bool,
  bytes,
  type Codec,
  enumeration,
  flag,
  s16,
  s32,
  string,
  u8,
  u16,
  u32,
} from '../../netlink/codec.ts'
import { array, attributes, byHeader, bySibling, message, nest } from '../../netlink/schema.ts'
import { struct } from '../../netlink/struct.ts'
import type { MessageOf, Named } from '../../netlink/table.ts'
import { words } from '../../netlink/words.ts'
import { AF, ETH_P } from '../words.ts'
import { aqm } from './aqm.ts'
import { fifo } from './fifo.ts'
import { filterKinds } from './filter-kinds.ts'
import { sched } from './sched.ts'
import { shaper, shaperClass } from './shaper.ts'
import { gnetEstimator, statistics, tcStats } from './stats.ts'
import { bitfield32, handle, TC_LINKLAYER } from './words.ts'
import { type Xstats, xstats } from './xstats.ts'

// ── struct tcmsg, as each object uses it ───────────────────────────────────

/** TCM_IFINDEX_MAGIC_BLOCK: `parent` holds the index of a shared block instead. */
const TCM_IFINDEX = words('device', { block: -1 })

const address = {
  family: ['tcm_family', enumeration(u8, AF)],
  _pad1: ['tcm__pad1', u8],
  _pad2: ['tcm__pad2', u16],
  index: ['tcm_ifindex', enumeration(s32, TCM_IFINDEX)],
} as const

export const tcmsgQdisc = struct('tcmsg', {
  ...address,
  handle: ['tcm_handle', handle],
  parent: ['tcm_parent', handle],
  references: ['tcm_info', u32],
})
export const tcmsgClass = struct('tcmsg', {
  ...address,
  handle: ['tcm_handle', handle],
  parent: ['tcm_parent', handle],
  /** The qdisc inside it. */
  leaf: ['tcm_info', handle],
})
export const tcmsgFilter = struct('tcmsg', {
  ...address,
  /** The kind's own number for the filter. */
  handle: ['tcm_handle', u32],
  parent: ['tcm_parent', handle],
  protocol: ['tcm_info (protocol)', enumeration(be16, ETH_P)],
  priority: ['tcm_info (priority)', u16],
})

// ── the attributes ─────────────────────────────────────────────────────────

const tcSizespec = struct('tc_sizespec', {
  cellLog: ['cell_log', u8],
  sizeLog: ['size_log', u8],
  cellAlign: ['cell_align', s16],
  overhead: ['overhead', s32],
  linkLayer: ['linklayer', enumeration(u32, TC_LINKLAYER)],
  minimumPacket: ['mpu', u32],
  mtu: ['mtu', u32],
  tableSize: ['tsize', u32],
})
/** How a packet's size is reckoned. */
const STAB = attributes('TCA_STAB', () => ({
  base: [1, 'TCA_STAB_BASE', tcSizespec],
  data: [2, 'TCA_STAB_DATA', array(u16)],
}))

const TCA_DUMP_FLAGS = words('dump flag (TCA_DUMP_FLAGS_*)', { terse: 1 << 0 })

/** The attributes, with the options by kind. */
const traffic = <C extends Codec<any, any>>(options: C) =>
  attributes('TCA', () => ({
    kind: [1, 'TCA_KIND', string],
    options: [2, 'TCA_OPTIONS', options],
    stats: [3, 'TCA_STATS', tcStats],
    xstats: [4, 'TCA_XSTATS', bySibling<Xstats>('kind', xstats)],
    rate: [5, 'TCA_RATE', gnetEstimator],
    filterCount: [6, 'TCA_FCNT', u32],
    stats2: [7, 'TCA_STATS2', nest(statistics(byHeader<Xstats>('kind', xstats)))],
    sizeTable: [8, 'TCA_STAB', nest(STAB), { json: 'stab' }],
    _pad: [9, 'TCA_PAD', bytes],
    /** Dumps: also what the kernel made itself. */
    dumpInvisible: [10, 'TCA_DUMP_INVISIBLE', flag],
    chain: [11, 'TCA_CHAIN', u32],
    hwOffload: [12, 'TCA_HW_OFFLOAD', bool, { json: 'offloaded' }],
    ingressBlock: [13, 'TCA_INGRESS_BLOCK', u32, { json: 'ingress_block' }],
    egressBlock: [14, 'TCA_EGRESS_BLOCK', u32, { json: 'egress_block' }],
    dumpFlags: [15, 'TCA_DUMP_FLAGS', bitfield32(TCA_DUMP_FLAGS)],
    warning: [16, 'TCA_EXT_WARN_MSG', string],
  }))

/** Without options: ingress, clsact, mq, noqueue. */
const none = nest(attributes('TCA_OPTIONS', () => ({})))
const bare = { ingress: none, clsact: none, mq: none, noqueue: none }

export const qdiscKinds = { ...fifo, ...shaper, ...aqm, ...sched, ...bare }
export type QdiscKinds = Named<typeof qdiscKinds>
export const QDISC = traffic(bySibling<QdiscKinds>('kind', qdiscKinds))
export const qdiscMessage = message(
  'qdisc',
  { RTM_NEWQDISC: 36, RTM_DELQDISC: 37, RTM_GETQDISC: 38 },
  tcmsgQdisc,
  QDISC,
)
export type Qdisc = MessageOf<typeof qdiscMessage>

export const classKinds = { ...shaperClass, ...sched, ...aqm, ...fifo, ...bare }
export type ClassKinds = Named<typeof classKinds>
export const CLASS = traffic(bySibling<ClassKinds>('kind', classKinds))
export const classMessage = message(
  'class',
  { RTM_NEWTCLASS: 40, RTM_DELTCLASS: 41, RTM_GETTCLASS: 42 },
  tcmsgClass,
  CLASS,
)
export type TrafficClass = MessageOf<typeof classMessage>

export const FILTER = traffic(bySibling('kind', filterKinds))
export const filterMessage = message(
  'filter',
  { RTM_NEWTFILTER: 44, RTM_DELTFILTER: 45, RTM_GETTFILTER: 46 },
  tcmsgFilter,
  FILTER,
)
export type Filter = MessageOf<typeof filterMessage>

export const chainMessage = message(
  'chain',
  { RTM_NEWCHAIN: 100, RTM_DELCHAIN: 101, RTM_GETCHAIN: 102 },
  tcmsgFilter,
  FILTER,
)
export type Chain = MessageOf<typeof chainMessage>
