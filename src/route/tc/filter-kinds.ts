// TCA_OPTIONS of a filter or a chain's template, by kind; flower.ts has its own. include/uapi/linux/pkt_cls.h;
// net/sched/cls_*.c.
import {
  be16,
  be32,
  bytes,
  type Codec,
  enumeration,
  flags,
  ip,
  s16,
  s32,
  string,
  u8,
  u16,
  u32,
  u64,
} from '../../netlink/codec.ts'
import { array, attributes, nest } from '../../netlink/schema.ts'
import { struct } from '../../netlink/struct.ts'
import { words } from '../../netlink/words.ts'
import { trailing } from '../trailing.ts'
import { actions } from './action.ts'
import { sockFilter } from './action-kinds.ts'
import { ematches } from './ematch.ts'
import { FLOWER } from './flower.ts'
import { police } from './police.ts'
import { handle, TCA_CLS_FLAGS } from './words.ts'

const filterFlags = flags(u32, TCA_CLS_FLAGS)

// ── u32 ────────────────────────────────────────────────────────────────────

const TC_U32 = words('flag (TC_U32_*)', { terminal: 1, offset: 2, varoffset: 4, eat: 8 })
const tcU32Key = struct('tc_u32_key', {
  mask: ['mask', be32],
  value: ['val', be32],
  offset: ['off', s32],
  offsetMask: ['offmask', s32],
})
const tcU32Sel = trailing(
  struct('tc_u32_sel', {
    flags: ['flags', flags(u8, TC_U32)],
    offsetShift: ['offshift', u8],
    count: ['nkeys', u8],
    _pad: ['pad', u8],
    offsetMask: ['offmask', be16],
    offset: ['off', u16],
    offsetOffset: ['offoff', s16],
    hashOffset: ['hoff', s16],
    hashMask: ['hmask', be32],
  }),
  'keys',
  'keys',
  array(tcU32Key),
)
const U32 = attributes('TCA_U32', () => ({
  classId: [1, 'TCA_U32_CLASSID', handle, { json: 'flowid' }],
  hash: [2, 'TCA_U32_HASH', u32],
  link: [3, 'TCA_U32_LINK', u32],
  divisor: [4, 'TCA_U32_DIVISOR', u32],
  selector: [5, 'TCA_U32_SEL', tcU32Sel],
  police: [6, 'TCA_U32_POLICE', police],
  actions: [7, 'TCA_U32_ACT', actions],
  inDevice: [8, 'TCA_U32_INDEV', string, { json: 'indev' }],
  counts: [
    9,
    'TCA_U32_PCNT',
    trailing(struct('tc_u32_pcnt', { matched: ['rcnt', u64], hits: ['rhit', u64] }), 'keys', 'kcnts', array(u64)),
  ],
  mark: [
    10,
    'TCA_U32_MARK',
    struct('tc_u32_mark', { value: ['val', u32], mask: ['mask', u32], success: ['success', u32] }),
  ],
  flags: [11, 'TCA_U32_FLAGS', filterFlags],
  _pad: [12, 'TCA_U32_PAD', bytes],
}))

// ── the older ones ─────────────────────────────────────────────────────────

/** Compared with what stands at the offset of the packet, as it stands there. */
const rsvpField = struct('tc_rsvp_gpi', { key: ['key', be32], mask: ['mask', be32], offset: ['offset', s32] })
const RSVP = attributes('TCA_RSVP', () => ({
  classId: [1, 'TCA_RSVP_CLASSID', handle],
  dst: [2, 'TCA_RSVP_DST', ip],
  src: [3, 'TCA_RSVP_SRC', ip],
  packet: [
    4,
    'TCA_RSVP_PINFO',
    struct('tc_rsvp_pinfo', {
      dst: ['dpi', rsvpField],
      src: ['spi', rsvpField],
      protocol: ['protocol', u8],
      tunnelId: ['tunnelid', u8],
      tunnelHeader: ['tunnelhdr', u8],
      _pad: ['pad', u8],
    }),
  ],
  police: [5, 'TCA_RSVP_POLICE', police],
  actions: [6, 'TCA_RSVP_ACT', actions],
}))

const ROUTE = attributes('TCA_ROUTE4', () => ({
  classId: [1, 'TCA_ROUTE4_CLASSID', handle],
  to: [2, 'TCA_ROUTE4_TO', u32],
  from: [3, 'TCA_ROUTE4_FROM', u32],
  iif: [4, 'TCA_ROUTE4_IIF', u32],
  police: [5, 'TCA_ROUTE4_POLICE', police],
  actions: [6, 'TCA_ROUTE4_ACT', actions],
}))

const FW = attributes('TCA_FW', () => ({
  classId: [1, 'TCA_FW_CLASSID', handle],
  police: [2, 'TCA_FW_POLICE', police],
  inDevice: [3, 'TCA_FW_INDEV', string, { json: 'indev' }],
  actions: [4, 'TCA_FW_ACT', actions],
  mask: [5, 'TCA_FW_MASK', u32],
}))

const TCINDEX = attributes('TCA_TCINDEX', () => ({
  hash: [1, 'TCA_TCINDEX_HASH', u32],
  mask: [2, 'TCA_TCINDEX_MASK', u16],
  shift: [3, 'TCA_TCINDEX_SHIFT', u32],
  fallThrough: [4, 'TCA_TCINDEX_FALL_THROUGH', u32],
  classId: [5, 'TCA_TCINDEX_CLASSID', handle],
  police: [6, 'TCA_TCINDEX_POLICE', police],
  actions: [7, 'TCA_TCINDEX_ACT', actions],
}))

