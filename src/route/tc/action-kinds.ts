// TCA_ACT_OPTIONS by kind of action. include/uapi/linux/tc_act/*.h; net/sched/act_*.c.
import {
  be16,
  be32,
  bytes,
  type Codec,
  enumeration,
  flag,
  flags,
  ip,
  ipv4,
  mac,
  s32,
  string,
  u8,
  u16,
  u32,
  u64,
} from '../../netlink/codec.ts'
import { array, attributes, flaggedNest, many, nest } from '../../netlink/schema.ts'
import { struct } from '../../netlink/struct.ts'
import { words } from '../../netlink/words.ts'
import { trailing } from '../trailing.ts'
import { AF, ETH_P } from '../words.ts'
import { policeAction } from './police.ts'
import { actionFields, CLOCK, handle, tcfT, verdict } from './words.ts'

/** The parameters of an action that has no others. */
const plain = (name: string) => struct(name, actionFields)

// ── verdicts, redirection, data ────────────────────────────────────────────

const PGACT = words('randomness (PGACT_*)', { none: 0, netrand: 1, determ: 2 })
const GACT = attributes('TCA_GACT', () => ({
  times: [1, 'TCA_GACT_TM', tcfT],
  parameters: [2, 'TCA_GACT_PARMS', plain('tc_gact')],
  probability: [
    3,
    'TCA_GACT_PROB',
    struct('tc_gact_p', {
      type: ['ptype', enumeration(u16, PGACT)],
      value: ['pval', u16],
      action: ['paction', verdict],
    }),
  ],
  _pad: [4, 'TCA_GACT_PAD', bytes],
}))

const MIRRED_ACTION = words('direction (TCA_*_REDIR, TCA_*_MIRROR)', {
  egress_redirect: 1,
  egress_mirror: 2,
  ingress_redirect: 3,
  ingress_mirror: 4,
})
const MIRRED = attributes('TCA_MIRRED', () => ({
  times: [1, 'TCA_MIRRED_TM', tcfT],
  parameters: [
    2,
    'TCA_MIRRED_PARMS',
    struct('tc_mirred', {
      ...actionFields,
      direction: ['eaction', enumeration(s32, MIRRED_ACTION)],
      toIndex: ['ifindex', u32],
    }),
  ],
  _pad: [3, 'TCA_MIRRED_PAD', bytes],
  // Since Linux 6.8.
  blockId: [4, 'TCA_MIRRED_BLOCKID', u32],
}))

const SIMPLE = attributes('TCA_DEF', () => ({
  times: [1, 'TCA_DEF_TM', tcfT],
  parameters: [2, 'TCA_DEF_PARMS', plain('tc_defact')],
  data: [3, 'TCA_DEF_DATA', string],
  _pad: [4, 'TCA_DEF_PAD', bytes],
}))

const SAMPLE = attributes('TCA_SAMPLE', () => ({
  times: [1, 'TCA_SAMPLE_TM', tcfT],
  parameters: [2, 'TCA_SAMPLE_PARMS', plain('tc_sample')],
  /** One packet in so many. */
  rate: [3, 'TCA_SAMPLE_RATE', u32],
  truncateTo: [4, 'TCA_SAMPLE_TRUNC_SIZE', u32, { json: 'trunc_size' }],
  group: [5, 'TCA_SAMPLE_PSAMPLE_GROUP', u32],
  _pad: [6, 'TCA_SAMPLE_PAD', bytes],
}))

// ── changing packets ───────────────────────────────────────────────────────

