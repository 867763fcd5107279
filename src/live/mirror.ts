// Mirror: a picture of links, addresses, routes, neighbours, rules and nexthops in all named namespaces, which is read
// synchronously and is never wrong for long: dumps and events over one socket, with no gap between them. It listens
// first, then dumps; what an event touched while a dump was made is newer than the dump. Where the kernel changes things
// without a word, what may be affected is dumped again (scene.ts); after a loss, everything is.
import { closeSync } from 'node:fs'
import { Netlink } from '../client.ts'
import { socketIn } from '../connect.ts'
import type { Connection } from '../netlink/connection.ts'
import { ClosedError, InterruptedDumpError, NetlinkError, OverrunError, TimeoutError } from '../netlink/error.ts'
import { EVENT_BUFFER, EventQueue, Listener, type SubscriptionOptions } from '../netlink/subscription.ts'
import { NetnsIds } from '../netns/ids.ts'
import { type NamedWatch, watchNamed } from '../netns/watch.ts'
import { type Event, type EventObject, eventSource } from '../ops/events.ts'
import * as link from '../ops/link.ts'
import * as nsid from '../ops/nsid.ts'
import type { Link } from '../route/link.ts'
import { NetnsError, type NetnsReference, openNetns } from '../sys/netns-path.ts'
import type { Condition, Picture } from './condition.ts'
import { HELD, type Mirrored, type MirroredObject, TABLE_NAMES, type TableName, type Tables } from './kinds.ts'
import { type MirroredNamespace, Scene, type Told } from './scene.ts'

export interface MirrorOptions {
  /** The namespace that it stands in, the calling thread's where it is left out. */
  readonly netns?: NetnsReference
  /** Mirror that one alone, and not the named ones too. Default false. */
  readonly alone?: boolean
  /** Closes the mirror. */
  readonly signal?: AbortSignal
  /** Keeps the process alive while it is open. Default false. */
  readonly keepAlive?: boolean
  /** Bytes of the receive buffer of its one socket; 32 MiB where it is left out. */
  readonly receiveBuffer?: number
}

export interface UntilOptions {
  /** Milliseconds, 30,000 where it is left out. */
  readonly timeout?: number
  readonly signal?: AbortSignal
}

/** `netns` is the name of the namespace it happened in; undefined: the one that the mirror stands in. */
interface Placed {
  readonly netns: string | undefined
}
/** An object is there, is different (`keys` says in what), or gone. */
export type ObjectChange = {
  [O in MirroredObject]: Placed &
    (
      | { readonly object: O; readonly action: 'added' | 'removed'; readonly value: Mirrored[O] }
      | {
          readonly object: O
          readonly action: 'changed'
          readonly value: Mirrored[O]
          readonly before: Mirrored[O]
          readonly keys: readonly string[]
        }
    )
}[MirroredObject]
/** A link has gone from one namespace (`from`) to another (`netns`). */
export interface LinkMove extends Placed {
  readonly object: 'link'
  readonly action: 'moved'
  readonly value: Link
  readonly before: Link
  readonly from: string | undefined
}
/** A named namespace has come or gone. */
export interface NamespaceChange {
  readonly object: 'netns'
  readonly action: 'added' | 'removed'
  readonly netns: string
}
/** What became different in a mirror. */
export type Change = ObjectChange | LinkMove | NamespaceChange

const OBJECTS: readonly EventObject[] = [
  ...['link', 'port', 'address', 'route', 'neighbour', 'rule', 'nexthop', 'nsid', 'qdisc', 'prefix'],
] as EventObject[]
/** The namespace that the mirror stands in, among the ids. */
const HOME = -1
/** Between dumps of a namespace while events keep coming; milliseconds. */
const SHORTEST_PAUSE = 5
const LONGEST_PAUSE = 1000
/** A part of what waits is heard for at most this many milliseconds. */
const DRAIN_HOLD = 4
const DEFAULT_TIMEOUT = 30_000
const LOOPBACK = 1

interface Waiter {
  test(): void
  fail(error: Error): void
}

/** A link that has left one namespace, and has not yet been told of in the other. */
interface Departed {
  readonly from: Scene
  readonly before: Link
}

/**
 * A picture of the network that keeps itself right.
 *
 * ```ts
 * using mirror = await Mirror.open()
 * mirror.namespace('ns1')?.link('veth1')?.operState
 * await mirror.until(when.link('veth1', { netns: 'ns1' }).is({ operState: 'up' }), { timeout: 5000 })
 * for await (const change of mirror.changes({ signal })) …
 * ```
 *
 * The kernel tells nothing of some changes, and the mirror cannot know them until the next event of that link, or
 * {@link resync}: settings of a link that is down (alias, group, a bridge's options; net/core/dev.c:
 * netdev_state_change), statistics, and what `afSpec` and `xdp` hold. In the main thread only.
 */
