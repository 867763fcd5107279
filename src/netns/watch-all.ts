// What happens to namespaces: names that come and go (watch.ts), and links that move from one to another, which the
// kernel tells by an RTM_DELLINK with the id of the new namespace (net/core/dev.c: __dev_change_net_namespace).
import { Netlink } from '../client.ts'
import type { Overrun } from '../netlink/subscription.ts'
import type { AllNamespaces, PlacedEvent } from './subscribe-all.ts'
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
 *
 * @example
 * ```ts
 * const events = netns.watch()
 * const first = events.next()
 * netns.create('ns2').close()
 * console.log((await first).value?.name) // ns2
 * await events.return?.()
 * ```
 */
export function watch(options: WatchOptions = {}): AsyncIterableIterator<NetnsEvent, undefined> {
  return new Merged(options)
}

class Merged implements AsyncIterableIterator<NetnsEvent, undefined> {
  readonly #names: NamedWatch
  readonly #links: AllNamespaces<'link'>
  #nextName: Promise<NetnsEvent | undefined> | undefined
  #nextLink: Promise<NetnsEvent | undefined> | undefined

  constructor(options: WatchOptions) {
    using host = Netlink.open()
    this.#links = host.subscribe(['link'], { allNamespaces: true })
    try {
      this.#names = watchNamed(options)
    } catch (error) {
      this.#links.close()
      throw error
    }
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
    await this.#names.return()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async #name(): Promise<NetnsEvent | undefined> {
    const { done, value } = await this.#names.next()
    return done ? undefined : value
  }

  async #moved(): Promise<NetnsEvent | undefined> {
    for (;;) {
      const { done, value } = await this.#links.next()
      if (done) return undefined
      const event = this.#read(value)
      if (event) return event
    }
  }

  #read(event: PlacedEvent<'link'> | Overrun): NetnsEvent | undefined {
    if (event.object === 'overrun') return { type: 'overrun' }
    const { newNetnsId, newIndex, name = '', index } = event.value
    if (event.action !== 'removed' || newNetnsId === undefined) return undefined
    return {
      type: 'moved',
      link: name,
      index,
      newIndex,
      from: event.nsid < 0 ? undefined : (event.netns ?? `nsid ${event.nsid}`),
      to: this.#nameOf(newNetnsId, event.nsid),
    }
  }

  /** The name of a namespace by the id that it has in the one with our id `seenFrom`: ours, where that is negative. */
  #nameOf(id: number, seenFrom: number): string | undefined {
    const { ids } = this.#links
    const here = seenFrom < 0 ? id : ids.translate(id, seenFrom)
    if (here !== undefined && here === ids.own) return undefined
    if (here === undefined) return `nsid ${id}`
    // A name may be so new that only the other watch has told of it.
    if (ids.name(here) === undefined) ids.learnAll()
    return ids.name(here) ?? `nsid ${id}`
  }
}