/** A mask, a value and where in the packet; negative offsets are before the network header. */
const tcPeditKey = struct('tc_pedit_key', {
  mask: ['mask', u32],
  value: ['val', u32],
  offset: ['off', s32],
  at: ['at', u32],
  offsetMask: ['offmask', u32],
  shift: ['shift', u32],
})
const tcPedit = trailing(
  struct('tc_pedit_sel', { ...actionFields, count: ['nkeys', u8], flags: ['flags', u8], _pad: ['pad', u16] }),
  'keys',
  'keys',
  array(tcPeditKey),
)
const PEDIT_HEADER = words('header (TCA_PEDIT_KEY_EX_HDR_TYPE_*)', {
  network: 0,
  eth: 1,
  ip: 2,
  ip6: 3,
  tcp: 4,
  udp: 5,
})
const PEDIT_COMMAND = words('command (TCA_PEDIT_KEY_EX_CMD_*)', { set: 0, add: 1 })
const PEDIT_KEY_EX = attributes('TCA_PEDIT_KEY_EX', () => ({
  header: [1, 'TCA_PEDIT_KEY_EX_HTYPE', enumeration(u16, PEDIT_HEADER), { json: 'htype' }],
  command: [2, 'TCA_PEDIT_KEY_EX_CMD', enumeration(u16, PEDIT_COMMAND), { json: 'cmd' }],
}))
const PEDIT_KEYS_EX = attributes('TCA_PEDIT_KEYS_EX', () => ({
  keys: [6, 'TCA_PEDIT_KEY_EX', many(flaggedNest(PEDIT_KEY_EX))],
}))
const PEDIT = attributes('TCA_PEDIT', () => ({
  times: [1, 'TCA_PEDIT_TM', tcfT],
  parameters: [2, 'TCA_PEDIT_PARMS', tcPedit],
  _pad: [3, 'TCA_PEDIT_PAD', bytes],
  parametersEx: [4, 'TCA_PEDIT_PARMS_EX', tcPedit],
  keysEx: [5, 'TCA_PEDIT_KEYS_EX', flaggedNest(PEDIT_KEYS_EX)],
}))

const TCA_NAT_FLAG = words('flag (TCA_NAT_FLAG_*)', { egress: 1 })
const NAT = attributes('TCA_NAT', () => ({
  parameters: [
    1,
    'TCA_NAT_PARMS',
    struct('tc_nat', {
      ...actionFields,
      oldAddress: ['old_addr', ipv4],
      newAddress: ['new_addr', ipv4],
      mask: ['mask', ipv4],
      flags: ['flags', flags(u32, TCA_NAT_FLAG)],
    }),
  ],
  times: [2, 'TCA_NAT_TM', tcfT],
  _pad: [3, 'TCA_NAT_PAD', bytes],
}))

const TCA_CSUM = words('checksum (TCA_CSUM_UPDATE_FLAG_*)', {
  iph: 1,
  icmp: 2,
  igmp: 4,
  tcp: 8,
  udp: 16,
  udplite: 32,
  sctp: 64,
})
const CSUM = attributes('TCA_CSUM', () => ({
  parameters: [
    1,
    'TCA_CSUM_PARMS',
    struct('tc_csum', { ...actionFields, update: ['update_flags', flags(u32, TCA_CSUM)] }),
  ],
  times: [2, 'TCA_CSUM_TM', tcfT],
  _pad: [3, 'TCA_CSUM_PAD', bytes],
}))

const VLAN_ACTION = words('VLAN action (TCA_VLAN_ACT_*)', { pop: 1, push: 2, modify: 3, pop_eth: 4, push_eth: 5 })
const VLAN = attributes('TCA_VLAN', () => ({
  times: [1, 'TCA_VLAN_TM', tcfT],
  parameters: [
    2,
    'TCA_VLAN_PARMS',
    struct('tc_vlan', { ...actionFields, vlanAction: ['v_action', enumeration(s32, VLAN_ACTION)] }),
  ],
  id: [3, 'TCA_VLAN_PUSH_VLAN_ID', u16],
  protocol: [4, 'TCA_VLAN_PUSH_VLAN_PROTOCOL', enumeration(be16, ETH_P)],
  _pad: [5, 'TCA_VLAN_PAD', bytes],
  priority: [6, 'TCA_VLAN_PUSH_VLAN_PRIORITY', u8],
  ethDst: [7, 'TCA_VLAN_PUSH_ETH_DST', mac, { json: 'dst_mac' }],
  ethSrc: [8, 'TCA_VLAN_PUSH_ETH_SRC', mac, { json: 'src_mac' }],
}))