export class Mirror implements Picture, Disposable {
  readonly #options: MirrorOptions
  readonly #connection: Netlink
  readonly #listener: Listener<Event>
  readonly #ids: NetnsIds
  readonly #names: NamedWatch | undefined
  readonly #scenes = new Map<number, Scene>()
  readonly #departed = new Map<string, Departed>()
  readonly #queues = new Set<EventQueue<Change>>()
  readonly #waiters = new Set<Waiter>()
  readonly #work: Scene[] = []
  readonly #timers = new Set<NodeJS.Timeout>()
  #working: Promise<void> | undefined
  #failure: Error | undefined
  #closed = false
  /** How often everything had to be dumped again, because events were lost. */
  overruns = 0

  /** Opens a mirror; it is complete when it is answered. Errors as of `Netlink.open` and of dumps. */
  static async open(options: MirrorOptions = {}): Promise<Mirror> {
    options.signal?.throwIfAborted()
    const mirror = new Mirror(options)
    await mirror.#working
    if (mirror.#failure) throw mirror.#failure
    return mirror
  }

  private constructor(options: MirrorOptions) {
    this.#options = options
    const { netns, keepAlive = false, alone = false, receiveBuffer = EVENT_BUFFER } = options
    this.#connection = Netlink.open(this.#home)
    try {
      const socket = socketIn(netns, { receiveBuffer })
      const { groups, decode } = eventSource(OBJECTS)
      const hearing = {
        event: (event: Event) => this.#hear(event),
        overrun: () => this.#overrun(),
        failed: (error: Error) => this.#fail(error),
      }
      this.#listener = new Listener(socket, decode, hearing, keepAlive)
      try {
        if (!alone) socket.listenAllNamespaces()
        for (const group of groups) socket.join(group)
        if (!alone) this.#names = watchNamed({ keepAlive })
        this.#ids = new NetnsIds(this.#connection, netns)
      } catch (error) {
        this.#listener.close()
        throw error
      }
    } catch (error) {
      this.#connection.close()
      throw error
    }
    options.signal?.addEventListener('abort', this.#end)
    this.#add(HOME)
    if (!this.#names) return
    for (const id of this.#ids.learnAll()) this.#add(id)
    void this.#follow(this.#names)
  }

  get #home(): { netns?: NetnsReference } {
    const { netns } = this.#options
    return netns === undefined ? {} : { netns }
  }

  // ── reading ──────────────────────────────────────────────────────────────

  /** A namespace by its name, the mirror's own where it is left out; undefined: there is none. */
  namespace(name?: string): MirroredNamespace | undefined {
    const scene = this.#scenes.get(name === undefined ? HOME : (this.#idOf(name) ?? Number.NaN))
    return scene?.ready ? scene : undefined
  }

  #idOf(name: string): number | undefined {
    const id = this.#ids.id(name)
    return id === this.#ids.own && id !== undefined ? HOME : id
  }

  /** All namespaces, the mirror's own first. */
  namespaces(): MirroredNamespace[] {
    return [...this.#scenes.values()].filter(scene => scene.ready)
  }

  get closed(): boolean {
    return this.#closed
  }

  /**
   * What becomes different from now on. Loss (a slow reader) is told by an `overrun`; what the kernel's events missed is
   * not lost here: the mirror finds out, and tells what is different.
   */
  changes(options: Pick<SubscriptionOptions, 'signal' | 'limit'> = {}): EventQueue<Change> {
    this.#mustBeOpen()
    const queue: EventQueue<Change> = new EventQueue<Change>(options, () => this.#queues.delete(queue))
    if (options.signal?.aborted) queue.close()
    else this.#queues.add(queue)
    return queue
  }

  /**
   * Resolves when a condition holds: at once if it does already, and however briefly it held. Conditions are made by
   * `when`: `mirror.until(when.link('veth1').is({ operState: 'up' }).and(when.address('192.0.2.1').exists()))`.
   * @throws TimeoutError, which says what is instead; ClosedError; the reason of `options.signal`.
   */
  async until(condition: Condition, { timeout = DEFAULT_TIMEOUT, signal }: UntilOptions = {}): Promise<void> {
    signal?.throwIfAborted()
    this.#mustBeOpen()
    this.#listener.drain(DRAIN_HOLD)
    this.#mustBeOpen()
    if (condition.unmet(this) === undefined) return
    await new Promise<void>((resolve, reject) => {
      const done = (finish: () => void): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        this.#waiters.delete(waiter)
        finish()
      }
      const waiter: Waiter = {
        test: () => {
          if (condition.unmet(this) === undefined) done(resolve)
        },
        fail: error => done(() => reject(error)),
      }
      const onAbort = (): void => waiter.fail(signal!.reason as Error)
      const timer = setTimeout(() => {
        const unmet = condition.unmet(this)
        const late = new TimeoutError(`waited ${timeout} ms until ${condition.what}: ${unmet}`)
        done(() => (unmet === undefined ? resolve() : reject(late)))
      }, timeout)
      signal?.addEventListener('abort', onAbort)
      this.#waiters.add(waiter)
    })
  }

  /** Resolves when all that has happened until now is in the picture, and nothing is left to be dumped again. */
  async settled(): Promise<void> {
    do {
      await this.#drained()
      for (const scene of this.#scenes.values()) if (scene.unsettled) this.#schedule(scene)
      while (this.#working) await this.#working
      await this.#drained()
    } while (!this.#closed && [...this.#scenes.values()].some(scene => scene.unsettled))
    if (this.#failure) throw this.#failure
  }

  /** Dumps everything again: for what the kernel does not tell. Resolves when it is done. */
  async resync(): Promise<void> {
    this.#mustBeOpen()
    for (const scene of this.#scenes.values()) this.#doubt(scene, TABLE_NAMES)
    await this.settled()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#options.signal?.removeEventListener('abort', this.#end)
    this.#listener.close()
    this.#connection.close()
    void this.#names?.return()
    for (const timer of this.#timers) clearTimeout(timer)
    for (const scene of this.#scenes.values()) scene.gone = true
    const error = this.#failure ?? new ClosedError('the mirror was closed')
    for (const queue of [...this.#queues]) {
      if (this.#failure) queue.fail(this.#failure)
      else queue.close()
    }
    for (const waiter of [...this.#waiters]) waiter.fail(error)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  readonly #end = (): void => this.close()

  #mustBeOpen(): void {
    if (this.#closed) throw this.#failure ?? new ClosedError('the mirror is closed')
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.close()
  }

  // ── namespaces ───────────────────────────────────────────────────────────

  #add(id: number): void {
    if (id === this.#ids.own || this.#scenes.has(id)) return
    const scene = new Scene(id, id === HOME ? undefined : this.#ids.name(id))
    this.#scenes.set(id, scene)
    this.#schedule(scene)
  }

  #drop(id: number): void {
    const scene = this.#scenes.get(id)
    if (!scene) return
    scene.gone = true
    const told = scene.ready ? scene.clear() : []
    this.#scenes.delete(id)
    this.#tell(scene, told)
    if (scene.ready && scene.name !== undefined) this.#emit({ object: 'netns', action: 'removed', netns: scene.name })
  }

  async #follow(names: NamedWatch): Promise<void> {
    try {
      for await (const { type, name } of names) {
        if (this.#closed) return
        if (type === 'delete') this.#unname(name)
        else {
          const id = this.#ids.learn(name, () => this.#listener.drain())
          if (id !== undefined) this.#add(id)
        }
      }
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  #unname(name: string): void {
    // What happened before the name went is told under it.
    this.#listener.drain()
    const id = this.#ids.forget(name)
    const scene = id === undefined ? undefined : this.#scenes.get(id)
    if (!scene) return
    const other = this.#ids.name(scene.nsid)
    if (other === undefined) this.#drop(scene.nsid)
    else scene.name = other
  }

  // ── events ───────────────────────────────────────────────────────────────

  #hear(event: Event): void {
    if (event.object === 'nsid') {
      if (event.nsid < 0 && event.action === 'removed') this.#dies(event.value.nsid ?? HOME)
      return
    }
    const scene = this.#scenes.get(event.nsid < 0 ? HOME : event.nsid)
    if (!scene) return
    if (event.object === 'port' || event.object === 'qdisc') this.#doubtLink(scene, event.value.index)
    else if (event.object === 'link') this.#hearLink(scene, event)
    else this.#tell(scene, scene.hear(event))
    if (scene.dirty.size > 0 && scene.pause === 0) this.#schedule(scene)
  }

  #dies(id: number): void {
    this.#drop(id)
    this.#ids.drop(id)
  }

  #hearLink(scene: Scene, event: Event<'link'>): void {
    const { value, action } = event
    const before = scene.tables.link.get(String(value.index))
    const told = scene.hear(event)
    // What a bridge takes over from its ports (tsoMaxSize) it does without a word.
    for (const master of new Set([before?.master, value.master]))
      if (master !== undefined && (action === 'removed' || before?.master !== value.master))
        this.#doubtLink(scene, master)
    if (action === 'removed') this.#linkGone(scene, value, before, told)
    else this.#linkThere(scene, value, told)
  }

  /** A link is removed, or on its way to another namespace of the mirror: then it is told of when it is there. */
  #linkGone(scene: Scene, value: Link, before: Link | undefined, told: readonly Told[]): void {
    const { newNetnsId, newIndex, index } = value
    const target = newNetnsId === undefined ? undefined : this.#sceneOf(newNetnsId, scene)
    if (target?.ready && before && newIndex !== undefined)
      this.#departed.set(`${target.nsid} ${newIndex}`, { from: scene, before })
    else this.#tell(scene, told)
    this.#doubtEnds(index)
  }

  #linkThere(scene: Scene, value: Link, told: readonly Told[]): void {
    // The first end of a pair is told of before it has its other end (drivers/net/veth.c: veth_newlink).
    if (value.link === 0) this.#doubtLink(scene, value.index)
    const key = `${scene.nsid} ${value.index}`
    const departed = this.#departed.get(key)
    if (!departed) {
      this.#tell(scene, told)
      return
    }
    this.#departed.delete(key)
    this.#doubtEnds(departed.before.index)
    if (value.link !== undefined) {
      const other = value.linkNetnsId === undefined ? scene : this.#sceneOf(value.linkNetnsId, scene)
      if (other) this.#doubtLink(other, value.link)
    }
    this.#emit({
      object: 'link',
      action: 'moved',
      netns: scene.name,
      value,
      before: departed.before,
      from: departed.from.name,
    })
  }

  /** The namespace that `scene` knows by an id. */
  #sceneOf(id: number, scene: Scene): Scene | undefined {
    const here = scene.nsid === HOME ? id : this.#ids.translate(id, scene.nsid)
    return here === undefined ? undefined : this.#scenes.get(here === this.#ids.own ? HOME : here)
  }

  /** Other ends of a link that has gone or moved: what they say of it (`link`, `linkNetnsId`) changes without a word. */
  #doubtEnds(index: number): void {
    for (const scene of this.#scenes.values())
      for (const link of scene.tables.link.values()) if (link.link === index) this.#doubtLink(scene, link.index)
  }

  /** A bridge that is another one (its id) is so to its ports without a word. */
  #doubtPorts(scene: Scene, before: Link, after: Link): void {
    if (after.kind !== 'bridge' || !scene.tables.link.differing(before, after).includes('linkInfo')) return
    for (const { master, index } of scene.tables.link.values())
      if (master === after.index) this.#doubtLink(scene, index)
  }

  #doubtLink(scene: Scene, index: number | string): void {
    if (typeof index !== 'number' || !scene.tables.link.get(String(index))) return
    scene.doubted.add(index)
    this.#schedule(scene)
  }

  #doubt(scene: Scene, tables: Iterable<TableName>): void {
    for (const table of tables) scene.dirty.add(table)
    this.#schedule(scene)
  }

  /** Events are lost: namespaces may have come and gone too. */
  #overrun(): void {
    this.overruns++
    for (const { from, before } of this.#departed.values())
      this.#tell(from, [{ object: 'link', table: 'link', before, after: undefined }])
    this.#departed.clear()
    const ids = new Set(this.#names ? this.#ids.learnAll() : [])
    for (const id of [...this.#scenes.keys()]) if (id !== HOME && !ids.has(id)) this.#drop(id)
    for (const scene of this.#scenes.values()) this.#doubt(scene, TABLE_NAMES)
    for (const id of ids) this.#add(id)
  }

  // ── dumps ────────────────────────────────────────────────────────────────

  #schedule(scene: Scene): void {
    if (scene.gone || this.#closed || this.#work.includes(scene)) return
    this.#work.push(scene)
    this.#working ??= this.#workOff()
  }

  /** One namespace after the other, so that few sockets are open at once. */
  async #workOff(): Promise<void> {
    // Not within the event that asks for it: more of its kind are about to come.
    await new Promise(resolve => setImmediate(resolve))
    for (let scene = this.#work.shift(); scene && !this.#closed; scene = this.#work.shift()) {
      try {
        await this.#sync(scene)
      } catch (error) {
        if (!this.#closed) this.#fail(error as Error)
      }
    }
    this.#working = undefined
  }

  async #sync(scene: Scene): Promise<void> {
    if (scene.gone || !scene.unsettled) return
    const connection = this.#connect(scene)
    if (!connection) return
    const tables = [...scene.dirty]
    const links = [...scene.doubted]
    scene.dirty.clear()
    scene.doubted.clear()
    try {
      // The lock that changes are made under is waited for: a link is told to be down before its routes are gone.
      await connection.run(link.get(LOOPBACK))
      for (const table of tables) await this.#dump(scene, table, connection)
      for (const index of links) await this.#refresh(scene, index, connection)
    } catch (error) {
      if (scene.gone || this.#closed) return
      if (!(error instanceof OverrunError || error instanceof InterruptedDumpError)) throw error
      for (const table of tables) scene.dirty.add(table)
    } finally {
      connection.close()
    }
    if (scene.gone || this.#closed) return
    this.#completed(scene)
    if (!scene.unsettled) scene.pause = 0
    else {
      scene.pause = Math.min(LONGEST_PAUSE, Math.max(SHORTEST_PAUSE, scene.pause * 2))
      this.#later(scene)
    }
  }

  /** While events keep coming, the pauses between dumps grow. */
  #later(scene: Scene): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.#schedule(scene)
    }, scene.pause)
    if (!this.#options.keepAlive) timer.unref()
    this.#timers.add(timer)
  }

  /** Undefined when the name stands for another namespace by now, or for none. */
  #connect(scene: Scene): Connection | undefined {
    if (scene.nsid === HOME) return Netlink.open(this.#home)
    try {
      const fd = openNetns({ name: scene.name! })
      try {
        return this.#connection.runSync(nsid.get({ fd })) === scene.nsid ? Netlink.open({ netns: { fd } }) : undefined
      } finally {
        closeSync(fd)
      }
    } catch (error) {
      if (error instanceof NetnsError) return undefined
      throw error
    }
  }

  async #dump<T extends TableName>(scene: Scene, table: T, connection: Connection): Promise<void> {
    scene.tables[table].begin()
    let found: Tables[T][] = []
    try {
      found = (await connection.run(HELD[table].dump as never)) as Tables[T][]
    } catch (error) {
      // A kernel without nexthop objects, or without IPv6.
      if (!(error instanceof NetlinkError && (error.code === 'EOPNOTSUPP' || error.code === 'EAFNOSUPPORT')))
        throw error
    }
    await this.#drained()
    if (!scene.gone) this.#tell(scene, scene.shown(table, found))
  }

  async #refresh(scene: Scene, index: number, connection: Connection): Promise<void> {
    const before = scene.tables.link.get(String(index))
    try {
      const found = await connection.run(link.get(index))
      await this.#drained()
      // An event has been about it meanwhile: it is newer.
      if (!scene.gone && scene.tables.link.get(String(index)) === before) this.#tell(scene, scene.refreshed(found))
    } catch (error) {
      // It has gone: the event is on its way.
      if (!(error instanceof NetlinkError)) throw error
    }
  }

  /** All that was sent until now is heard, a part a turn of the event loop. */
  async #drained(): Promise<void> {
    while (!this.#closed && !this.#listener.drain(DRAIN_HOLD)) await new Promise(resolve => setImmediate(resolve))
  }

  #completed(scene: Scene): void {
    if (scene.ready) return
    scene.ready = true
    if (scene.name !== undefined) this.#emit({ object: 'netns', action: 'added', netns: scene.name })
    this.#tell(scene, scene.all())
  }

  // ── telling ──────────────────────────────────────────────────────────────

  #tell(scene: Scene, told: readonly Told[]): void {
    for (const { object, before, after } of told)
      if (object === 'link' && before && after) this.#doubtPorts(scene, before as Link, after as Link)
    if (!scene.ready) return
    for (const { object, table, before, after } of told) {
      const { name: netns } = scene
      const value = (after ?? before) as Link
      if (!before || !after) {
        this.#emit({ object, action: after ? 'added' : 'removed', netns, value } as Change)
        continue
      }
      const keys = scene.tables[table].differing(before as never, after as never)
      this.#emit({ object, action: 'changed', netns, value, before, keys } as Change)
    }
  }

  #emit(change: Change): void {
    for (const queue of this.#queues) queue.push(change)
    for (const waiter of [...this.#waiters]) waiter.test()
  }
}
