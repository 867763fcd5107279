// Sets of addresses, ports and the like (`ipset`). The nests of a set that is made and of an element share numbers, so the
// message decides. Numbers are in network byte order, and marked so; times are seconds.
// include/uapi/linux/netfilter/ipset/ip_set.h (Linux 6.1; what is newer says since when); net/netfilter/ipset/ip_set_core.c.
import { be16, be32, be64, bytes, flags, ip, mac, string, u8 } from '../netlink/codec.ts'
import { same } from '../netlink/family.ts'
import { lazy } from '../netlink/lazy.ts'
import { attributes, flaggedNest, many, message } from '../netlink/schema.ts'
import type { Table } from '../netlink/table.ts'
import { words } from '../netlink/words.ts'
import { nfgenmsg } from './nfgenmsg.ts'
import { NFPROTO } from './words.ts'

/** The upper byte of a message's type: include/uapi/linux/netfilter/nfnetlink.h. */
export const NFNL_SUBSYS_IPSET = 6
export const IPSET_PROTOCOL = 7
/** Bytes of a set's name, with the NUL that ends it. */
export const IPSET_MAXNAMELEN = 32
/** The most sides that an element has. */
export const IPSET_DIM_MAX = 6

const COMMAND_FLAGS = lazy(() =>
  flags(
    be32,
    words('command flag', {
      exist: 1 << 0,
      list_setname: 1 << 1,
      list_header: 1 << 2,
      skip_counter_update: 1 << 3,
      skip_subcounter_update: 1 << 4,
      match_counters: 1 << 5,
      return_nomatch: 1 << 7,
      map_skbmark: 1 << 8,
      map_skbprio: 1 << 9,
      map_skbqueue: 1 << 10,
    }),
  ),
)
const ELEMENT_FLAGS = lazy(() =>
  flags(
    be32,
    words('set or element flag', {
      before: 1 << 0,
      physdev: 1 << 1,
      nomatch: 1 << 2,
      with_counters: 1 << 3,
      with_comment: 1 << 4,
      with_forceadd: 1 << 5,
      with_skbinfo: 1 << 6,
      iface_wildcard: 1 << 7,
    }),
  ),
)
const IPADDR = lazy(() =>
  attributes('IPSET_ATTR_IPADDR', () => ({
    ipv4: [1, 'IPSET_ATTR_IPADDR_IPV4', ip],
    ipv6: [2, 'IPSET_ATTR_IPADDR_IPV6', ip],
  })),
)

/** What a set and an element both have. */
const common = () =>
  ({
    ip: [1, 'IPSET_ATTR_IP', flaggedNest(IPADDR)],
    ipTo: [2, 'IPSET_ATTR_IP_TO', flaggedNest(IPADDR)],
    cidr: [3, 'IPSET_ATTR_CIDR', u8],
    port: [4, 'IPSET_ATTR_PORT', be16],
    portTo: [5, 'IPSET_ATTR_PORT_TO', be16],
    timeout: [6, 'IPSET_ATTR_TIMEOUT', be32],
    protocol: [7, 'IPSET_ATTR_PROTO', u8],
    flags: [8, 'IPSET_ATTR_CADT_FLAGS', ELEMENT_FLAGS()],
    line: [9, 'IPSET_ATTR_CADT_LINENO', be32],
    mark: [10, 'IPSET_ATTR_MARK', be32],
    markMask: [11, 'IPSET_ATTR_MARKMASK', be32],
    // Since Linux 6.3.
    bitmask: [12, 'IPSET_ATTR_BITMASK', flaggedNest(IPADDR)],
  }) as const