const MPLS_ACTION = words('MPLS action (TCA_MPLS_ACT_*)', { pop: 1, push: 2, modify: 3, dec_ttl: 4, mac_push: 5 })
const MPLS = attributes('TCA_MPLS', () => ({
  times: [1, 'TCA_MPLS_TM', tcfT],
  parameters: [
    2,
    'TCA_MPLS_PARMS',
    struct('tc_mpls', { ...actionFields, mplsAction: ['m_action', enumeration(s32, MPLS_ACTION)] }),
  ],
  _pad: [3, 'TCA_MPLS_PAD', bytes],
  protocol: [4, 'TCA_MPLS_PROTO', enumeration(be16, ETH_P)],
  label: [5, 'TCA_MPLS_LABEL', u32],
  trafficClass: [6, 'TCA_MPLS_TC', u8, { json: 'tc' }],
  ttl: [7, 'TCA_MPLS_TTL', u8],
  bottomOfStack: [8, 'TCA_MPLS_BOS', u8, { json: 'bos' }],
}))

const SKBMOD_F = words('flag (SKBMOD_F_*)', { dmac: 1, smac: 2, etype: 4, swapmac: 8, ecn: 16 })
const SKBMOD = attributes('TCA_SKBMOD', () => ({
  times: [1, 'TCA_SKBMOD_TM', tcfT],
  parameters: [
    2,
    'TCA_SKBMOD_PARMS',
    struct('tc_skbmod', {
      ...actionFields,
      _pad: ['pad', u32],
      flags: ['flags', flags(u32, SKBMOD_F)],
      _flagsHigh: ['flags (high half)', u32],
    }),
  ],
  dstMac: [3, 'TCA_SKBMOD_DMAC', mac, { json: 'dmac' }],
  srcMac: [4, 'TCA_SKBMOD_SMAC', mac, { json: 'smac' }],
  etherType: [5, 'TCA_SKBMOD_ETYPE', enumeration(u16, ETH_P), { json: 'etype' }],
  _pad: [6, 'TCA_SKBMOD_PAD', bytes],
}))

// ── metadata ───────────────────────────────────────────────────────────────

const SKBEDIT_F = words('flag (SKBEDIT_F_*)', {
  priority: 0x1,
  queue_mapping: 0x2,
  mark: 0x4,
  ptype: 0x8,
  mask: 0x10,
  inheritdsfield: 0x20,
  txq_skbhash: 0x40,
})
const PACKET = words('packet type (PACKET_*)', { host: 0, broadcast: 1, multicast: 2, otherhost: 3 })
const SKBEDIT = attributes('TCA_SKBEDIT', () => ({
  times: [1, 'TCA_SKBEDIT_TM', tcfT],
  parameters: [2, 'TCA_SKBEDIT_PARMS', plain('tc_skbedit')],
  priority: [3, 'TCA_SKBEDIT_PRIORITY', handle],
  queueMapping: [4, 'TCA_SKBEDIT_QUEUE_MAPPING', u16, { json: 'queue_mapping' }],
  mark: [5, 'TCA_SKBEDIT_MARK', u32],
  _pad: [6, 'TCA_SKBEDIT_PAD', bytes],
  packetType: [7, 'TCA_SKBEDIT_PTYPE', enumeration(u16, PACKET), { json: 'ptype' }],
  mask: [8, 'TCA_SKBEDIT_MASK', u32],
  flags: [
    9,
    'TCA_SKBEDIT_FLAGS',
    struct('__u64', { low: ['flags', flags(u32, SKBEDIT_F)], _high: ['flags (high half)', u32] }),
  ],
  queueMappingMax: [10, 'TCA_SKBEDIT_QUEUE_MAPPING_MAX', u16, { json: 'queue_mapping_max' }],
}))

const CONNMARK = attributes('TCA_CONNMARK', () => ({
  parameters: [
    1,
    'TCA_CONNMARK_PARMS',
    struct('tc_connmark', { ...actionFields, zone: ['zone', u16], _pad: ['pad', u16] }),
  ],
  times: [2, 'TCA_CONNMARK_TM', tcfT],
  _pad: [3, 'TCA_CONNMARK_PAD', bytes],
}))

