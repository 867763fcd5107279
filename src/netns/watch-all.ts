// What happens to namespaces: names that come and go (watch.ts), and links that move from one to another, which the
// kernel tells by an RTM_DELLINK with the id of the new namespace (net/core/dev.c: __dev_change_net_namespace). Ids are
// given to the named namespaces, for one without an id is silent.
import { Netlink } from '../client.ts'
import { NetlinkError } from '../netlink/error.ts'
import type { Overrun, Subscription } from '../netlink/subscription.ts'
import type { LinkEvent } from '../ops/events.ts'
import * as nsid from '../ops/nsid.ts'
import { NetnsError } from '../sys/netns-path.ts'
import { listNamed } from './named.ts'
import { type NamedEvent, type NamedWatch, type WatchOptions, watchNamed } from './watch.ts'

/** A link has moved from one namespace to another. */
export interface MovedEvent {
  readonly type: 'moved'
  readonly link: string
  /** Its index before, and in the new namespace. */
  readonly index: number
  readonly newIndex: number | undefined
  /** The names of the namespaces; undefined: the one that watches. `nsid 3` for one without a name. */
  readonly from: string | undefined
  readonly to: string | undefined
}

/** Events of moves were lost: the watch was slower than the kernel. Names are never lost so. */
export interface LostEvent {
  readonly type: 'overrun'
}

export type NetnsEvent = NamedEvent | MovedEvent | LostEvent

/**
 * Watches from this call on: `add` (the namespace can be opened), `delete`, and `moved` for a link that went from a
 * namespace to another, of those that have a name and the caller's own. It gives ids to the named ones that have none,
 * for which CAP_NET_ADMIN is needed. Ends with the loop, with `return()`, or by the signal (which it throws).
 */
export function watch(options: WatchOptions = {}): AsyncIterableIterator<NetnsEvent, undefined> {
  return new Merged(options)
}

class Merged implements AsyncIterableIterator<NetnsEvent, undefined> {
  readonly #names: NamedWatch
  readonly #connection: Netlink
  readonly #links: Subscription<LinkEvent>
  /** Names by the id that this namespace has for them. */
  readonly #byId = new Map<number, string>()
  #nextName: Promise<NetnsEvent | undefined> | undefined
  #nextLink: Promise<NetnsEvent | undefined> | undefined
  /** Our own id for ourselves, where links that move here are told by it. */
  readonly #own: number | undefined

  constructor(options: WatchOptions) {
    this.#connection = Netlink.open()
    try {
      this.#links = this.#connection.subscribe(['link'], { allNamespaces: true })
      this.#names = watchNamed(options)
    } catch (error) {
      this.#connection.close()
      throw error
    }
    this.#own = this.#identify({ path: '/proc/thread-self/ns/net' })
    for (const { name, stale } of listNamed()) if (!stale) this.#know(name)
  }

  async next(): Promise<IteratorResult<NetnsEvent, undefined>> {
    for (;;) {
      this.#nextName ??= this.#name()
      this.#nextLink ??= this.#moved()
      const event = await Promise.race([this.#nextName, this.#nextLink])
      if (event === undefined) return { done: true, value: undefined }
      if (event.type === 'add' || event.type === 'delete') this.#nextName = undefined
      else this.#nextLink = undefined
      return { done: false, value: event }
    }
  }

  async return(): Promise<IteratorResult<NetnsEvent, undefined>> {
    this.#links.close()
    this.#connection.close()
    await this.#names.return()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async #name(): Promise<NetnsEvent | undefined> {
    const { done, value } = await this.#names.next()
    if (done) return undefined
    if (value.type === 'add') this.#know(value.name)
    return value
  }

  async #moved(): Promise<NetnsEvent | undefined> {
    for (;;) {
      const { done, value } = await this.#links.next()
      if (done) return undefined
      const event = this.#read(value)
      if (event) return event
    }
  }

  #read(event: LinkEvent | Overrun): NetnsEvent | undefined {
    if (event.object === 'overrun') return { type: 'overrun' }
    const { newNetnsId, newIndex, name = '', index } = event.value
    if (event.action !== 'removed' || newNetnsId === undefined) return undefined
    return {
      type: 'moved',
      link: name,
      index,
      newIndex,
      from: event.nsid < 0 ? undefined : this.#nameOf(event.nsid),
      // The id counts in the namespace that it left: ours, unless another one told of it.
      to: event.nsid < 0 ? this.#nameOf(newNetnsId) : this.#nameOf(newNetnsId, event.nsid),
    }
  }

  /** The name of a namespace by its id; `seenFrom` is the id here of the namespace whose id it is. */
  #nameOf(id: number, seenFrom?: number): string | undefined {
    const here = seenFrom === undefined ? id : this.#translate(id, seenFrom)
    if (here !== undefined && here === this.#own) return undefined
    return (here !== undefined && this.#byId.get(here)) || `nsid ${id}`
  }

  /** The id here of what the namespace with our id `seenFrom` calls `id`. */
  #translate(id: number, seenFrom: number): number | undefined {
    try {
      const found = this.#connection.runSync(nsid.list(seenFrom)).find(entry => entry.nsid === id)
      return found?.currentNsid
    } catch (error) {
      if (error instanceof NetlinkError) return undefined
      throw error
    }
  }

  #know(name: string): void {
    const id = this.#identify({ name })
    if (id !== undefined) this.#byId.set(id, name)
  }

  /** The id of a namespace here; gives it one where it had none. Undefined when it is gone. */
  #identify(reference: { name: string } | { path: string }): number | undefined {
    try {
      const known = this.#connection.runSync(nsid.get(reference))
      if (known !== undefined) return known
      this.#connection.runSync(nsid.set(reference))
      return this.#connection.runSync(nsid.get(reference))
    } catch (error) {
      if (error instanceof NetnsError || error instanceof NetlinkError) return undefined
      throw error
    }
  }
}