const CREATE = lazy(() =>
  attributes('IPSET_ATTR', () => ({
    ...common(),
    initialValue: [17, 'IPSET_ATTR_INITVAL', be32],
    hashSize: [18, 'IPSET_ATTR_HASHSIZE', be32],
    maxElements: [19, 'IPSET_ATTR_MAXELEM', be32],
    netmask: [20, 'IPSET_ATTR_NETMASK', u8],
    bucketSize: [21, 'IPSET_ATTR_BUCKETSIZE', u8],
    resize: [22, 'IPSET_ATTR_RESIZE', u8],
    size: [23, 'IPSET_ATTR_SIZE', be32],
    elements: [24, 'IPSET_ATTR_ELEMENTS', be32],
    references: [25, 'IPSET_ATTR_REFERENCES', be32],
    memorySize: [26, 'IPSET_ATTR_MEMSIZE', be32],
  })),
)

const ELEMENT = lazy(() =>
  attributes('IPSET_ATTR', () => ({
    ...common(),
    ether: [17, 'IPSET_ATTR_ETHER', mac],
    name: [18, 'IPSET_ATTR_NAME', string],
    nameReference: [19, 'IPSET_ATTR_NAMEREF', string],
    ip2: [20, 'IPSET_ATTR_IP2', flaggedNest(IPADDR)],
    cidr2: [21, 'IPSET_ATTR_CIDR2', u8],
    ip2To: [22, 'IPSET_ATTR_IP2_TO', flaggedNest(IPADDR)],
    interface: [23, 'IPSET_ATTR_IFACE', string],
    bytes: [24, 'IPSET_ATTR_BYTES', be64],
    packets: [25, 'IPSET_ATTR_PACKETS', be64],
    comment: [26, 'IPSET_ATTR_COMMENT', string],
    packetMark: [27, 'IPSET_ATTR_SKBMARK', be64],
    packetPriority: [28, 'IPSET_ATTR_SKBPRIO', be32],
    packetQueue: [29, 'IPSET_ATTR_SKBQUEUE', be16],
    _pad: [30, 'IPSET_ATTR_PAD', bytes],
  })),
)
const ELEMENTS = lazy(() =>
  attributes('IPSET_ATTR', () => ({ elements: [7, 'IPSET_ATTR_DATA', many(flaggedNest(ELEMENT))] })),
)

/** A command's attributes, whose data are a set's or an element's. */
const command = (data: () => Table) =>
  attributes('IPSET_ATTR', () => ({
    protocol: [1, 'IPSET_ATTR_PROTOCOL', u8],
    name: [2, 'IPSET_ATTR_SETNAME', string],
    typeName: [3, 'IPSET_ATTR_TYPENAME', string],
    revision: [4, 'IPSET_ATTR_REVISION', u8],
    family: [5, 'IPSET_ATTR_FAMILY', NFPROTO()],
    flags: [6, 'IPSET_ATTR_FLAGS', COMMAND_FLAGS()],
    data: [7, 'IPSET_ATTR_DATA', flaggedNest(data)],
    adt: [8, 'IPSET_ATTR_ADT', flaggedNest(ELEMENTS)],
    line: [9, 'IPSET_ATTR_LINENO', be32],
    protocolMin: [10, 'IPSET_ATTR_PROTOCOL_MIN', u8],
    index: [11, 'IPSET_ATTR_INDEX', be16],
  }))

/** Of sets as a whole. */
export const setMessage = lazy(() =>
  message(
    'ipset',
    {
      IPSET_CMD_PROTOCOL: 1,
      IPSET_CMD_CREATE: 2,
      IPSET_CMD_DESTROY: 3,
      IPSET_CMD_FLUSH: 4,
      IPSET_CMD_RENAME: 5,
      IPSET_CMD_SWAP: 6,
      IPSET_CMD_LIST: 7,
      IPSET_CMD_SAVE: 8,
      IPSET_CMD_HEADER: 12,
      IPSET_CMD_TYPE: 13,
      IPSET_CMD_GET_BYNAME: 14,
      IPSET_CMD_GET_BYINDEX: 15,
    },
    nfgenmsg(),
    command(CREATE),
  ),
)
const elementMessage = lazy(() =>
  message('ipset element', { IPSET_CMD_ADD: 9, IPSET_CMD_DEL: 10, IPSET_CMD_TEST: 11 }, nfgenmsg(), command(ELEMENT)),
)

export const ipset = lazy(() => same(setMessage(), elementMessage()))