const CTINFO = attributes('TCA_CTINFO', () => ({
  _pad: [1, 'TCA_CTINFO_PAD', bytes],
  times: [2, 'TCA_CTINFO_TM', tcfT],
  parameters: [3, 'TCA_CTINFO_ACT', plain('tc_ctinfo')],
  zone: [4, 'TCA_CTINFO_ZONE', u16],
  dscpMask: [5, 'TCA_CTINFO_PARMS_DSCP_MASK', u32],
  dscpStateMask: [6, 'TCA_CTINFO_PARMS_DSCP_STATEMASK', u32],
  cpmarkMask: [7, 'TCA_CTINFO_PARMS_CPMARK_MASK', u32],
  dscpSet: [8, 'TCA_CTINFO_STATS_DSCP_SET', u64],
  dscpError: [9, 'TCA_CTINFO_STATS_DSCP_ERROR', u64],
  cpmarkSet: [10, 'TCA_CTINFO_STATS_CPMARK_SET', u64],
}))

const CT_ACTION = words('flag (TCA_CT_ACT_*)', {
  commit: 1,
  force: 2,
  clear: 4,
  nat: 8,
  nat_src: 16,
  nat_dst: 32,
})
const CT = attributes('TCA_CT', () => ({
  parameters: [1, 'TCA_CT_PARMS', plain('tc_ct')],
  times: [2, 'TCA_CT_TM', tcfT],
  action: [3, 'TCA_CT_ACTION', flags(u16, CT_ACTION)],
  zone: [4, 'TCA_CT_ZONE', u16],
  mark: [5, 'TCA_CT_MARK', u32],
  markMask: [6, 'TCA_CT_MARK_MASK', u32],
  labels: [7, 'TCA_CT_LABELS', bytes],
  labelsMask: [8, 'TCA_CT_LABELS_MASK', bytes],
  natIpv4Min: [9, 'TCA_CT_NAT_IPV4_MIN', ip],
  natIpv4Max: [10, 'TCA_CT_NAT_IPV4_MAX', ip],
  natIpv6Min: [11, 'TCA_CT_NAT_IPV6_MIN', ip],
  natIpv6Max: [12, 'TCA_CT_NAT_IPV6_MAX', ip],
  natPortMin: [13, 'TCA_CT_NAT_PORT_MIN', be16],
  natPortMax: [14, 'TCA_CT_NAT_PORT_MAX', be16],
  _pad: [15, 'TCA_CT_PAD', bytes],
  // Since Linux 6.3.
  helperName: [16, 'TCA_CT_HELPER_NAME', string],
  helperFamily: [17, 'TCA_CT_HELPER_FAMILY', enumeration(u8, AF)],
  helperProtocol: [18, 'TCA_CT_HELPER_PROTO', u8],
}))

