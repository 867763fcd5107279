// Files of the kernel's messages as they are: what `save` and rtmon(8) write.
import { viewOf } from '../netlink/codec.ts'
import { MalformedError } from '../netlink/malformed.ts'
import { walk } from '../netlink/message.ts'
import { CommandError } from './errors.ts'

/** Calls `each` for every message; fails with `status` where the bytes are no messages. */
export function walkFile(bytes: Uint8Array, status: number, each: Parameters<typeof walk>[2]): void {
  try {
    walk(viewOf(bytes), bytes.length, each)
  } catch (error) {
    if (error instanceof MalformedError) throw new CommandError(status, `The file is cut or broken: ${error.message}`)
    throw error
  }
}
