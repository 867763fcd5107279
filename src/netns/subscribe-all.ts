// Events of all named namespaces (and of the one that listens) over one socket: each with the name of its namespace.
// Names that come while it runs get an id, so that they are heard; what a dying namespace does not say itself, that its
// links are gone, is said for it.
import type { Connection } from '../netlink/connection.ts'
import { NetlinkError } from '../netlink/error.ts'
import type { ListRequest } from '../netlink/request.ts'
import type { NetlinkSocket } from '../netlink/socket.ts'
import { EventQueue, Listener, type SubscriptionOptions } from '../netlink/subscription.ts'
import { type Event, type EventObject, eventSource } from '../ops/events.ts'
import { listOf } from '../ops/shapes.ts'
import { type Link, linkMessage } from '../route/link.ts'
import { SysError } from '../sys/libc.ts'
import type { NetnsReference } from '../sys/netns-path.ts'
import { NetnsIds } from './ids.ts'
import { watchNamed } from './watch.ts'

/** An event, and the name of the namespace that it happened in; undefined: the listener's own, or one without a name. */
export type PlacedEvent<O extends EventObject> = Event<O> & { readonly netns: string | undefined }

/** An async iterator of the events of all named namespaces. */
export class AllNamespaces<O extends EventObject> extends EventQueue<PlacedEvent<O>> {
  readonly #connection: Connection
  readonly #listener: Listener<Event> | undefined
  readonly #wanted: ReadonlySet<string>
  readonly ids: NetnsIds
  /** Links by the id of their namespace and by their index, where they are to be told as removed when it dies. */
  readonly #links = new Map<number, Map<number, Link>>()

  /** Takes over `socket`, which hears all namespaces and has joined no group, and `connection`; both are in `home`. */
  constructor(
    socket: NetlinkSocket,
    connection: Connection,
    objects: readonly O[],
    options: SubscriptionOptions,
    home?: NetnsReference,
  ) {
    const names = watchNamed({ keepAlive: options.keepAlive ?? false })
    super(options, () => {
      socket.close()
      this.#listener?.close()
      connection.close()
      void names.return()
    })
    this.#connection = connection
    this.#wanted = new Set(objects)
    const { groups, decode } = eventSource<EventObject>([...new Set<EventObject>([...objects, 'nsid'])])
    try {
      for (const group of groups) socket.join(group)
      const hearing = {
        event: (event: Event) => this.#hear(event),
        overrun: () => this.#lost(),
        failed: (error: Error) => this.fail(error),
      }
      this.#listener = new Listener(socket, decode, hearing, options.keepAlive)
      this.ids = new NetnsIds(connection, home)
      for (const id of this.ids.learnAll()) this.#listLinks(id)
    } catch (error) {
      this.close()
      throw error
    }
    void this.#follow(names)
    if (options.signal?.aborted) this.close()
  }

  async #follow(names: ReturnType<typeof watchNamed>): Promise<void> {
    try {
      for await (const { type, name } of names) {
        if (this.closed) return
        // A name that is deleted is kept: what is still heard of its namespace, to its end, is told under it.
        const id = type === 'add' ? this.ids.learn(name, () => this.#listener?.drain()) : undefined
        if (id !== undefined) this.#listLinks(id)
      }
    } catch (error) {
      this.fail(error as Error)
    }
  }

  #hear(event: Event): void {
    if (event.object === 'link') this.#noteLink(event)
    if (this.#wanted.has(event.object)) this.#tell(event)
    if (event.object === 'nsid' && event.nsid < 0 && event.action === 'removed') this.#dies(event.value.nsid ?? -1)
  }

  #tell(event: Event): void {
    this.push({ ...event, netns: event.nsid < 0 ? undefined : this.ids.name(event.nsid) } as PlacedEvent<O>)
  }

  #noteLink({ action, value, nsid }: Event<'link'>): void {
    const links = this.#links.get(nsid)
    if (action === 'removed') links?.delete(value.index)
    else links?.set(value.index, value)
  }

  /** The kernel has taken the id back: what happens in there from now on is not heard. */
  #dies(id: number): void {
    for (const value of this.#links.get(id)?.values() ?? [])
      this.#tell({ object: 'link', action: 'removed', value, nsid: id, flags: 0 })
    this.#links.delete(id)
    this.ids.drop(id)
  }

  #listLinks(id: number): void {
    if (!this.#wanted.has('link') || this.#links.has(id)) return
    try {
      const links = this.#connection.runSync(linksIn(id))
      this.#links.set(id, new Map(links.map(link => [link.index, link])))
      // What was there before the list is in it already, and what came behind it is heard twice: no harm here.
    } catch (error) {
      // It has died meanwhile.
      if (!(error instanceof NetlinkError) && !(error instanceof SysError)) throw error
    }
  }

  #lost(): void {
    this.lose()
    this.#links.clear()
    for (const id of this.ids.learnAll()) this.#listLinks(id)
  }
}

/** The links of a namespace by its id, asked from outside. */
const linksIn = (id: number): ListRequest<Link> =>
  listOf(linkMessage, [linkMessage, linkMessage.types.RTM_NEWLINK], {
    op: 'link.list',
    what: `list the links of nsid ${id}`,
    type: linkMessage.types.RTM_GETLINK,
    body: () => ({ attributes: { targetNetnsId: id, extMask: ['skip_stats'] as const } }),
  })