const GENEVE_OPTION = attributes('TCA_TUNNEL_KEY_ENC_OPT_GENEVE', () => ({
  class: [1, 'TCA_TUNNEL_KEY_ENC_OPT_GENEVE_CLASS', be16],
  type: [2, 'TCA_TUNNEL_KEY_ENC_OPT_GENEVE_TYPE', u8],
  data: [3, 'TCA_TUNNEL_KEY_ENC_OPT_GENEVE_DATA', bytes],
}))
const VXLAN_OPTION = attributes('TCA_TUNNEL_KEY_ENC_OPT_VXLAN', () => ({
  gbp: [1, 'TCA_TUNNEL_KEY_ENC_OPT_VXLAN_GBP', u32],
}))
const ERSPAN_OPTION = attributes('TCA_TUNNEL_KEY_ENC_OPT_ERSPAN', () => ({
  version: [1, 'TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_VER', u8],
  index: [2, 'TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_INDEX', be32],
  direction: [3, 'TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_DIR', u8],
  hwId: [4, 'TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_HWID', u8],
}))
const TUNNEL_OPTIONS = attributes('TCA_TUNNEL_KEY_ENC_OPTS', () => ({
  geneve: [1, 'TCA_TUNNEL_KEY_ENC_OPTS_GENEVE', many(flaggedNest(GENEVE_OPTION))],
  vxlan: [2, 'TCA_TUNNEL_KEY_ENC_OPTS_VXLAN', flaggedNest(VXLAN_OPTION)],
  erspan: [3, 'TCA_TUNNEL_KEY_ENC_OPTS_ERSPAN', flaggedNest(ERSPAN_OPTION)],
}))
const TUNNEL_KEY_ACTION = words('tunnel action (TCA_TUNNEL_KEY_ACT_*)', { set: 1, unset: 2 })
const TUNNEL_KEY = attributes('TCA_TUNNEL_KEY', () => ({
  times: [1, 'TCA_TUNNEL_KEY_TM', tcfT],
  parameters: [
    2,
    'TCA_TUNNEL_KEY_PARMS',
    struct('tc_tunnel_key', { ...actionFields, tunnelAction: ['t_action', enumeration(s32, TUNNEL_KEY_ACTION)] }),
  ],
  srcIpv4: [3, 'TCA_TUNNEL_KEY_ENC_IPV4_SRC', ip, { json: 'src_ip' }],
  dstIpv4: [4, 'TCA_TUNNEL_KEY_ENC_IPV4_DST', ip, { json: 'dst_ip' }],
  srcIpv6: [5, 'TCA_TUNNEL_KEY_ENC_IPV6_SRC', ip, { json: 'src_ip' }],
  dstIpv6: [6, 'TCA_TUNNEL_KEY_ENC_IPV6_DST', ip, { json: 'dst_ip' }],
  keyId: [7, 'TCA_TUNNEL_KEY_ENC_KEY_ID', be32, { json: 'key_id' }],
  _pad: [8, 'TCA_TUNNEL_KEY_PAD', bytes],
  dstPort: [9, 'TCA_TUNNEL_KEY_ENC_DST_PORT', be16, { json: 'dst_port' }],
  noChecksum: [10, 'TCA_TUNNEL_KEY_NO_CSUM', u8, { json: 'no_csum' }],
  options: [11, 'TCA_TUNNEL_KEY_ENC_OPTS', flaggedNest(TUNNEL_OPTIONS)],
  tos: [12, 'TCA_TUNNEL_KEY_ENC_TOS', u8],
  ttl: [13, 'TCA_TUNNEL_KEY_ENC_TTL', u8],
  // Since Linux 6.3.
  noFragment: [14, 'TCA_TUNNEL_KEY_NO_FRAG', flag, { json: 'nofrag' }],
}))

// ── programs, gates, iptables ──────────────────────────────────────────────

/** One instruction of classic BPF. */
export const sockFilter = struct('sock_filter', { code: ['code', u16], jt: ['jt', u8], jf: ['jf', u8], k: ['k', u32] })
const BPF = attributes('TCA_ACT_BPF', () => ({
  times: [1, 'TCA_ACT_BPF_TM', tcfT],
  parameters: [2, 'TCA_ACT_BPF_PARMS', plain('tc_act_bpf')],
  opsLength: [3, 'TCA_ACT_BPF_OPS_LEN', u16],
  ops: [4, 'TCA_ACT_BPF_OPS', array(sockFilter)],
  fd: [5, 'TCA_ACT_BPF_FD', u32],
  name: [6, 'TCA_ACT_BPF_NAME', string],
  _pad: [7, 'TCA_ACT_BPF_PAD', bytes],
  tag: [8, 'TCA_ACT_BPF_TAG', bytes],
  id: [9, 'TCA_ACT_BPF_ID', u32],
}))

const GATE_ENTRY = attributes('TCA_GATE_ENTRY', () => ({
  index: [1, 'TCA_GATE_ENTRY_INDEX', u32],
  open: [2, 'TCA_GATE_ENTRY_GATE', flag, { json: 'gate_state' }],
  interval: [3, 'TCA_GATE_ENTRY_INTERVAL', u32],
  internalPriority: [4, 'TCA_GATE_ENTRY_IPV', s32, { json: 'ipv' }],
  maxOctets: [5, 'TCA_GATE_ENTRY_MAX_OCTETS', s32, { json: 'max_octets' }],
}))
const GATE_ENTRIES = attributes('TCA_GATE_ENTRY_LIST', () => ({
  entries: [1, 'TCA_GATE_ONE_ENTRY', many(flaggedNest(GATE_ENTRY))],
}))
/** Times in nanoseconds. */
const GATE = attributes('TCA_GATE', () => ({
  times: [1, 'TCA_GATE_TM', tcfT],
  parameters: [2, 'TCA_GATE_PARMS', plain('tc_gate')],
  _pad: [3, 'TCA_GATE_PAD', bytes],
  priority: [4, 'TCA_GATE_PRIORITY', s32],
  schedule: [5, 'TCA_GATE_ENTRY_LIST', flaggedNest(GATE_ENTRIES)],
  baseTime: [6, 'TCA_GATE_BASE_TIME', u64, { json: 'base_time' }],
  cycleTime: [7, 'TCA_GATE_CYCLE_TIME', u64, { json: 'cycle_time' }],
  cycleTimeExtension: [8, 'TCA_GATE_CYCLE_TIME_EXT', u64, { json: 'cycle_time_ext' }],
  flags: [9, 'TCA_GATE_FLAGS', u32],
  clock: [10, 'TCA_GATE_CLOCKID', enumeration(s32, CLOCK), { json: 'clockid' }],
}))

