// A connection in one namespace, and no more: what commands need. `Netlink` (client.ts)
// can listen too, and knows every object that there is to hear of.
import { closeSync } from 'node:fs'
import { defaultBinding, openSocket, type SocketOptions } from './netlink/binding.ts'
import { Connection, type ConnectionOptions } from './netlink/connection.ts'
import { NETLINK_GENERIC, NETLINK_NETFILTER, NETLINK_ROUTE } from './netlink/message.ts'
import type { NetlinkSocket } from './netlink/socket.ts'
import { enter } from './sys/enter.ts'
import { type NetnsReference, openNetns } from './sys/netns-path.ts'
import { tapAsTold } from './tap.ts'

tapAsTold()

const PROTOCOLS = { route: NETLINK_ROUTE, generic: NETLINK_GENERIC, netfilter: NETLINK_NETFILTER } as const

export interface NetlinkOptions extends ConnectionOptions, SocketOptions {
  /**
   * The namespace to work in: a name, a path, `{ pid }`, `{ fd }`, or what `netns.open` answers. Left out: the one
   * that the calling thread is in.
   */
  readonly netns?: NetnsReference
  /**
   * What it speaks: rtnetlink (`route`), where it is left out; generic netlink, whose requests `raw.generic` makes; or
   * netfilter's, whose requests `raw.request` makes.
   */
  readonly protocol?: keyof typeof PROTOCOLS | undefined
  /**
   * Makes the sockets, of the connection and of each subscription, in place of a binding: a `FakeSocket` of
   * `netloom/testing`, say. `netns`, `binding`, `protocol` and `receiveBuffer` mean nothing then.
   */
  readonly socket?: () => NetlinkSocket
}

/** Opens a socket like the others of a connection: in the same namespace, by the same binding. */
export type OpenAnother = (receiveBuffer: number | undefined) => NetlinkSocket

/** How the sockets of a connection with these options are opened. */
export function opener(options: NetlinkOptions): OpenAnother {
  const { netns, socket, binding = defaultBinding(), protocol = 'route' } = options
  if (!Object.hasOwn(PROTOCOLS, protocol))
    throw new TypeError(`there is no protocol '${protocol}', only ${Object.keys(PROTOCOLS).join(', ')}`)
  return socket ?? (receiveBuffer => socketIn(netns, { binding, receiveBuffer }, PROTOCOLS[protocol]))
}

/** Opens a connection that cannot subscribe. The errors of `Netlink.open`. */
export const connect = (options: NetlinkOptions = {}): Connection =>
  new Connection(opener(options)(options.receiveBuffer), options)

/** A socket born in a namespace: it stays there. */
export function socketIn(
  netns: NetnsReference | undefined,
  options: SocketOptions,
  protocol = NETLINK_ROUTE,
): NetlinkSocket {
  const open = (): NetlinkSocket => openSocket(protocol, options)
  if (netns === undefined) return open()
  if (typeof netns === 'object' && 'fd' in netns && netns.fd !== undefined) return enter(netns.fd, open)
  const fd = openNetns(netns)
  try {
    return enter(fd, open)
  } finally {
    closeSync(fd)
  }
}