// ── flow, basic, cgroup, matchall, bpf ─────────────────────────────────────

const FLOW_KEY = words('key (FLOW_KEY_*)', {
  src: 1 << 0,
  dst: 1 << 1,
  proto: 1 << 2,
  'proto-src': 1 << 3,
  'proto-dst': 1 << 4,
  iif: 1 << 5,
  priority: 1 << 6,
  mark: 1 << 7,
  nfct: 1 << 8,
  'nfct-src': 1 << 9,
  'nfct-dst': 1 << 10,
  'nfct-proto-src': 1 << 11,
  'nfct-proto-dst': 1 << 12,
  'rt-classid': 1 << 13,
  'sk-uid': 1 << 14,
  'sk-gid': 1 << 15,
  'vlan-tag': 1 << 16,
  rxhash: 1 << 17,
})
const FLOW_MODE = words('mode (FLOW_MODE_*)', { map: 0, hash: 1 })
const FLOW = attributes('TCA_FLOW', () => ({
  keys: [1, 'TCA_FLOW_KEYS', flags(u32, FLOW_KEY)],
  mode: [2, 'TCA_FLOW_MODE', enumeration(u32, FLOW_MODE)],
  baseClass: [3, 'TCA_FLOW_BASECLASS', handle, { json: 'baseclass' }],
  rightShift: [4, 'TCA_FLOW_RSHIFT', u32, { json: 'rshift' }],
  addend: [5, 'TCA_FLOW_ADDEND', u32],
  mask: [6, 'TCA_FLOW_MASK', u32],
  xor: [7, 'TCA_FLOW_XOR', u32],
  divisor: [8, 'TCA_FLOW_DIVISOR', u32],
  actions: [9, 'TCA_FLOW_ACT', actions],
  police: [10, 'TCA_FLOW_POLICE', police],
  ematches: [11, 'TCA_FLOW_EMATCHES', ematches],
  /** Seconds. */
  perturb: [12, 'TCA_FLOW_PERTURB', u32],
}))

const BASIC = attributes('TCA_BASIC', () => ({
  classId: [1, 'TCA_BASIC_CLASSID', handle, { json: 'flowid' }],
  ematches: [2, 'TCA_BASIC_EMATCHES', ematches],
  actions: [3, 'TCA_BASIC_ACT', actions],
  police: [4, 'TCA_BASIC_POLICE', police],
  counts: [5, 'TCA_BASIC_PCNT', struct('tc_basic_pcnt', { matched: ['rcnt', u64], hits: ['rhit', u64] })],
  _pad: [6, 'TCA_BASIC_PAD', bytes],
}))

const CGROUP = attributes('TCA_CGROUP', () => ({
  actions: [1, 'TCA_CGROUP_ACT', actions],
  police: [2, 'TCA_CGROUP_POLICE', police],
  ematches: [3, 'TCA_CGROUP_EMATCHES', ematches],
}))

const MATCHALL = attributes('TCA_MATCHALL', () => ({
  classId: [1, 'TCA_MATCHALL_CLASSID', handle, { json: 'flowid' }],
  actions: [2, 'TCA_MATCHALL_ACT', actions],
  flags: [3, 'TCA_MATCHALL_FLAGS', filterFlags],
  counts: [4, 'TCA_MATCHALL_PCNT', struct('tc_matchall_pcnt', { hits: ['rhit', u64] })],
  _pad: [5, 'TCA_MATCHALL_PAD', bytes],
}))

const TCA_BPF_FLAG = words('flag (TCA_BPF_FLAG_*)', { 'direct-action': 1 << 0 })
const BPF = attributes('TCA_BPF', () => ({
  actions: [1, 'TCA_BPF_ACT', actions],
  police: [2, 'TCA_BPF_POLICE', police],
  classId: [3, 'TCA_BPF_CLASSID', handle, { json: 'flowid' }],
  opsLength: [4, 'TCA_BPF_OPS_LEN', u16],
  ops: [5, 'TCA_BPF_OPS', array(sockFilter)],
  fd: [6, 'TCA_BPF_FD', u32],
  name: [7, 'TCA_BPF_NAME', string, { json: 'bpf_name' }],
  flags: [8, 'TCA_BPF_FLAGS', flags(u32, TCA_BPF_FLAG)],
  filterFlags: [9, 'TCA_BPF_FLAGS_GEN', filterFlags],
  tag: [10, 'TCA_BPF_TAG', bytes],
  id: [11, 'TCA_BPF_ID', u32],
}))

// Their types are closed here: inferred, the declarations of traffic control alone would be four megabytes.
export const filterKinds: Readonly<Record<string, Codec<any, any>>> = {
  u32: nest(U32),
  rsvp: nest(RSVP),
  rsvp6: nest(RSVP),
  route: nest(ROUTE),
  fw: nest(FW),
  tcindex: nest(TCINDEX),
  flow: nest(FLOW),
  basic: nest(BASIC),
  cgroup: nest(CGROUP),
  matchall: nest(MATCHALL),
  bpf: nest(BPF),
  flower: nest(FLOWER),
}
