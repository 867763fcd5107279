// What a policy allows for an attribute: the kernel tells it in extended acks and to whoever asks the generic
// controller (include/uapi/linux/netlink.h: enum netlink_policy_type_attr).
import { bytes, enumeration, s64, u32, u64 } from './codec.ts'
import { attributes } from './schema.ts'
import type { Attributes } from './table.ts'
import { words } from './words.ts'

const NL_ATTR_TYPE = words('attribute type (NL_ATTR_TYPE_*)', {
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

/** Rows of both uses: CTRL_ATTR_POLICY, and NLMSGERR_ATTR_POLICY of an extended ack. */
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

/** What a policy allows, in words: `u32, 68 to 65535`. */
export function policyText(policy: Attributes<typeof POLICY.rows>): string {
  const { type, minLength, maxLength, mask, bitfield32Mask, policyMaxType } = policy
  const words = [
    type === undefined ? 'any' : String(type).replace('nul_string', 'string that a NUL byte ends').replace('_', ' '),
    range(policy.minUnsigned ?? policy.minSigned, policy.maxUnsigned ?? policy.maxSigned),
    range(minLength, maxLength, ' bytes'),
    ...(mask === undefined ? [] : [`of the bits 0x${mask.toString(16)}`]),
    ...(bitfield32Mask === undefined ? [] : [`of the bits 0x${bitfield32Mask.toString(16)}`]),
    ...(policyMaxType === undefined ? [] : [`attributes up to ${policyMaxType}`]),
  ]
  return words.filter(word => word !== '').join(', ')
}

function range(min: bigint | number | undefined, max: bigint | number | undefined, unit = ''): string {
  if (min === undefined) return max === undefined ? '' : `at most ${max}${unit}`
  if (max === undefined) return `at least ${min}${unit}`
  return min === max ? `exactly ${min}${unit}` : `${min} to ${max}${unit}`
}
