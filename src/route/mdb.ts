// The multicast database of bridges (and VXLAN, since Linux 6.4): RTM_NEWMDB and its kin.
// include/uapi/linux/if_bridge.h (MDBA_*, MDBE_*); net/bridge/br_mdb.c, drivers/net/vxlan/vxlan_mdb.c.
import { type Codec, enumeration, flags, ip, mac, s32, shown, u8, u16, u32 } from '../netlink/codec.ts'
import { layouts } from '../netlink/layout.ts'
import { attributes, flaggedNest, framed, many, message, nest } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import type { AttributesInput, MessageOf } from '../netlink/table.ts'
import { words } from '../netlink/words.ts'
import { MDB_RTR_TYPE } from './link-kinds/bridge.ts'
import { RTPROT } from './routing-words.ts'
import { AF } from './words.ts'

/** 8 bytes: three pads stand behind the family. */
export const brPortMsg = struct('br_port_msg', {
  family: ['family', enumeration(u8, AF)],
  _pad1: ['pad', u8],
  _pad2: ['pad', u16],
  index: ['ifindex', s32],
})

// ── the group's address ────────────────────────────────────────────────────

const GROUP_SIZE = 20
const PROTOCOL_AT = 16
const IPV4_PROTOCOL = 0x0800
const IPV6_PROTOCOL = 0x86dd

/** The bytes of the address that stand in the union, by its protocol; 0 is a MAC address. */
function unionSize(b: Uint8Array, p: number): number | undefined {
  const protocol = (b[p + PROTOCOL_AT]! << 8) | b[p + PROTOCOL_AT + 1]!
  if (protocol === IPV4_PROTOCOL) return 4
  if (protocol === IPV6_PROTOCOL) return 16
  return protocol === 0 ? 6 : undefined
}

/** The union of IPv4, IPv6 and MAC address, then its protocol: the address alone says which. */
const groupAddress: Codec<string> = {
  kind: 'group',
  size: GROUP_SIZE,
  accepts(b, p, n) {
    const size = n === GROUP_SIZE ? unionSize(b, p) : undefined
    if (size === undefined) return false
    for (let at = size; at < GROUP_SIZE; at++)
      if (at !== PROTOCOL_AT && at !== PROTOCOL_AT + 1 && b[p + at] !== 0) return false
    return true
  },
  read(v, b, p, _n, h, s) {
    const size = unionSize(b, p)
    return size === 4 || size === 16 ? ip.read(v, b, p, size, h, s) : mac.read(v, b, p, size ?? GROUP_SIZE, h, s)
  },
  write(w, value, h, s) {
    const start = w.length
    if (typeof value !== 'string') throw new TypeError(`must be an IP or MAC address, not ${shown(value)}`)
    const isMac = /^([\da-f]{1,2}[:-]){5}[\da-f]{1,2}$/i.test(value)
    if (isMac) mac.write(w, value, h, s)
    else ip.write(w, value, h, s)
    const size = w.length - start
    w.length = start
    w.reserve(GROUP_SIZE)
    w.view.setUint16(start + PROTOCOL_AT, isMac ? 0 : size === 4 ? IPV4_PROTOCOL : IPV6_PROTOCOL)
  },
  layout: property => layouts.blob(GROUP_SIZE, property),
  fromLayout: raw => {
    const b = raw as Uint8Array
    return groupAddress.read(new DataView(b.buffer, b.byteOffset, b.byteLength), b, 0, GROUP_SIZE, {}, {})
  },
}

const MDB_STATE = words('entry state (MDB_*)', { temp: 0, permanent: 1 })
/** MDB_FLAGS_*; `offload_failed` since Linux 6.15. */
const MDB_FLAGS = words('entry flag (MDB_FLAGS_*)', {
  offload: 1 << 0,
  fast_leave: 1 << 1,
  added_by_star_ex: 1 << 2,
  blocked: 1 << 3,
  offload_failed: 1 << 4,
})

export const brMdbEntry = struct('br_mdb_entry', {
  index: ['ifindex', s32],
  state: ['state', enumeration(u8, MDB_STATE)],
  flags: ['flags', flags(u8, MDB_FLAGS)],
  vid: ['vid', u16],
  group: ['addr', groupAddress],
})

// ── what the kernel sends ──────────────────────────────────────────────────

/** MCAST_INCLUDE, MCAST_EXCLUDE: include/uapi/linux/in.h. */
const FILTER_MODE = words('filter mode (MCAST_*)', { exclude: 0, include: 1 })

