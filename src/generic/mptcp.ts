// Multipath TCP: the path manager's endpoints and limits (family `mptcp_pm`) and its events (`ip mptcp`).
// include/uapi/linux/mptcp.h; net/mptcp/pm_netlink.c, pm_kernel.c.
import { be16, enumeration, flags, ip, s32, u8, u16, u32 } from '../netlink/codec.ts'
import { attributes, flaggedNest, many, message } from '../netlink/schema.ts'
import type { MessageOf } from '../netlink/table.ts'
import { words } from '../netlink/words.ts'
import { AF } from '../route/words.ts'
import { genlmsghdr } from './genlmsghdr.ts'

const commands = {
  MPTCP_PM_CMD_ADD_ADDR: 1,
  MPTCP_PM_CMD_DEL_ADDR: 2,
  MPTCP_PM_CMD_GET_ADDR: 3,
  MPTCP_PM_CMD_FLUSH_ADDRS: 4,
  MPTCP_PM_CMD_SET_LIMITS: 5,
  MPTCP_PM_CMD_GET_LIMITS: 6,
  MPTCP_PM_CMD_SET_FLAGS: 7,
  MPTCP_PM_CMD_ANNOUNCE: 8,
  MPTCP_PM_CMD_REMOVE: 9,
  MPTCP_PM_CMD_SUBFLOW_CREATE: 10,
  MPTCP_PM_CMD_SUBFLOW_DESTROY: 11,
} as const

const MPTCP_PM_ADDR_FLAG = words('endpoint flag (MPTCP_PM_ADDR_FLAG_*)', {
  signal: 1 << 0,
  subflow: 1 << 1,
  backup: 1 << 2,
  fullmesh: 1 << 3,
  implicit: 1 << 4,
  // Since Linux 6.18.
  laminar: 1 << 5,
})

const ENDPOINT = attributes('MPTCP_PM_ADDR_ATTR', () => ({
  family: [1, 'MPTCP_PM_ADDR_ATTR_FAMILY', enumeration(u16, AF)],
  id: [2, 'MPTCP_PM_ADDR_ATTR_ID', u8],
  address4: [3, 'MPTCP_PM_ADDR_ATTR_ADDR4', ip, { json: 'address' }],
  address6: [4, 'MPTCP_PM_ADDR_ATTR_ADDR6', ip, { json: 'address' }],
  /** In host byte order. */
  port: [5, 'MPTCP_PM_ADDR_ATTR_PORT', u16],
  flags: [6, 'MPTCP_PM_ADDR_ATTR_FLAGS', flags(u32, MPTCP_PM_ADDR_FLAG)],
  index: [7, 'MPTCP_PM_ADDR_ATTR_IF_IDX', s32, { json: 'dev' }],
}))

export const MPTCP_PM = attributes('MPTCP_PM_ATTR', () => ({
  endpoints: [1, 'MPTCP_PM_ATTR_ADDR', many(flaggedNest(ENDPOINT))],
  acceptedAddresses: [2, 'MPTCP_PM_ATTR_RCV_ADD_ADDRS', u32, { json: 'add_addr_accepted' }],
  subflows: [3, 'MPTCP_PM_ATTR_SUBFLOWS', u32],
  token: [4, 'MPTCP_PM_ATTR_TOKEN', u32],
  localId: [5, 'MPTCP_PM_ATTR_LOC_ID', u8],
  remote: [6, 'MPTCP_PM_ATTR_ADDR_REMOTE', flaggedNest(ENDPOINT)],
}))
export const mptcpMessage = message('mptcp', commands, genlmsghdr(commands), MPTCP_PM)
export type Mptcp = MessageOf<typeof mptcpMessage>

// ── events (group mptcp_pm_events) ─────────────────────────────────────────

const events = {
  MPTCP_EVENT_CREATED: 1,
  MPTCP_EVENT_ESTABLISHED: 2,
  MPTCP_EVENT_CLOSED: 3,
  MPTCP_EVENT_ANNOUNCED: 6,
  MPTCP_EVENT_REMOVED: 7,
  MPTCP_EVENT_SUB_ESTABLISHED: 10,
  MPTCP_EVENT_SUB_CLOSED: 11,
  MPTCP_EVENT_SUB_PRIORITY: 13,
  // Since Linux 6.3.
  MPTCP_EVENT_LISTENER_CREATED: 15,
  MPTCP_EVENT_LISTENER_CLOSED: 16,
} as const

export const MPTCP_EVENT = attributes('MPTCP_ATTR', () => ({
  token: [1, 'MPTCP_ATTR_TOKEN', u32],
  family: [2, 'MPTCP_ATTR_FAMILY', enumeration(u16, AF)],
  localId: [3, 'MPTCP_ATTR_LOC_ID', u8],
  remoteId: [4, 'MPTCP_ATTR_REM_ID', u8],
  source4: [5, 'MPTCP_ATTR_SADDR4', ip],
  source6: [6, 'MPTCP_ATTR_SADDR6', ip],
  destination4: [7, 'MPTCP_ATTR_DADDR4', ip],
  destination6: [8, 'MPTCP_ATTR_DADDR6', ip],
  sourcePort: [9, 'MPTCP_ATTR_SPORT', be16],
  destinationPort: [10, 'MPTCP_ATTR_DPORT', be16],
  backup: [11, 'MPTCP_ATTR_BACKUP', u8],
  error: [12, 'MPTCP_ATTR_ERROR', u8],
  flags: [13, 'MPTCP_ATTR_FLAGS', u16],
  timeout: [14, 'MPTCP_ATTR_TIMEOUT', u32],
  index: [15, 'MPTCP_ATTR_IF_IDX', s32],
  resetReason: [16, 'MPTCP_ATTR_RESET_REASON', u32],
  resetFlags: [17, 'MPTCP_ATTR_RESET_FLAGS', u32],
  serverSide: [18, 'MPTCP_ATTR_SERVER_SIDE', u8],
}))
export const mptcpEventMessage = message('mptcp event', events, genlmsghdr(events), MPTCP_EVENT)
export type MptcpEvent = MessageOf<typeof mptcpEventMessage>
