// What a monitor says of an event: iproute2's lines, and JSON. The printers of each object are loaded for those that are
// listened to. Names come from what was heard, as iproute2's do.
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../../netlink/message.ts'
import type { Event, EventObject } from '../../ops/events.ts'
import type { Link } from '../../route/link.ts'
import { NSID_NOT_ASSIGNED, type Nsid } from '../../route/nsid.ts'
import type { Prefix } from '../../route/prefix.ts'
import type { Json } from '../json.ts'
import { linkName, type Names, Sheet, type Show } from '../sheet.ts'

/** Writes one event. Undefined: nothing is said of it. */
export type Printer<O extends EventObject = EventObject> = (
  event: Event<O>,
  show: Show,
  names: Names,
) => Sheet | undefined

const deletedOf = (event: { readonly action: string }): { deleted: boolean } => ({
  deleted: event.action === 'removed',
})

/** What tc says became of a qdisc, by the flags of the request that did it (tc/tc_qdisc.c: print_qdisc). */
function qdiscEvent({ action, flags }: Event): 'deleted' | 'replaced' | 'added' | undefined {
  if (action === 'removed') return 'deleted'
  if (!(flags & NLM_F_CREATE)) return undefined
  return flags & NLM_F_REPLACE ? 'replaced' : flags & NLM_F_EXCL ? 'added' : undefined
}
/** The same of a filter and of a chain (tc/tc_filter.c: print_filter). */
function filterEvent({ action, flags }: Event): 'deleted' | 'replaced' | 'added' | undefined {
  if (action === 'removed') return 'deleted'
  if (!(flags & NLM_F_CREATE)) return undefined
  return flags & NLM_F_EXCL ? 'added' : 'replaced'
}

/** What prints each object. Printers of a folder or file of their own are loaded when they are asked for. */
export type Printers = { readonly [O in EventObject]?: () => Promise<Printer<O>> }

/** The printers of `ip monitor` and `tc monitor`. */
export const PRINTERS: Printers = {
  link: links,
  port: links,
  async address() {
    const { noticeSheet } = await import('../ip/print-address.ts')
    return (event, show, names) => noticeSheet(event.value, event.action === 'removed', show, names)
  },
  neighbour: neighbours,
  fdb: neighbours,
  async route() {
    const { routeSheet } = await import('../ip/print-route.ts')
    return (event, show, names) => routeSheet(event.value, show, names, {}, event.action === 'removed')
  },
  async mroute() {
    const { multicastRouteSheet } = await import('../ip/print-mroute.ts')
    return (event, show, names) => multicastRouteSheet(event.value, show, names, event.action === 'removed')
  },
  async rule() {
    const { ruleSheet } = await import('../ip/print-rule.ts')
    return (event, show) => ruleSheet(event.value, show, event.action === 'removed')
  },
  async nexthop() {
    const { nexthopSheet } = await import('../ip/print-nexthop.ts')
    return (event, show, names) => nexthopSheet(event.value, show, names, event.action === 'removed')
  },
  async netconf() {
    const { netconfSheet } = await import('../ip/netconf.ts')
    return (event, show, names) => netconfSheet(event.value, show, names, deletedOf(event))
  },
  async qdisc() {
    const { printQdisc } = await import('../tc/print-qdisc.ts')
    return (event, show, names) => printQdisc(event.value, { show, names }, qdiscEvent(event))
  },
  async class() {
    const { printClass } = await import('../tc/print-class.ts')
    return (event, show, names) =>
      printClass(event.value, { show, names }, event.action === 'removed' ? 'deleted' : undefined)
  },
  async filter() {
    const { printFilter } = await import('../tc/print-filter.ts')
    return (event, show, names) => printFilter(event.value, { show, names }, filterEvent(event))
  },
  async chain() {
    const { printChain } = await import('../tc/print-filter.ts')
    return (event, show, names) => printChain(event.value, { show, names }, filterEvent(event))
  },
  async action() {
    const { printActionEvent } = await import('../tc/action.ts')
    return (event, show, names) => printActionEvent(event, { show, names })
  },
  async stats() {
    const { hardwareInfoSheet } = await import('../ip/print-stats.ts')
    return (event, show, names) => hardwareInfoSheet(event.value, show, names)
  },
  nsid: async () => (event, show, names) => nsidSheet(event.value, show, names, event.action === 'removed'),
  prefix: async () => (event, show, names) => prefixSheet(event.value, show, names),
}

