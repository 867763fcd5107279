// The controller of generic netlink, `nlctrl` (family id 16): which families there are, their commands, groups and
// policies. include/uapi/linux/{genetlink.h,netlink.h}; net/netlink/genetlink.c, net/netlink/policy.c.
import { bytes, enumeration, flags, s64, string, u16, u32, u64 } from '../netlink/codec.ts'
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

const OPERATION = attributes('CTRL_ATTR_OP', {
  id: [1, 'CTRL_ATTR_OP_ID', u32],
  flags: [2, 'CTRL_ATTR_OP_FLAGS', flags(u32, GENL_OP)],
})
const GROUP = attributes('CTRL_ATTR_MCAST_GRP', {
  name: [1, 'CTRL_ATTR_MCAST_GRP_NAME', string],
  id: [2, 'CTRL_ATTR_MCAST_GRP_ID', u32],
})

/** NL_ATTR_TYPE_*: what an attribute's policy wants. */
export const NL_ATTR_TYPE = words('attribute type (NL_ATTR_TYPE_*)', {
  invalid: 0,
  flag: 1,
  u8: 2,
  u16: 3,
  u32: 4,
  u64: 5,
  s8: 6,
  s16: 7,
  s32: 8,
  s64: 9,
  binary: 10,
  string: 11,
  nul_string: 12,
  nested: 13,
  nested_array: 14,
  bitfield32: 15,
  // Since Linux 6.7.
  sint: 16,
  uint: 17,
})

/** Also in extended acks (NLMSGERR_ATTR_POLICY). */
export const POLICY = attributes('NL_POLICY_TYPE_ATTR', {
  type: [1, 'NL_POLICY_TYPE_ATTR_TYPE', enumeration(u32, NL_ATTR_TYPE)],
  minSigned: [2, 'NL_POLICY_TYPE_ATTR_MIN_VALUE_S', s64, { json: 'min value signed' }],
  maxSigned: [3, 'NL_POLICY_TYPE_ATTR_MAX_VALUE_S', s64, { json: 'max value signed' }],
  minUnsigned: [4, 'NL_POLICY_TYPE_ATTR_MIN_VALUE_U', u64, { json: 'min value' }],
  maxUnsigned: [5, 'NL_POLICY_TYPE_ATTR_MAX_VALUE_U', u64, { json: 'max value' }],
  minLength: [6, 'NL_POLICY_TYPE_ATTR_MIN_LENGTH', u32],
  maxLength: [7, 'NL_POLICY_TYPE_ATTR_MAX_LENGTH', u32],
  /** A nest's own policy, in the same dump. */
  policyIndex: [8, 'NL_POLICY_TYPE_ATTR_POLICY_IDX', u32],
  policyMaxType: [9, 'NL_POLICY_TYPE_ATTR_POLICY_MAXTYPE', u32],
  bitfield32Mask: [10, 'NL_POLICY_TYPE_ATTR_BITFIELD32_MASK', u32],
  _pad: [11, 'NL_POLICY_TYPE_ATTR_PAD', bytes],
  mask: [12, 'NL_POLICY_TYPE_ATTR_MASK', u64],
})
/** The policies' indexes for a command's `do` and `dump`. */
const OP_POLICY = attributes('CTRL_ATTR_POLICY', {
  do: [1, 'CTRL_ATTR_POLICY_DO', u32],
  dump: [2, 'CTRL_ATTR_POLICY_DUMP', u32],
})

export const CONTROLLER = attributes('CTRL_ATTR', {
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
})

export const controllerMessage = message('generic family', commands, genlmsghdr(commands), CONTROLLER)
export type GenericFamily = MessageOf<typeof controllerMessage>
