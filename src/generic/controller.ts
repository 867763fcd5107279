// The controller of generic netlink, `nlctrl` (family id 16): which families there are, their commands, groups and
// policies. include/uapi/linux/{genetlink.h,netlink.h}; net/netlink/genetlink.c, net/netlink/policy.c.
import { flags, string, u16, u32 } from '../netlink/codec.ts'
import { POLICY } from '../netlink/policy.ts'
import { attributes, flaggedNest, message, nest, sequence } from '../netlink/schema.ts'
import type { MessageOf } from '../netlink/table.ts'
import { words } from '../netlink/words.ts'
import { genlmsghdr } from './genlmsghdr.ts'
import { numbered } from './numbered.ts'

/** GENL_ID_CTRL: the controller's own family id, the only one that is fixed. */
export const GENL_ID_CTRL = 16

const commands = {
  CTRL_CMD_NEWFAMILY: 1,
  CTRL_CMD_DELFAMILY: 2,
  CTRL_CMD_GETFAMILY: 3,
  CTRL_CMD_NEWOPS: 4,
  CTRL_CMD_DELOPS: 5,
  CTRL_CMD_GETOPS: 6,
  CTRL_CMD_NEWMCAST_GRP: 7,
  CTRL_CMD_DELMCAST_GRP: 8,
  CTRL_CMD_GETMCAST_GRP: 9,
  CTRL_CMD_GETPOLICY: 10,
} as const

/** GENL_*: what an operation needs and does. */
export const GENL_OP = words('operation flag (GENL_*)', {
  admin_perm: 0x01,
  cmd_cap_do: 0x02,
  cmd_cap_dump: 0x04,
  cmd_cap_haspol: 0x08,
  uns_admin_perm: 0x10,
})

const OPERATION = attributes('CTRL_ATTR_OP', () => ({
  id: [1, 'CTRL_ATTR_OP_ID', u32],
  flags: [2, 'CTRL_ATTR_OP_FLAGS', flags(u32, GENL_OP)],
}))
const GROUP = attributes('CTRL_ATTR_MCAST_GRP', () => ({
  name: [1, 'CTRL_ATTR_MCAST_GRP_NAME', string],
  id: [2, 'CTRL_ATTR_MCAST_GRP_ID', u32],
}))

/** NL_ATTR_TYPE_*: what an attribute's policy wants. */
export /** The policies' indexes for a command's `do` and `dump`. */
const OP_POLICY = attributes('CTRL_ATTR_POLICY', () => ({
  do: [1, 'CTRL_ATTR_POLICY_DO', u32],
  dump: [2, 'CTRL_ATTR_POLICY_DUMP', u32],
}))

export const CONTROLLER = attributes('CTRL_ATTR', () => ({
  familyId: [1, 'CTRL_ATTR_FAMILY_ID', u16],
  familyName: [2, 'CTRL_ATTR_FAMILY_NAME', string],
  version: [3, 'CTRL_ATTR_VERSION', u32],
  headerSize: [4, 'CTRL_ATTR_HDRSIZE', u32],
  maxAttribute: [5, 'CTRL_ATTR_MAXATTR', u32],
  operations: [6, 'CTRL_ATTR_OPS', sequence(nest(OPERATION))],
  groups: [7, 'CTRL_ATTR_MCAST_GROUPS', sequence(nest(GROUP))],
  /** By the policy's index, then by attribute. */
  policy: [8, 'CTRL_ATTR_POLICY', numbered(numbered(flaggedNest(POLICY)))],
  /** By command. */
  operationPolicy: [9, 'CTRL_ATTR_OP_POLICY', numbered(flaggedNest(OP_POLICY))],
  operation: [10, 'CTRL_ATTR_OP', u32],
}))

export const controllerMessage = message('generic family', commands, genlmsghdr(commands), CONTROLLER)
export type GenericFamily = MessageOf<typeof controllerMessage>
