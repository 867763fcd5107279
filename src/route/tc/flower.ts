// The flower filter: a packet's fields and their masks (TCA_FLOWER_*). include/uapi/linux/pkt_cls.h;
// net/sched/cls_flower.c.
import { be16, be32, be64, bytes, enumeration, flags, ip, mac, string, u8, u16, u32 } from '../../netlink/codec.ts'
import { attributes, flaggedNest, many } from '../../netlink/schema.ts'
import { words } from '../../netlink/words.ts'
import { ETH_P } from '../words.ts'
import { actions } from './action.ts'
import { handle, TCA_CLS_FLAGS } from './words.ts'

const KEY_FLAGS = words('key flag (TCA_FLOWER_KEY_FLAGS_*)', {
  frag: 1 << 0,
  firstfrag: 1 << 1,
  // Since Linux 6.11, for tunnels.
  tuncsum: 1 << 2,
  tundf: 1 << 3,
  tunoam: 1 << 4,
  tuncrit: 1 << 5,
})
const CT_STATE = words('connection state (TCA_FLOWER_KEY_CT_FLAGS_*)', {
  new: 1 << 0,
  est: 1 << 1,
  rel: 1 << 2,
  trk: 1 << 3,
  inv: 1 << 4,
  rpl: 1 << 5,
})

const GENEVE = attributes('TCA_FLOWER_KEY_ENC_OPT_GENEVE', () => ({
  class: [1, 'TCA_FLOWER_KEY_ENC_OPT_GENEVE_CLASS', be16],
  type: [2, 'TCA_FLOWER_KEY_ENC_OPT_GENEVE_TYPE', u8],
  data: [3, 'TCA_FLOWER_KEY_ENC_OPT_GENEVE_DATA', bytes],
}))
const VXLAN = attributes('TCA_FLOWER_KEY_ENC_OPT_VXLAN', () => ({ gbp: [1, 'TCA_FLOWER_KEY_ENC_OPT_VXLAN_GBP', u32] }))
const ERSPAN = attributes('TCA_FLOWER_KEY_ENC_OPT_ERSPAN', () => ({
  version: [1, 'TCA_FLOWER_KEY_ENC_OPT_ERSPAN_VER', u8],
  index: [2, 'TCA_FLOWER_KEY_ENC_OPT_ERSPAN_INDEX', be32],
  direction: [3, 'TCA_FLOWER_KEY_ENC_OPT_ERSPAN_DIR', u8],
  hwId: [4, 'TCA_FLOWER_KEY_ENC_OPT_ERSPAN_HWID', u8],
}))
const GTP = attributes('TCA_FLOWER_KEY_ENC_OPT_GTP', () => ({
  pduType: [1, 'TCA_FLOWER_KEY_ENC_OPT_GTP_PDU_TYPE', u8],
  qfi: [2, 'TCA_FLOWER_KEY_ENC_OPT_GTP_QFI', u8],
}))
const PFCP = attributes('TCA_FLOWER_KEY_ENC_OPT_PFCP', () => ({
  type: [1, 'TCA_FLOWER_KEY_ENC_OPT_PFCP_TYPE', u8],
  seid: [2, 'TCA_FLOWER_KEY_ENC_OPT_PFCP_SEID', be64],
}))
const ENC_OPTIONS = attributes('TCA_FLOWER_KEY_ENC_OPTS', () => ({
  geneve: [1, 'TCA_FLOWER_KEY_ENC_OPTS_GENEVE', many(flaggedNest(GENEVE))],
  vxlan: [2, 'TCA_FLOWER_KEY_ENC_OPTS_VXLAN', flaggedNest(VXLAN)],
  erspan: [3, 'TCA_FLOWER_KEY_ENC_OPTS_ERSPAN', flaggedNest(ERSPAN)],
  gtp: [4, 'TCA_FLOWER_KEY_ENC_OPTS_GTP', flaggedNest(GTP)],
  // Since Linux 6.10.
  pfcp: [5, 'TCA_FLOWER_KEY_ENC_OPTS_PFCP', flaggedNest(PFCP)],
}))

