// IPv6's counters of a link, arrays of u64 without names in IFLA_AF_SPEC: include/uapi/linux/snmp.h,
// net/ipv6/addrconf.c (__snmp6_fill_stats64). Their order is no stable interface: Linux 6.15 moved nine of them
// (commit 652e2c777862, 'net: reorganize IP MIB values (II)').
import { type Codec, type Input, u64, type Value } from '../netlink/codec.ts'
import { struct } from '../netlink/struct.ts'

const received = {
  /** How many entries the kernel has, this one included. */
  num: ['IPSTATS_MIB_NUM', u64],
  inReceives: ['IPSTATS_MIB_INPKTS', u64],
  inOctets: ['IPSTATS_MIB_INOCTETS', u64],
  inDelivers: ['IPSTATS_MIB_INDELIVERS', u64],
} as const

/** Received packets by their congestion bits. */
const ecn = {
  inNoECTPkts: ['IPSTATS_MIB_NOECTPKTS', u64],
  inECT1Pkts: ['IPSTATS_MIB_ECT1PKTS', u64],
  inECT0Pkts: ['IPSTATS_MIB_ECT0PKTS', u64],
  inCEPkts: ['IPSTATS_MIB_CEPKTS', u64],
} as const

const others = {
  inHdrErrors: ['IPSTATS_MIB_INHDRERRORS', u64],
  inTooBigErrors: ['IPSTATS_MIB_INTOOBIGERRORS', u64],
  inNoRoutes: ['IPSTATS_MIB_INNOROUTES', u64],
  inAddrErrors: ['IPSTATS_MIB_INADDRERRORS', u64],
  inUnknownProtos: ['IPSTATS_MIB_INUNKNOWNPROTOS', u64],
  inTruncatedPkts: ['IPSTATS_MIB_INTRUNCATEDPKTS', u64],
  inDiscards: ['IPSTATS_MIB_INDISCARDS', u64],
  outDiscards: ['IPSTATS_MIB_OUTDISCARDS', u64],
  outNoRoutes: ['IPSTATS_MIB_OUTNOROUTES', u64],
  reasmTimeout: ['IPSTATS_MIB_REASMTIMEOUT', u64],
  reasmReqds: ['IPSTATS_MIB_REASMREQDS', u64],
  reasmOKs: ['IPSTATS_MIB_REASMOKS', u64],
  reasmFails: ['IPSTATS_MIB_REASMFAILS', u64],
  fragOKs: ['IPSTATS_MIB_FRAGOKS', u64],
  fragFails: ['IPSTATS_MIB_FRAGFAILS', u64],
  fragCreates: ['IPSTATS_MIB_FRAGCREATES', u64],
  inMcastPkts: ['IPSTATS_MIB_INMCASTPKTS', u64],
  outMcastPkts: ['IPSTATS_MIB_OUTMCASTPKTS', u64],
  inBcastPkts: ['IPSTATS_MIB_INBCASTPKTS', u64],
  outBcastPkts: ['IPSTATS_MIB_OUTBCASTPKTS', u64],
  inMcastOctets: ['IPSTATS_MIB_INMCASTOCTETS', u64],
  outMcastOctets: ['IPSTATS_MIB_OUTMCASTOCTETS', u64],
  inBcastOctets: ['IPSTATS_MIB_INBCASTOCTETS', u64],
  outBcastOctets: ['IPSTATS_MIB_OUTBCASTOCTETS', u64],
  inCsumErrors: ['IPSTATS_MIB_CSUMERRORS', u64],
} as const

/** Since Linux 6.15. */
const current = struct('inet6_stats', () => ({
  ...received,
  ...ecn,
  outRequests: ['IPSTATS_MIB_OUTREQUESTS', u64],
  outTransmits: ['IPSTATS_MIB_OUTPKTS', u64],
  outOctets: ['IPSTATS_MIB_OUTOCTETS', u64],
  outForwDatagrams: ['IPSTATS_MIB_OUTFORWDATAGRAMS', u64],
  ...others,
  reasmOverlaps: ['IPSTATS_MIB_REASM_OVERLAPS', u64],
}))

/** Until Linux 6.14; the last one since 6.7. */
const former = struct('inet6_stats', () => ({
  ...received,
  outForwDatagrams: ['IPSTATS_MIB_OUTFORWDATAGRAMS', u64],
  outRequests: ['IPSTATS_MIB_OUTREQUESTS', u64],
  outOctets: ['IPSTATS_MIB_OUTOCTETS', u64],
  ...others,
  ...ecn,
  reasmOverlaps: ['IPSTATS_MIB_REASM_OVERLAPS', u64],
  outTransmits: ['IPSTATS_MIB_OUTPKTS', u64],
}))

/** A counter as a double: what it is compared with is far away, or the same. */
const counter = (v: DataView, p: number): number => v.getUint32(p + 4, true) * 2 ** 32 + v.getUint32(p, true)
const four = (v: DataView, p: number): number =>
  counter(v, p) + counter(v, p + 8) + counter(v, p + 16) + counter(v, p + 24)

/**
 * Both orders have 38 entries. But every received packet has one of four congestion codes: where the four counters
 * add up to the packets received, there they are. In the wrong place stand octets, or zeros.
 */
function order(v: DataView, p: number, n: number): typeof current | typeof former {
  if (n < current.span) return former
  if (n > current.span) return current
  const packets = counter(v, p + 8)
  return Math.abs(four(v, p + 8 * 32) - packets) < Math.abs(four(v, p + 8 * 4) - packets) ? former : current
}

/** IFLA_INET6_STATS: names as in /proc/net/dev_snmp6/DEV. */
export const inet6Stats: Codec<Value<typeof current>, Input<typeof current>> = {
  kind: current.kind,
  read: (v, b, p, n, h, s) => order(v, p, n).read(v, b, p, n, h, s),
  write: current.write,
  dissect: (node, v, b, p, n, h, s) => order(v, p, n).dissect!(node, v, b, p, n, h, s),
  compose: (w, node) => current.compose!(w, node),
}

/** IFLA_INET6_ICMP6STATS. */
export const icmp6Stats = struct('icmp6_stats', () => ({
  num: ['ICMP6_MIB_NUM', u64],
  inMsgs: ['ICMP6_MIB_INMSGS', u64],
  inErrors: ['ICMP6_MIB_INERRORS', u64],
  outMsgs: ['ICMP6_MIB_OUTMSGS', u64],
  outErrors: ['ICMP6_MIB_OUTERRORS', u64],
  inCsumErrors: ['ICMP6_MIB_CSUMERRORS', u64],
  outRateLimitHost: ['ICMP6_MIB_RATELIMITHOST', u64],
}))
