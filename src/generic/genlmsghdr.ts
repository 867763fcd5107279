// struct genlmsghdr: the header that every generic netlink family has behind nlmsghdr; its commands are the family's.
// include/uapi/linux/genetlink.h.
import { enumeration, u8, u16 } from '../netlink/codec.ts'
import { struct } from '../netlink/struct.ts'
import { words } from '../netlink/words.ts'

/** The header with a family's commands, by the kernel's constants: `{ CTRL_CMD_GETFAMILY: 3 }`. */
export const genlmsghdr = <const T extends Readonly<Record<string, number>>>(commands: T) =>
  struct('genlmsghdr', {
    command: ['cmd', enumeration(u8, words<Extract<keyof T, string>>('command', commands))],
    version: ['version', u8],
    _reserved: ['reserved', u16],
  })