const MPLS_ENTRY = attributes('TCA_FLOWER_KEY_MPLS_OPT_LSE', () => ({
  depth: [1, 'TCA_FLOWER_KEY_MPLS_OPT_LSE_DEPTH', u8],
  ttl: [2, 'TCA_FLOWER_KEY_MPLS_OPT_LSE_TTL', u8],
  bottomOfStack: [3, 'TCA_FLOWER_KEY_MPLS_OPT_LSE_BOS', u8, { json: 'bos' }],
  trafficClass: [4, 'TCA_FLOWER_KEY_MPLS_OPT_LSE_TC', u8, { json: 'tc' }],
  label: [5, 'TCA_FLOWER_KEY_MPLS_OPT_LSE_LABEL', u32],
}))
const MPLS_OPTIONS = attributes('TCA_FLOWER_KEY_MPLS_OPTS', () => ({
  entries: [1, 'TCA_FLOWER_KEY_MPLS_OPTS_LSE', many(flaggedNest(MPLS_ENTRY))],
}))
const CFM = attributes('TCA_FLOWER_KEY_CFM', () => ({
  level: [1, 'TCA_FLOWER_KEY_CFM_MD_LEVEL', u8, { json: 'mdl' }],
  opcode: [2, 'TCA_FLOWER_KEY_CFM_OPCODE', u8, { json: 'op' }],
}))