/** Timers in USER_HZ (centiseconds). */
const SOURCE = attributes('MDBA_MDB_SRCATTR', () => ({
  address: [1, 'MDBA_MDB_SRCATTR_ADDRESS', ip],
  timer: [2, 'MDBA_MDB_SRCATTR_TIMER', u32],
}))
const SOURCES = attributes('MDBA_MDB_SRCLIST', () => ({
  entries: [1, 'MDBA_MDB_SRCLIST_ENTRY', many(flaggedNest(SOURCE))],
}))
const ENTRY_ATTRIBUTES = attributes('MDBA_MDB_EATTR', () => ({
  timer: [1, 'MDBA_MDB_EATTR_TIMER', u32],
  sources: [2, 'MDBA_MDB_EATTR_SRC_LIST', flaggedNest(SOURCES), { json: 'source_list' }],
  groupMode: [3, 'MDBA_MDB_EATTR_GROUP_MODE', enumeration(u8, FILTER_MODE), { json: 'filter_mode' }],
  source: [4, 'MDBA_MDB_EATTR_SOURCE', ip, { json: 'src' }],
  protocol: [5, 'MDBA_MDB_EATTR_RTPROT', enumeration(u8, RTPROT)],
  // Since Linux 6.4 (VXLAN).
  dst: [6, 'MDBA_MDB_EATTR_DST', ip],
  // In host byte order (drivers/net/vxlan/vxlan_mdb.c: vxlan_mdb_config_attrs_init).
  dstPort: [7, 'MDBA_MDB_EATTR_DST_PORT', u16, { json: 'dst_port' }],
  vni: [8, 'MDBA_MDB_EATTR_VNI', u32],
  viaIndex: [9, 'MDBA_MDB_EATTR_IFINDEX', s32, { json: 'via' }],
  sourceVni: [10, 'MDBA_MDB_EATTR_SRC_VNI', u32, { json: 'src_vni' }],
}))

const ENTRIES = attributes('MDBA_MDB_ENTRY', () => ({
  infos: [1, 'MDBA_MDB_ENTRY_INFO', many(framed(brMdbEntry, () => ENTRY_ATTRIBUTES))],
}))
const DATABASE = attributes('MDBA_MDB', () => ({
  entries: [1, 'MDBA_MDB_ENTRY', many(nest(ENTRIES))],
}))

const routerPort = struct('br_router_port', { index: ['ifindex', s32] })
/** Timers in USER_HZ (centiseconds). */
const ROUTER_PORT = attributes('MDBA_ROUTER_PATTR', () => ({
  timer: [1, 'MDBA_ROUTER_PATTR_TIMER', u32],
  type: [2, 'MDBA_ROUTER_PATTR_TYPE', enumeration(u8, MDB_RTR_TYPE)],
  inetTimer: [3, 'MDBA_ROUTER_PATTR_INET_TIMER', u32, { json: 'inet_timer' }],
  inet6Timer: [4, 'MDBA_ROUTER_PATTR_INET6_TIMER', u32, { json: 'inet6_timer' }],
  vid: [5, 'MDBA_ROUTER_PATTR_VID', u16],
}))
/** The ports behind which multicast routers are. */
export const MDB_ROUTER = attributes('MDBA_ROUTER', () => ({
  ports: [1, 'MDBA_ROUTER_PORT', many(framed(routerPort, () => ROUTER_PORT))],
}))

export const MDB = attributes('MDBA', () => ({
  database: [1, 'MDBA_MDB', nest(DATABASE), { json: 'mdb' }],
  router: [2, 'MDBA_ROUTER', nest(MDB_ROUTER)],
}))

/** What the kernel sends; a dump's answers have the request's type (net/bridge/br_mdb.c: br_mdb_dump). */
export const mdbMessage = message('mdb', { RTM_NEWMDB: 84, RTM_DELMDB: 85, RTM_GETMDB: 86 }, brPortMsg, MDB)
export type Mdb = MessageOf<typeof mdbMessage>

// ── what we send ───────────────────────────────────────────────────────────

const REQUEST_SOURCE = attributes('MDBE_SRCATTR', () => ({ address: [1, 'MDBE_SRCATTR_ADDRESS', ip] }))
const REQUEST_SOURCES = attributes('MDBE_SRC_LIST', () => ({
  entries: [1, 'MDBE_SRC_LIST_ENTRY', many(flaggedNest(REQUEST_SOURCE))],
}))
const REQUEST_ATTRIBUTES = attributes('MDBE_ATTR', () => ({
  source: [1, 'MDBE_ATTR_SOURCE', ip],
  // Since Linux 6.3 and 6.4 (VXLAN); the state's mask since 6.8.
  sources: [2, 'MDBE_ATTR_SRC_LIST', flaggedNest(REQUEST_SOURCES)],
  groupMode: [3, 'MDBE_ATTR_GROUP_MODE', enumeration(u8, FILTER_MODE)],
  protocol: [4, 'MDBE_ATTR_RTPROT', enumeration(u8, RTPROT)],
  dst: [5, 'MDBE_ATTR_DST', ip],
  dstPort: [6, 'MDBE_ATTR_DST_PORT', u16],
  vni: [7, 'MDBE_ATTR_VNI', u32],
  viaIndex: [8, 'MDBE_ATTR_IFINDEX', s32],
  sourceVni: [9, 'MDBE_ATTR_SRC_VNI', u32],
  stateMask: [10, 'MDBE_ATTR_STATE_MASK', u8],
}))
export type MdbRequestAttributes = AttributesInput<typeof REQUEST_ATTRIBUTES.rows>

export const MDB_REQUEST = attributes('MDBA_SET', () => ({
  /** MDBA_GET_ENTRY in a get: the same number and struct. */
  entry: [1, 'MDBA_SET_ENTRY', brMdbEntry],
  attributes: [2, 'MDBA_SET_ENTRY_ATTRS', flaggedNest(REQUEST_ATTRIBUTES)],
}))

/** What we send: its attributes have numbers of their own under the same message types (NLM_F_REQUEST tells). */
export const mdbRequestMessage = message(
  'mdb request',
  { RTM_NEWMDB: 84, RTM_DELMDB: 85, RTM_GETMDB: 86 },
  brPortMsg,
  MDB_REQUEST,
)
export type MdbRequest = MessageOf<typeof mdbRequestMessage>
