// Extended matches: a tree of conditions of the filters basic, cgroup and flow (TCA_*_EMATCHES).
// include/uapi/linux/pkt_cls.h; net/sched/ematch.c. What a match of each kind holds stays bytes.
import { bytes, enumeration, flags, u16 } from '../../netlink/codec.ts'
import { attributes, nest, sequence } from '../../netlink/schema.ts'
import { struct } from '../../netlink/struct.ts'
import { words } from '../../netlink/words.ts'
import { trailing } from '../trailing.ts'

const TCF_EM = words('match (TCF_EM_*)', {
  container: 0,
  cmp: 1,
  nbyte: 2,
  u32: 3,
  meta: 4,
  text: 5,
  vlan: 6,
  canid: 7,
  ipset: 8,
  ipt: 9,
})
const TCF_EM_FLAG = words('relation (TCF_EM_*)', { and: 1 << 0, or: 1 << 1, invert: 1 << 2, simple: 1 << 3 })

const match = trailing(
  struct('tcf_ematch_hdr', {
    id: ['matchid', u16],
    kind: ['kind', enumeration(u16, TCF_EM)],
    flags: ['flags', flags(u16, TCF_EM_FLAG)],
    _pad: ['pad', u16],
  }),
  'data',
  'data',
  bytes,
)
const EMATCH_TREE = attributes('TCA_EMATCH_TREE', () => ({
  header: [
    1,
    'TCA_EMATCH_TREE_HDR',
    struct('tcf_ematch_tree_hdr', { matches: ['nmatches', u16], program: ['progid', u16] }),
  ],
  matches: [2, 'TCA_EMATCH_TREE_LIST', sequence(match)],
}))
export const ematches = nest(EMATCH_TREE)
