// Netlink: a connection to rtnetlink in one namespace, as users see it.
import { type NetlinkOptions, type OpenAnother, opener } from './connect.ts'
import { Connection } from './netlink/connection.ts'
import { NETLINK_ROUTE } from './netlink/message.ts'
import { EVENT_BUFFER, Subscription, type SubscriptionOptions } from './netlink/subscription.ts'
import { AllNamespaces } from './netns/subscribe-all.ts'
import { type Event, type EventObject, eventSource } from './ops/events.ts'
import { UnsupportedError } from './sys/libc.ts'
import type { NetnsReference } from './sys/netns-path.ts'

export type { NetlinkOptions } from './connect.ts'

export interface SubscribeOptions extends SubscriptionOptions {
  /**
   * Hear all named namespaces too, over the same socket: each event is marked with the name of its namespace (`netns`).
   * Those that come while it runs are heard, and the links of those that die are told as removed. It gives ids to the
   * named ones that have none, for which CAP_NET_ADMIN is needed; to hear them, CAP_NET_BROADCAST there.
   */
  readonly allNamespaces?: boolean
}

/**
 * A connection to the kernel's rtnetlink (or generic netlink) in one namespace. It stays in that namespace wherever the
 * thread goes.
 *
 * ```ts
 * using host = Netlink.open()
 * await host.run(link.add({ kind: 'bridge', name: 'br0', up: true }))
 * ```
 */
export class Netlink extends Connection {
  readonly #open: OpenAnother
  readonly #netns: NetnsReference | undefined

  private constructor(open: OpenAnother, options: NetlinkOptions) {
    super(open(options.receiveBuffer), options)
    this.#open = open
    this.#netns = options.netns
  }

  /**
   * Opens a connection. Throws UnsupportedError where netlink or the binding is missing, SysError when it cannot enter:
   * another namespace is entered by koffi, whatever the binding of the socket.
   */
  static open(options: NetlinkOptions = {}): Netlink {
    return new Netlink(opener(options), options)
  }

  /**
   * Listens to what happens here, as `ip monitor` does: `for await (const event of host.subscribe(['link', 'route'],
   * { signal }))`. It listens from this call on, without a thread, and does not keep the process alive unless
   * `keepAlive` is set. Loss is told by an `overrun` event. In the main thread only.
   */
  subscribe<const O extends EventObject>(
    objects: readonly O[],
    options: SubscribeOptions & { readonly allNamespaces: true },
  ): AllNamespaces<O>
  subscribe<const O extends EventObject>(objects: readonly O[], options?: SubscribeOptions): Subscription<Event<O>>
  subscribe<O extends EventObject>(
    objects: readonly O[],
    options: SubscribeOptions = {},
  ): Subscription<Event<O>> | AllNamespaces<O> {
    const { groups, decode } = eventSource(objects)
    if (this.socket.protocol !== NETLINK_ROUTE)
      throw new UnsupportedError('a connection to generic netlink tells no events: subscribe over one to rtnetlink')
    if (!this.socket.capabilities.groups)
      throw new UnsupportedError('subscriptions are not supported by this binding: koffi, the default one, can do it')
    const socket = this.#open(options.receiveBuffer ?? EVENT_BUFFER)
    try {
      if (options.allNamespaces) {
        socket.listenAllNamespaces()
        return new AllNamespaces(socket, new Netlink(this.#open, {}), objects, options, this.#netns)
      }
      for (const group of groups) socket.join(group)
      return new Subscription(socket, decode, options)
    } catch (error) {
      socket.close()
      throw error
    }
  }
}
