// Questions about sockets and their answers, by the address family that both begin with. include/uapi/linux/sock_diag.h.
import type { Family } from '../netlink/family.ts'
import { AF } from '../route/words.ts'
import { inet } from './inet.ts'
import { netlink } from './netlink.ts'
import { packet } from './packet.ts'
import { unix } from './unix.ts'
import { vsock } from './vsock.ts'
import { xdp } from './xdp.ts'

const FAMILIES: ReadonlyMap<string, () => Family> = new Map([
  ['inet', inet],
  ['inet6', inet],
  ['unix', unix],
  ['netlink', netlink],
  ['packet', packet],
  ['vsock', vsock],
  ['xdp', xdp],
])

/** The messages about sockets of an address family, by its number (AF_INET: 2), and its name. */
export function socketFamily(number: number): { name: string; family: () => Family } | undefined {
  const name = AF.byValue.get(number)
  const family = name === undefined ? undefined : FAMILIES.get(name)
  return name === undefined || family === undefined ? undefined : { name, family }
}
