// One namespace in the mirror: its tables, and what an event leaves to be asked for again because the kernel does what
// follows from it without a word. Pure, no I/O.
import type { Event } from '../ops/events.ts'
import type { LinkReference } from '../ops/reference.ts'
import type { Address } from '../route/address.ts'
import type { Link } from '../route/link.ts'
import type { Neighbour } from '../route/neighbour.ts'
import type { Nexthop } from '../route/nexthop.ts'
import type { Route } from '../route/route.ts'
import type { Rule } from '../route/rule.ts'
import { HELD, type Mirrored, type MirroredObject, TABLE_NAMES, type TableName, type Tables } from './kinds.ts'
import { type Difference, type Doing, Table } from './table.ts'

/** A namespace as the mirror has it. Everything answers at once, from memory. */
export interface MirroredNamespace {
  /** Its name; undefined: the one that the mirror stands in. */
  readonly name: string | undefined
  /** Its id there; -1 for that one itself. */
  readonly nsid: number
  links(): Link[]
  /** A link by name, alternative name or index. */
  link(reference: LinkReference): Link | undefined
  /** All addresses, or those of a link. */
  addresses(dev?: LinkReference): Address[]
  /** IPv4 and IPv6, of all tables. */
  routes(): Route[]
  /**
   * ARP and NDISC, as far as the kernel tells: not those that it is only asking for (incomplete), nor those of
   * multicast (noarp); one that is told as stale may be in use again (delay).
   */
  neighbours(dev?: LinkReference): Neighbour[]
  rules(): Rule[]
  nexthops(): Nexthop[]
}

/** A difference, of an object of this namespace. */
export interface Told<O extends MirroredObject = MirroredObject> extends Difference<Mirrored[O]> {
  readonly object: O
  readonly table: TableName
}

export class Scene implements MirroredNamespace {
  name: string | undefined
  readonly nsid: number
  readonly tables: { readonly [T in TableName]: Table<Tables[T]> }
  /** Tables to be dumped. */
  readonly dirty = new Set<TableName>(TABLE_NAMES)
  /** Links, by index, to be asked for one by one. */
  readonly doubted = new Set<number>()
  /** The first picture is complete. */
  ready = false
  /** It is gone; whatever is on its way for it comes too late. */
  gone = false
  /** Milliseconds until the next try, while events keep coming. */
  pause = 0
  /** How many routes use a device, a source address, a nexthop. */
  readonly #users = new Map<string, number>()

  constructor(nsid: number, name: string | undefined) {
    this.nsid = nsid
    this.name = name
    this.tables = Object.fromEntries(TABLE_NAMES.map(table => [table, new Table<any>(HELD[table])])) as any
  }

  /** Something is to be asked for again. */
  get unsettled(): boolean {
    return this.dirty.size > 0 || this.doubted.size > 0
  }

  // ── reading ──────────────────────────────────────────────────────────────

  links(): Link[] {
    return [...this.tables.link.values()]
  }

  link(reference: LinkReference): Link | undefined {
    if (typeof reference === 'number') return this.tables.link.get(String(reference))
    for (const link of this.tables.link.values())
      if (link.name === reference || link.propList?.altNames?.includes(reference)) return link
    return undefined
  }

  addresses(dev?: LinkReference): Address[] {
    return this.#of(this.tables.address, dev)
  }

  routes(): Route[] {
    return [...this.tables['route inet'].values(), ...this.tables['route inet6'].values()]
  }

  neighbours(dev?: LinkReference): Neighbour[] {
    return this.#of(this.tables.neighbour, dev)
  }

  rules(): Rule[] {
    return [...this.tables.rule.values()]
  }

  nexthops(): Nexthop[] {
    return [...this.tables.nexthop.values()]
  }