/** The printers of `bridge monitor`: links and neighbours in other words than ip's. */
export const BRIDGE_PRINTERS: Printers = {
  link: ports,
  port: ports,
  async fdb() {
    const { fdbSheet } = await import('../bridge/print-fdb.ts')
    return (event, show, names) => fdbSheet(event.value, show, names, deletedOf(event))
  },
  async mdb() {
    const { mdbEventSheet } = await import('../bridge/print-mdb.ts')
    return (event, show, names) => mdbEventSheet(event.value, show, names, deletedOf(event))
  },
  async vlan() {
    const { vlanEventSheet } = await import('../bridge/print-vlan.ts')
    return (event, show, names) => vlanEventSheet(event.value, show, names, deletedOf(event))
  },
  async vni() {
    const { vniSheet } = await import('../bridge/vni.ts')
    return (event, show, names) => vniSheet(event.value, show, names, deletedOf(event))
  },
}

async function ports(): Promise<(event: Event<'link' | 'port'>, show: Show, names: Names) => Sheet | undefined> {
  const { portSheet } = await import('../bridge/print-link.ts')
  // IPv6 tells of its own side of a link, too.
  return (event, show, names) =>
    event.value.family === 'inet6' ? undefined : portSheet(event.value, show, names, deletedOf(event))
}

async function links(): Promise<(event: Event<'link' | 'port'>, show: Show, names: Names) => Sheet> {
  const { noticeSheet } = await import('../ip/print-link.ts')
  return (event, show, names) => noticeSheet(event.value, event.action === 'removed', show, names)
}

async function neighbours(): Promise<(event: Event<'neighbour' | 'fdb'>, show: Show, names: Names) => Sheet> {
  const { neighbourSheet } = await import('../ip/print-neighbour.ts')
  return (event, show, names) =>
    neighbourSheet(event.value, show, names, event.action === 'removed' ? { event: 'deleted' } : {})
}

/** The printers of these objects. */
export async function printersOf(
  objects: Iterable<EventObject>,
  loaders: Printers,
): Promise<ReadonlyMap<EventObject, Printer<any>>> {
  const printers = new Map<EventObject, Printer<any>>()
  for (const object of objects) {
    const load = loaders[object] as (() => Promise<Printer<any>>) | undefined
    if (load) printers.set(object, await load())
  }
  return printers
}

function nsidSheet({ nsid, currentNsid }: Nsid, show: Show, names: Names, deleted: boolean): Sheet {
  const sheet = new Sheet(show)
  if (deleted) sheet.add('deleted', true, 'Deleted ')
  if (nsid === undefined) return sheet
  sheet.add('nsid', nsid, nsid === NSID_NOT_ASSIGNED ? 'nsid unassigned ' : `nsid ${nsid} `)
  if (currentNsid !== undefined) sheet.add('current-nsid', currentNsid)
  const name = names.netns(currentNsid ?? nsid)
  if (name !== undefined) sheet.add('name', name, `(iproute2 netns name: ${name})`)
  sheet.say('\n')
  return sheet
}

/** ND_OPT_PREFIX_INFORMATION */
const PREFIX_INFORMATION = 3

