// What is no difference between an answer and the same answer in another namespace, at another time: counters, numbers
// that the running kernel gives out, and link-layer addresses that it makes up.
import type { Node } from '../../netlink/codec.ts'
import type { Apart } from '../diff.ts'

/** Nests of counters. */
const COUNTERS = /^(?:IFLA_STATS(?:64)?|IFLA_INET6_(?:ICMP6)?STATS|IFLA_(?:XSTATS|VF_STATS)|TCA_X?STATS2?|NDTA_STATS)$/
const COUNTS = /^IFLA_(?:CARRIER_(?:UP|DOWN)_COUNT|BR_FDB_N_LEARNED|BRPORT_MCAST_N_GROUPS)$|^direct_pkts$/
const NUMBERS = /^CTRL_ATTR_(?:FAMILY_ID|MCAST_GRP_ID)$/

export const APART: Apart = {
  ignores: ({ name }: Node) => COUNTERS.test(name) || COUNTS.test(name) || NUMBERS.test(name),
  madeUpAddresses: true,
}