  #of<V extends { readonly index: number }>(table: Table<V>, dev: LinkReference | undefined): V[] {
    if (dev === undefined) return [...table.values()]
    const index = this.link(dev)?.index
    return [...table.values()].filter(value => value.index === index)
  }

  // ── events ───────────────────────────────────────────────────────────────

  /** What an event changes here. */
  hear(event: Event): Told[] {
    // A router's prefix makes an address, which is told of only when it is known to be nobody else's.
    if (event.object === 'prefix') this.dirty.add('address')
    const table = tableOf(event)
    if (!table) return []
    const differences = this.#apply(table, doingOf(table, event), event.value as Tables[TableName])
    if (event.object === 'link') this.#followLink(event, differences)
    if (event.object === 'address' && event.action === 'removed') this.#followAddress(event.value)
    if (event.object === 'nexthop') this.#followNexthop(event.value, event.action === 'removed')
    return differences
  }

  #apply(table: TableName, doing: Doing, value: Tables[TableName]): Told[] {
    const of = this.tables[table] as Table<any>
    const told = this.#told(table, of.apply(doing, value))
    if (of.doubtful) this.dirty.add(table)
    return told
  }

  /**
   * A link that goes down, loses its carrier or is removed takes IPv4 routes and nexthops with it, and marks others as
   * dead, without a word (net/ipv4/fib_semantics.c: fib_sync_down_dev; net/ipv4/nexthop.c: nexthop_flush_dev); rules
   * that name it become detached (net/core/fib_rules.c: detach_rules).
   */
  #followLink({ action, value }: Event<'link'>, told: readonly Told[]): void {
    const { index } = value
    const [{ before, after } = {}] = told as readonly Partial<Difference<Link>>[]
    const running = (link: Link | undefined): string => String(link?.flags.filter(flag => RUNNING.has(flag)))
    if (action === 'removed' || running(before) !== running(after)) {
      this.#doubtRoutes(`dev ${index}`)
      if (some(this.tables.nexthop.values(), nexthop => nexthop.oif === index)) this.dirty.add('nexthop')
    }
    // IPv6 gives a link that runs its own address, and tells of it a second or more later (net/ipv6/addrconf.c).
    if (after?.up && (running(before) !== running(after) || before?.mtu !== after.mtu)) this.dirty.add('address')
    if (before?.name !== after?.name && some(this.tables.rule.values(), rule => (rule.iif ?? rule.oif) !== undefined))
      this.dirty.add('rule')
    if (action !== 'removed') return
    if (some(this.tables.address.values(), address => address.index === index)) this.dirty.add('address')
    if (some(this.tables.neighbour.values(), neighbour => neighbour.index === index)) this.dirty.add('neighbour')
  }

  /** IPv4 routes from that source go, and with a link's last address all of its routes; IPv6 ones lose their source. */
  #followAddress({ index, local, address }: Address): void {
    this.#doubtRoutes(`src ${local ?? address}`)
    if (this.#users.has(`dev ${index}`)) this.dirty.add('route inet')
  }

  #followNexthop({ id }: Nexthop, removed: boolean): void {
    this.#doubtRoutes(`nexthop ${id}`)
    if (removed && some(this.tables.nexthop.values(), nexthop => nexthop.group !== undefined)) this.dirty.add('nexthop')
  }

  #doubtRoutes(user: string): void {
    if (!this.#users.has(user)) return
    this.dirty.add('route inet')
    this.dirty.add('route inet6')
  }

  // ── dumps ────────────────────────────────────────────────────────────────

  /** What a dump showed to be different. */
  shown<T extends TableName>(table: T, values: readonly Tables[T][]): Told[] {
    const { mine } = HELD[table]
    const of = this.tables[table] as Table<any>
    const told = this.#told(table, of.end(mine ? values.filter(value => mine(value)) : values))
    if (of.doubtful) this.dirty.add(table)
    return told
  }

  /** What a link is, asked for by itself. */
  refreshed(link: Link): Told[] {
    return this.#told('link', this.tables.link.refresh(link))
  }

  /** Everything goes. */
  clear(): Told[] {
    return [...TABLE_NAMES].reverse().flatMap(table => this.#told(table, (this.tables[table] as Table<any>).clear()))
  }

  /** Everything is there. */
  all(): Told[] {
    return TABLE_NAMES.flatMap(table =>
      [...this.tables[table].values()].map(
        after => ({ object: HELD[table].object, table, before: undefined, after }) as Told,
      ),
    )
  }

  #told(table: TableName, differences: readonly Difference<any>[]): Told[] {
    const { object } = HELD[table]
    if (object === 'route') {
      for (const { before, after } of differences) {
        if (before) this.#count(before, -1)
        if (after) this.#count(after, 1)
      }
    }
    return differences.map(({ before, after }) => ({ object, table, before, after }))
  }

  #count(route: Route, by: number): void {
    for (const user of usersOf(route)) {
      const count = (this.#users.get(user) ?? 0) + by
      if (count === 0) this.#users.delete(user)
      else this.#users.set(user, count)
    }
  }
}

const RUNNING: ReadonlySet<unknown> = new Set(['up', 'running', 'lower_up', 'dormant'])

function some<V>(values: Iterable<V>, test: (value: V) => boolean): boolean {
  for (const value of values) if (test(value)) return true
  return false
}

function usersOf({ oif, prefsrc, multipath, nexthopId }: Route): string[] {
  const users = (multipath ?? []).map(({ index }) => `dev ${index}`)
  if (oif !== undefined) users.push(`dev ${oif}`)
  if (prefsrc !== undefined) users.push(`src ${prefsrc}`)
  if (nexthopId !== undefined) users.push(`nexthop ${nexthopId}`)
  return users
}

/** The table that an event is about; undefined: none that the mirror holds. */
function tableOf({ object, value }: Event): TableName | undefined {
  if (object === 'route') {
    const table = value.family === 'inet6' ? 'route inet6' : 'route inet'
    return HELD[table].mine!(value) ? table : undefined
  }
  if (object === 'rule') return HELD.rule.mine!(value) ? 'rule' : undefined
  if (object === 'neighbour') return value.family === 'inet' || value.family === 'inet6' ? 'neighbour' : undefined
  return object === 'link' || object === 'address' || object === 'nexthop' ? object : undefined
}

function doingOf(table: TableName, { action, value }: Event): Doing {
  const alone = table !== 'rule' && table !== 'route inet' && table !== 'route inet6'
  if (action === 'removed') return alone ? 'drop' : 'remove'
  if (table === 'neighbour') return HELD.neighbour.mine!(value as Neighbour) ? 'put' : 'drop'
  if (alone) return 'put'
  return action === 'added' ? 'add' : 'replace'
}
