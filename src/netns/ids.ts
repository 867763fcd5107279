// The ids (nsids) by which one namespace knows the others, and whose they are: it gives ids to the named ones that have
// none, for one without an id is silent (NETLINK_LISTEN_ALL_NSID).
import { closeSync } from 'node:fs'
import type { Connection } from '../netlink/connection.ts'
import { NetlinkError } from '../netlink/error.ts'
import * as nsid from '../ops/nsid.ts'
import { NetnsError, type NetnsReference, OWN_NETNS, openNetns } from '../sys/netns-path.ts'
import { listNamed } from './named.ts'

/** Names and ids of namespaces, as seen from the one that `connection` is in. Giving ids needs CAP_NET_ADMIN. */
export class NetnsIds {
  readonly #connection: Connection
  /** An id's names, the first one first: a namespace may have several. */
  readonly #names = new Map<number, string[]>()
  /** The id that the connection's own namespace, `home`, has here. Links that move here are told by it. */
  readonly own: number | undefined

  constructor(connection: Connection, home: NetnsReference = { path: OWN_NETNS }) {
    this.#connection = connection
    this.own = this.#identify(home)
  }

  /** Learns the names of /run/netns; answers the ids that have one. */
  learnAll(): number[] {
    this.#names.clear()
    const ids = listNamed().flatMap(({ name, stale }) => (stale ? [] : (this.learn(name) ?? [])))
    return [...new Set(ids)]
  }

  /**
   * Learns the id of a name, giving it one where it had none; undefined when it is gone. The namespace is held open
   * while `before` runs: what it then hears of that id is of an older namespace, which had the same one.
   */
  learn(name: string, before: () => void = () => {}): number | undefined {
    let fd: number
    try {
      fd = openNetns({ name })
    } catch (error) {
      if (error instanceof NetnsError) return undefined
      throw error
    }
    try {
      const id = this.#identify({ fd })
      before()
      if (id === undefined) return undefined
      if (this.id(name) !== id) this.forget(name)
      const names = this.#names.get(id) ?? []
      if (!names.includes(name)) this.#names.set(id, [...names, name])
      return id
    } finally {
      closeSync(fd)
    }
  }

  /** A name is gone; answers the id that it had. The namespace may have other names, or live on without one. */
  forget(name: string): number | undefined {
    for (const [id, names] of this.#names) {
      if (!names.includes(name)) continue
      const others = names.filter(other => other !== name)
      if (others.length > 0) this.#names.set(id, others)
      else this.#names.delete(id)
      return id
    }
    return undefined
  }

  /** An id is gone: its namespace dies. */
  drop(id: number): void {
    this.#names.delete(id)
  }

  /** The (first) name of a namespace by its id here; undefined: it has none, or none that is known. */
  name(id: number): string | undefined {
    return this.#names.get(id)?.[0]
  }

  /** The ids that have a name. */
  all(): number[] {
    return [...this.#names.keys()]
  }

  /** The id of a name that was learnt. */
  id(name: string): number | undefined {
    for (const [id, names] of this.#names) if (names.includes(name)) return id
    return undefined
  }

  /** The id here of what the namespace with our id `seenFrom` calls `id`. */
  translate(id: number, seenFrom: number): number | undefined {
    try {
      const found = this.#connection.runSync(nsid.list(seenFrom)).find(entry => entry.nsid === id)
      return found?.currentNsid
    } catch (error) {
      if (error instanceof NetlinkError) return undefined
      throw error
    }
  }

  #identify(reference: NetnsReference): number | undefined {
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