const IPT = attributes('TCA_IPT', () => ({
  table: [1, 'TCA_IPT_TABLE', string],
  hook: [2, 'TCA_IPT_HOOK', u32],
  index: [3, 'TCA_IPT_INDEX', u32],
  counts: [4, 'TCA_IPT_CNT', struct('tc_cnt', { references: ['refcnt', s32], bindings: ['bindcnt', s32] })],
  times: [5, 'TCA_IPT_TM', tcfT],
  /** struct xt_entry_target */
  target: [6, 'TCA_IPT_TARG', bytes],
  _pad: [7, 'TCA_IPT_PAD', bytes],
}))

const IFE_FLAG = words('mode (IFE_*)', { decode: 0, encode: 1 })
/** IFE_META_*: an empty payload lets the packet's own value through. include/uapi/linux/ife.h. */
const IFE_META = attributes('IFE_META', () => ({
  mark: [1, 'IFE_META_SKBMARK', bytes],
  hashId: [2, 'IFE_META_HASHID', bytes],
  priority: [3, 'IFE_META_PRIO', bytes],
  queueMapping: [4, 'IFE_META_QMAP', bytes],
  tcIndex: [5, 'IFE_META_TCINDEX', bytes],
}))
const IFE = attributes('TCA_IFE', () => ({
  parameters: [
    1,
    'TCA_IFE_PARMS',
    struct('tc_ife', { ...actionFields, mode: ['flags', enumeration(u16, IFE_FLAG)], _pad: ['pad', u16] }),
  ],
  times: [2, 'TCA_IFE_TM', tcfT],
  dstMac: [3, 'TCA_IFE_DMAC', mac, { json: 'dst' }],
  srcMac: [4, 'TCA_IFE_SMAC', mac, { json: 'src' }],
  type: [5, 'TCA_IFE_TYPE', u16],
  metadata: [6, 'TCA_IFE_METALST', nest(IFE_META)],
  _pad: [7, 'TCA_IFE_PAD', bytes],
}))

/** With NLA_F_NESTED, as iproute2 writes them: the newer kinds (mpls, ct, ctinfo, gate) ask for it. */
// Their types are closed here: inferred, the declarations of traffic control alone would be four megabytes.
export const actionKinds: Readonly<Record<string, Codec<any, any>>> = {
  police: policeAction,
  gact: flaggedNest(GACT),
  mirred: flaggedNest(MIRRED),
  simple: flaggedNest(SIMPLE),
  sample: flaggedNest(SAMPLE),
  pedit: flaggedNest(PEDIT),
  nat: flaggedNest(NAT),
  csum: flaggedNest(CSUM),
  vlan: flaggedNest(VLAN),
  mpls: flaggedNest(MPLS),
  skbmod: flaggedNest(SKBMOD),
  skbedit: flaggedNest(SKBEDIT),
  connmark: flaggedNest(CONNMARK),
  ctinfo: flaggedNest(CTINFO),
  ct: flaggedNest(CT),
  tunnel_key: flaggedNest(TUNNEL_KEY),
  bpf: flaggedNest(BPF),
  gate: flaggedNest(GATE),
  ipt: flaggedNest(IPT),
  xt: flaggedNest(IPT),
  ife: flaggedNest(IFE),
}