function prefixSheet(prefix: Prefix, show: Show, names: Names): Sheet | undefined {
  const { type, address, prefixLength, index, flags, cacheInfo } = prefix
  if (type !== PREFIX_INFORMATION) return undefined
  const sheet = new Sheet(show)
  sheet.say('prefix ')
  if (address !== undefined) sheet.add('prefix', address, `${sheet.paint('inet6', address)}/${prefixLength} `)
  sheet.note('prefixlen', prefixLength)
  const name = linkName(names, index)
  sheet.add('dev', name, `dev ${sheet.paint('link', name)} `)
  for (const flag of ['onlink', 'autoconf'] as const) if (flags.includes(flag)) sheet.add(flag, true, `${flag} `)
  if (cacheInfo) {
    sheet.add('valid', cacheInfo.valid)
    sheet.add('preferred', cacheInfo.preferred)
  }
  sheet.say('\n')
  return sheet
}

/** iproute2's words before what is told of an object, where it labels them. */
export const LABELS: { readonly [O in EventObject]?: string } = {
  link: 'LINK',
  port: 'LINK',
  address: 'ADDR',
  route: 'ROUTE',
  mroute: 'MROUTE',
  neighbour: 'NEIGH',
  prefix: 'PREFIX',
  rule: 'RULE',
  netconf: 'NETCONF',
  nsid: 'NSID',
  nexthop: 'NEXTHOP',
  stats: 'STATS',
  fdb: 'NEIGH',
  mdb: 'MDB',
  vlan: 'VLAN',
  vni: 'TUNNEL',
}

// ── names ──────────────────────────────────────────────────────────────────

/** Names of links as they were last told, by namespace; the session is asked for those of its own that were not. */
export class HeardNames {
  readonly #known = new Map<number, Map<number, { readonly name: string; readonly up: boolean }>>()
  readonly #session: Names

  constructor(session: Names) {
    this.#session = session
  }

  /** Learns from what is told: before it is printed, as iproute2 does (lib/ll_map.c: ll_remember_index). */
  hear({ object, action, value, nsid }: Event): void {
    if (object !== 'link' && object !== 'port') return
    if (action !== 'removed') this.remember(nsid, [value])
    else if (object === 'link') this.#of(nsid).delete(value.index)
  }

  remember(nsid: number, links: Iterable<Link>): void {
    for (const { index, name, up } of links) if (name !== undefined) this.#of(nsid).set(index, { name, up })
  }

  /** The names of a namespace. */
  in(nsid: number): Names {
    const links = this.#of(nsid)
    const session = this.#session
    return {
      link: index => links.get(index) ?? (nsid < 0 ? session.link(index) : undefined),
      netns: id => session.netns(id),
      // Users, hosts and programs are the machine's.
      user: id => session.user?.(id),
      group: id => session.group?.(id),
      hostName: address => session.hostName?.(address),
      program: id => session.program?.(id),
      setName: index => session.setName?.(index),
    }
  }

  #of(nsid: number): Map<number, { readonly name: string; readonly up: boolean }> {
    const known = this.#known.get(nsid) ?? new Map()
    this.#known.set(nsid, known)
    return known
  }
}

// ── time ───────────────────────────────────────────────────────────────────

const two = (value: number): string => String(value).padStart(2, '0')

/** `-ts`: [2026-11-25T10:31:07.123000] ; `-t`: a line of its own, as asctime(3) writes it. */
export function stamp(at: Date, kind: 'short' | 'long', microseconds = at.getMilliseconds() * 1000): string {
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
  if (kind === 'short') {
    const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
    return `[${day}T${time}.${String(microseconds).padStart(6, '0')}] `
  }
  return `Timestamp: ${calendar(at, time)} ${microseconds} usec\n`
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const calendar = (at: Date, time: string): string =>
  `${DAYS[at.getDay()]} ${MONTHS[at.getMonth()]} ${String(at.getDate()).padStart(2)} ${time} ${at.getFullYear()}`

/** One line of `-j`: what happened, to what, where and when. */
export function eventJson(
  { object, action }: Pick<Event, 'object' | 'action'>,
  sheet: Sheet,
  place: Readonly<Record<string, Json>>,
): Json {
  const { deleted: _, ...value } = sheet.json
  return { object, action, ...place, value }
}