/** Every key may have a mask beside it; without one, all bits count. */
export const FLOWER = attributes('TCA_FLOWER', () => ({
  classId: [1, 'TCA_FLOWER_CLASSID', handle, { json: 'flowid' }],
  inDevice: [2, 'TCA_FLOWER_INDEV', string],
  actions: [3, 'TCA_FLOWER_ACT', actions],
  ethDst: [4, 'TCA_FLOWER_KEY_ETH_DST', mac, { json: 'eth_dst' }],
  ethDstMask: [5, 'TCA_FLOWER_KEY_ETH_DST_MASK', mac, { json: 'eth_dst_mask' }],
  ethSrc: [6, 'TCA_FLOWER_KEY_ETH_SRC', mac, { json: 'eth_src' }],
  ethSrcMask: [7, 'TCA_FLOWER_KEY_ETH_SRC_MASK', mac, { json: 'eth_src_mask' }],
  ethType: [8, 'TCA_FLOWER_KEY_ETH_TYPE', enumeration(be16, ETH_P), { json: 'eth_type' }],
  ipProto: [9, 'TCA_FLOWER_KEY_IP_PROTO', u8, { json: 'ip_proto' }],
  ipv4Src: [10, 'TCA_FLOWER_KEY_IPV4_SRC', ip, { json: 'ipv4_src' }],
  ipv4SrcMask: [11, 'TCA_FLOWER_KEY_IPV4_SRC_MASK', ip, { json: 'ipv4_src_mask' }],
  ipv4Dst: [12, 'TCA_FLOWER_KEY_IPV4_DST', ip, { json: 'ipv4_dst' }],
  ipv4DstMask: [13, 'TCA_FLOWER_KEY_IPV4_DST_MASK', ip, { json: 'ipv4_dst_mask' }],
  ipv6Src: [14, 'TCA_FLOWER_KEY_IPV6_SRC', ip, { json: 'ipv6_src' }],
  ipv6SrcMask: [15, 'TCA_FLOWER_KEY_IPV6_SRC_MASK', ip, { json: 'ipv6_src_mask' }],
  ipv6Dst: [16, 'TCA_FLOWER_KEY_IPV6_DST', ip, { json: 'ipv6_dst' }],
  ipv6DstMask: [17, 'TCA_FLOWER_KEY_IPV6_DST_MASK', ip, { json: 'ipv6_dst_mask' }],
  tcpSrc: [18, 'TCA_FLOWER_KEY_TCP_SRC', be16, { json: 'tcp_src' }],
  tcpDst: [19, 'TCA_FLOWER_KEY_TCP_DST', be16, { json: 'tcp_dst' }],
  udpSrc: [20, 'TCA_FLOWER_KEY_UDP_SRC', be16, { json: 'udp_src' }],
  udpDst: [21, 'TCA_FLOWER_KEY_UDP_DST', be16, { json: 'udp_dst' }],
  flags: [22, 'TCA_FLOWER_FLAGS', flags(u32, TCA_CLS_FLAGS)],
  vlanId: [23, 'TCA_FLOWER_KEY_VLAN_ID', u16, { json: 'vlan_id' }],
  vlanPrio: [24, 'TCA_FLOWER_KEY_VLAN_PRIO', u8, { json: 'vlan_prio' }],
  vlanEthType: [25, 'TCA_FLOWER_KEY_VLAN_ETH_TYPE', enumeration(be16, ETH_P), { json: 'vlan_eth_type' }],
  encKeyId: [26, 'TCA_FLOWER_KEY_ENC_KEY_ID', be32, { json: 'enc_key_id' }],
  encIpv4Src: [27, 'TCA_FLOWER_KEY_ENC_IPV4_SRC', ip, { json: 'enc_ipv4_src' }],
  encIpv4SrcMask: [28, 'TCA_FLOWER_KEY_ENC_IPV4_SRC_MASK', ip, { json: 'enc_ipv4_src_mask' }],
  encIpv4Dst: [29, 'TCA_FLOWER_KEY_ENC_IPV4_DST', ip, { json: 'enc_ipv4_dst' }],
  encIpv4DstMask: [30, 'TCA_FLOWER_KEY_ENC_IPV4_DST_MASK', ip, { json: 'enc_ipv4_dst_mask' }],
  encIpv6Src: [31, 'TCA_FLOWER_KEY_ENC_IPV6_SRC', ip, { json: 'enc_ipv6_src' }],
  encIpv6SrcMask: [32, 'TCA_FLOWER_KEY_ENC_IPV6_SRC_MASK', ip, { json: 'enc_ipv6_src_mask' }],
  encIpv6Dst: [33, 'TCA_FLOWER_KEY_ENC_IPV6_DST', ip, { json: 'enc_ipv6_dst' }],
  encIpv6DstMask: [34, 'TCA_FLOWER_KEY_ENC_IPV6_DST_MASK', ip, { json: 'enc_ipv6_dst_mask' }],
  tcpSrcMask: [35, 'TCA_FLOWER_KEY_TCP_SRC_MASK', be16, { json: 'tcp_src_mask' }],
  tcpDstMask: [36, 'TCA_FLOWER_KEY_TCP_DST_MASK', be16, { json: 'tcp_dst_mask' }],
  udpSrcMask: [37, 'TCA_FLOWER_KEY_UDP_SRC_MASK', be16, { json: 'udp_src_mask' }],
  udpDstMask: [38, 'TCA_FLOWER_KEY_UDP_DST_MASK', be16, { json: 'udp_dst_mask' }],
  sctpSrcMask: [39, 'TCA_FLOWER_KEY_SCTP_SRC_MASK', be16, { json: 'sctp_src_mask' }],
  sctpDstMask: [40, 'TCA_FLOWER_KEY_SCTP_DST_MASK', be16, { json: 'sctp_dst_mask' }],
  sctpSrc: [41, 'TCA_FLOWER_KEY_SCTP_SRC', be16, { json: 'sctp_src' }],
  sctpDst: [42, 'TCA_FLOWER_KEY_SCTP_DST', be16, { json: 'sctp_dst' }],
  encUdpSrcPort: [43, 'TCA_FLOWER_KEY_ENC_UDP_SRC_PORT', be16, { json: 'enc_udp_src_port' }],
  encUdpSrcPortMask: [44, 'TCA_FLOWER_KEY_ENC_UDP_SRC_PORT_MASK', be16, { json: 'enc_udp_src_port_mask' }],
  encUdpDstPort: [45, 'TCA_FLOWER_KEY_ENC_UDP_DST_PORT', be16, { json: 'enc_udp_dst_port' }],
  encUdpDstPortMask: [46, 'TCA_FLOWER_KEY_ENC_UDP_DST_PORT_MASK', be16, { json: 'enc_udp_dst_port_mask' }],
  keyFlags: [47, 'TCA_FLOWER_KEY_FLAGS', flags(be32, KEY_FLAGS), { json: 'flags' }],
  keyFlagsMask: [48, 'TCA_FLOWER_KEY_FLAGS_MASK', flags(be32, KEY_FLAGS), { json: 'flags_mask' }],
  icmpv4Code: [49, 'TCA_FLOWER_KEY_ICMPV4_CODE', u8, { json: 'icmpv4_code' }],
  icmpv4CodeMask: [50, 'TCA_FLOWER_KEY_ICMPV4_CODE_MASK', u8, { json: 'icmpv4_code_mask' }],
  icmpv4Type: [51, 'TCA_FLOWER_KEY_ICMPV4_TYPE', u8, { json: 'icmpv4_type' }],
  icmpv4TypeMask: [52, 'TCA_FLOWER_KEY_ICMPV4_TYPE_MASK', u8, { json: 'icmpv4_type_mask' }],
  icmpv6Code: [53, 'TCA_FLOWER_KEY_ICMPV6_CODE', u8, { json: 'icmpv6_code' }],
  icmpv6CodeMask: [54, 'TCA_FLOWER_KEY_ICMPV6_CODE_MASK', u8, { json: 'icmpv6_code_mask' }],
  icmpv6Type: [55, 'TCA_FLOWER_KEY_ICMPV6_TYPE', u8, { json: 'icmpv6_type' }],
  icmpv6TypeMask: [56, 'TCA_FLOWER_KEY_ICMPV6_TYPE_MASK', u8, { json: 'icmpv6_type_mask' }],
  arpSip: [57, 'TCA_FLOWER_KEY_ARP_SIP', ip, { json: 'arp_sip' }],
  arpSipMask: [58, 'TCA_FLOWER_KEY_ARP_SIP_MASK', ip, { json: 'arp_sip_mask' }],
  arpTip: [59, 'TCA_FLOWER_KEY_ARP_TIP', ip, { json: 'arp_tip' }],
  arpTipMask: [60, 'TCA_FLOWER_KEY_ARP_TIP_MASK', ip, { json: 'arp_tip_mask' }],
  arpOp: [61, 'TCA_FLOWER_KEY_ARP_OP', u8, { json: 'arp_op' }],
  arpOpMask: [62, 'TCA_FLOWER_KEY_ARP_OP_MASK', u8, { json: 'arp_op_mask' }],
  arpSha: [63, 'TCA_FLOWER_KEY_ARP_SHA', mac, { json: 'arp_sha' }],
  arpShaMask: [64, 'TCA_FLOWER_KEY_ARP_SHA_MASK', mac, { json: 'arp_sha_mask' }],
  arpTha: [65, 'TCA_FLOWER_KEY_ARP_THA', mac, { json: 'arp_tha' }],
  arpThaMask: [66, 'TCA_FLOWER_KEY_ARP_THA_MASK', mac, { json: 'arp_tha_mask' }],
  mplsTtl: [67, 'TCA_FLOWER_KEY_MPLS_TTL', u8, { json: 'mpls_ttl' }],
  mplsBos: [68, 'TCA_FLOWER_KEY_MPLS_BOS', u8, { json: 'mpls_bos' }],
  mplsTc: [69, 'TCA_FLOWER_KEY_MPLS_TC', u8, { json: 'mpls_tc' }],
  mplsLabel: [70, 'TCA_FLOWER_KEY_MPLS_LABEL', u32, { json: 'mpls_label' }],
  tcpFlags: [71, 'TCA_FLOWER_KEY_TCP_FLAGS', be16, { json: 'tcp_flags' }],
  tcpFlagsMask: [72, 'TCA_FLOWER_KEY_TCP_FLAGS_MASK', be16, { json: 'tcp_flags_mask' }],
  ipTos: [73, 'TCA_FLOWER_KEY_IP_TOS', u8, { json: 'ip_tos' }],
  ipTosMask: [74, 'TCA_FLOWER_KEY_IP_TOS_MASK', u8, { json: 'ip_tos_mask' }],
  ipTtl: [75, 'TCA_FLOWER_KEY_IP_TTL', u8, { json: 'ip_ttl' }],
  ipTtlMask: [76, 'TCA_FLOWER_KEY_IP_TTL_MASK', u8, { json: 'ip_ttl_mask' }],
  cvlanId: [77, 'TCA_FLOWER_KEY_CVLAN_ID', u16, { json: 'cvlan_id' }],
  cvlanPrio: [78, 'TCA_FLOWER_KEY_CVLAN_PRIO', u8, { json: 'cvlan_prio' }],
  cvlanEthType: [79, 'TCA_FLOWER_KEY_CVLAN_ETH_TYPE', enumeration(be16, ETH_P), { json: 'cvlan_eth_type' }],
  encIpTos: [80, 'TCA_FLOWER_KEY_ENC_IP_TOS', u8, { json: 'enc_ip_tos' }],
  encIpTosMask: [81, 'TCA_FLOWER_KEY_ENC_IP_TOS_MASK', u8, { json: 'enc_ip_tos_mask' }],
  encIpTtl: [82, 'TCA_FLOWER_KEY_ENC_IP_TTL', u8, { json: 'enc_ip_ttl' }],
  encIpTtlMask: [83, 'TCA_FLOWER_KEY_ENC_IP_TTL_MASK', u8, { json: 'enc_ip_ttl_mask' }],
  encOpts: [84, 'TCA_FLOWER_KEY_ENC_OPTS', flaggedNest(ENC_OPTIONS), { json: 'enc_opts' }],
  encOptsMask: [85, 'TCA_FLOWER_KEY_ENC_OPTS_MASK', flaggedNest(ENC_OPTIONS), { json: 'enc_opts_mask' }],
  inHwCount: [86, 'TCA_FLOWER_IN_HW_COUNT', u32, { json: 'in_hw_count' }],
  portSrcMin: [87, 'TCA_FLOWER_KEY_PORT_SRC_MIN', be16, { json: 'port_src_min' }],
  portSrcMax: [88, 'TCA_FLOWER_KEY_PORT_SRC_MAX', be16, { json: 'port_src_max' }],
  portDstMin: [89, 'TCA_FLOWER_KEY_PORT_DST_MIN', be16, { json: 'port_dst_min' }],
  portDstMax: [90, 'TCA_FLOWER_KEY_PORT_DST_MAX', be16, { json: 'port_dst_max' }],
  ctState: [91, 'TCA_FLOWER_KEY_CT_STATE', flags(u16, CT_STATE), { json: 'ct_state' }],
  ctStateMask: [92, 'TCA_FLOWER_KEY_CT_STATE_MASK', flags(u16, CT_STATE), { json: 'ct_state_mask' }],
  ctZone: [93, 'TCA_FLOWER_KEY_CT_ZONE', u16, { json: 'ct_zone' }],
  ctZoneMask: [94, 'TCA_FLOWER_KEY_CT_ZONE_MASK', u16, { json: 'ct_zone_mask' }],
  ctMark: [95, 'TCA_FLOWER_KEY_CT_MARK', u32, { json: 'ct_mark' }],
  ctMarkMask: [96, 'TCA_FLOWER_KEY_CT_MARK_MASK', u32, { json: 'ct_mark_mask' }],
  ctLabels: [97, 'TCA_FLOWER_KEY_CT_LABELS', bytes, { json: 'ct_labels' }],
  ctLabelsMask: [98, 'TCA_FLOWER_KEY_CT_LABELS_MASK', bytes, { json: 'ct_labels_mask' }],
  mplsOpts: [99, 'TCA_FLOWER_KEY_MPLS_OPTS', flaggedNest(MPLS_OPTIONS), { json: 'mpls_opts' }],
  hash: [100, 'TCA_FLOWER_KEY_HASH', u32],
  hashMask: [101, 'TCA_FLOWER_KEY_HASH_MASK', u32, { json: 'hash_mask' }],
  numOfVlans: [102, 'TCA_FLOWER_KEY_NUM_OF_VLANS', u8, { json: 'num_of_vlans' }],
  pppoeSid: [103, 'TCA_FLOWER_KEY_PPPOE_SID', be16, { json: 'pppoe_sid' }],
  pppProto: [104, 'TCA_FLOWER_KEY_PPP_PROTO', be16, { json: 'ppp_proto' }],
  l2tpv3Sid: [105, 'TCA_FLOWER_KEY_L2TPV3_SID', be32, { json: 'l2tpv3_sid' }],
  // Since Linux 6.5, 6.6 and 6.11.
  l2Miss: [106, 'TCA_FLOWER_L2_MISS', u8, { json: 'l2_miss' }],
  cfm: [107, 'TCA_FLOWER_KEY_CFM', flaggedNest(CFM)],
  spi: [108, 'TCA_FLOWER_KEY_SPI', be32],
  spiMask: [109, 'TCA_FLOWER_KEY_SPI_MASK', be32, { json: 'spi_mask' }],
  encFlags: [110, 'TCA_FLOWER_KEY_ENC_FLAGS', flags(be32, KEY_FLAGS), { json: 'enc_flags' }],
  encFlagsMask: [111, 'TCA_FLOWER_KEY_ENC_FLAGS_MASK', flags(be32, KEY_FLAGS), { json: 'enc_flags_mask' }],
}))
