// What `ip address save`, `ip route save` and `ip rule save` write and `restore` and `showdump` read: a number that tells which, then the
// kernel's messages as they are. The format is iproute2's, byte for byte.
import { readFileSync } from 'node:fs'
import { align4 } from '../../netlink/attribute.ts'
import { viewOf } from '../../netlink/codec.ts'
import { NLMSG_HDRLEN } from '../../netlink/message.ts'
import type { ListRequest } from '../../netlink/request.ts'
import { tty } from '../../sys/builtin.ts'
import { CommandError, USAGE, USER } from '../errors.ts'
import { walkFile } from '../message-file.ts'
import type { Session } from '../session.ts'

/** Which objects a file has. */
export interface Saved {
  readonly magic: number
  readonly name: string
  /** What iproute2 answers for a file that is none. */
  readonly status: number
}
export const SAVED_ADDRESSES: Saved = { magic: 0x47361222, name: 'address', status: USAGE }
export const SAVED_ROUTES: Saved = { magic: 0x45311224, name: 'route', status: USER }
export const SAVED_RULES: Saved = { magic: 0x71706986, name: 'rule', status: USAGE }

/** Writes what a list answers; `wanted` looks at each object. */
export function save<Item>(
  session: Session,
  { magic, status }: Saved,
  request: ListRequest<Item>,
  wanted: (item: Item) => boolean = () => true,
): void {
  if (tty().isatty(1))
    throw new CommandError(status, 'Not sending a binary stream to stdout', 'write it to a file: … save >FILE')
  const messages: Uint8Array[] = [new Uint8Array(Uint32Array.of(magic).buffer)]
  const raw: ListRequest<Item> = {
    ...request,
    decode(type, v, b, p, end) {
      const item = request.decode!(type, v, b, p, end)
      if (item !== undefined && wanted(item)) {
        const message = new Uint8Array(align4(end - p + NLMSG_HDRLEN))
        message.set(b.subarray(p - NLMSG_HDRLEN, end))
        messages.push(message)
      }
      return undefined
    },
  }
  session.connection.forEachSync(raw, () => {})
  for (const message of messages) session.host.out(message)
}

/** Calls `each` for every message of what was saved. */
export function readSaved(
  { magic, name, status }: Saved,
  each: (type: number, v: DataView, b: Uint8Array, p: number, end: number) => void,
): void {
  if (tty().isatty(0))
    throw new CommandError(status, `Can't restore ${name} dump from a terminal`, 'read it from a file: … <FILE')
  const input = new Uint8Array(readFileSync(0))
  const view = viewOf(input)
  const found = input.length < 4 ? 0 : view.getUint32(0, true)
  if (found !== magic)
    throw new CommandError(
      status,
      `Magic mismatch (${input.length < 4 ? 0 : 1} elems, ${found.toString(16)} magic)`,
      `this is not what "ip ${name} save" wrote`,
    )
  const messages = input.subarray(4)
  walkFile(messages, status, (type, _flags, _sequence, _port, p, end) =>
    each(type, viewOf(messages), messages, p + NLMSG_HDRLEN, end),
  )
}
