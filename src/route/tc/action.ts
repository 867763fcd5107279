// Actions, alone (RTM_NEWACTION and its kin) and inside filters. include/uapi/linux/{pkt_cls.h,rtnetlink.h};
// net/sched/act_api.c.
import { bytes, enumeration, string, u8, u16, u32 } from '../../netlink/codec.ts'
import { attributes, bySibling, message, nest, sequence } from '../../netlink/schema.ts'
import { struct } from '../../netlink/struct.ts'
import type { MessageOf } from '../../netlink/table.ts'
import { words } from '../../netlink/words.ts'
import { AF } from '../words.ts'
import { actionKinds } from './action-kinds.ts'
import { statistics } from './stats.ts'
import { bitfield32 } from './words.ts'

const TCA_ACT_FLAGS = words('flag (TCA_ACT_FLAGS_*)', { no_percpu: 1 << 0, skip_hw: 1 << 1, skip_sw: 1 << 2 })
const TCA_ACT_HW_STATS = words('hardware statistics (TCA_ACT_HW_STATS_*)', { immediate: 1 << 0, delayed: 1 << 1 })

export const ACTION = attributes('TCA_ACT', () => ({
  kind: [1, 'TCA_ACT_KIND', string],
  options: [2, 'TCA_ACT_OPTIONS', bySibling('kind', actionKinds)],
  index: [3, 'TCA_ACT_INDEX', u32],
  stats: [4, 'TCA_ACT_STATS', nest(statistics(bytes))],
  _pad: [5, 'TCA_ACT_PAD', bytes],
  cookie: [6, 'TCA_ACT_COOKIE', bytes],
  flags: [7, 'TCA_ACT_FLAGS', bitfield32(TCA_ACT_FLAGS)],
  hwStats: [8, 'TCA_ACT_HW_STATS', bitfield32(TCA_ACT_HW_STATS), { json: 'hw_stats' }],
  usedHwStats: [9, 'TCA_ACT_USED_HW_STATS', bitfield32(TCA_ACT_HW_STATS), { json: 'used_hw_stats' }],
  inHwCount: [10, 'TCA_ACT_IN_HW_COUNT', u32, { json: 'in_hw_count' }],
}))

/** Actions in the order in which they run (TCA_*_ACT). */
export const actions = sequence(nest(ACTION))

export const tcamsg = struct('tcamsg', {
  family: ['tca_family', enumeration(u8, AF)],
  _pad1: ['tca__pad1', u8],
  _pad2: ['tca__pad2', u16],
})

const TCA_ACT_FLAG = words('dump flag (TCA_ACT_FLAG_*)', { large_dump_on: 1 << 0, terse_dump: 1 << 1 })
export const ACTIONS = attributes('TCA_ROOT', () => ({
  actions: [1, 'TCA_ROOT_TAB', actions],
  flags: [2, 'TCA_ROOT_FLAGS', bitfield32(TCA_ACT_FLAG)],
  count: [3, 'TCA_ROOT_COUNT', u32],
  /** Dumps: used within so many milliseconds. */
  timeDelta: [4, 'TCA_ROOT_TIME_DELTA', u32],
  warning: [5, 'TCA_ROOT_EXT_WARN_MSG', string],
}))

export const actionMessage = message(
  'action',
  { RTM_NEWACTION: 48, RTM_DELACTION: 49, RTM_GETACTION: 50 },
  tcamsg,
  ACTIONS,
)
export type Actions = MessageOf<typeof actionMessage>
