// What is multicast in this namespace, as it happens: the bytes of every notification, through our own sockets.
import { openSocket } from '../../netlink/binding.ts'
import { Connection } from '../../netlink/connection.ts'
import { NetlinkError } from '../../netlink/error.ts'
import { NETLINK_GENERIC, NETLINK_ROUTE, NLMSG_HDRLEN } from '../../netlink/message.ts'
import type { NetlinkSocket } from '../../netlink/socket.ts'
import { EVENT_BUFFER, EventQueue, Listener } from '../../netlink/subscription.ts'
import { EVENT_OBJECTS, type EventObject, eventSource } from '../../ops/events.ts'
import * as genericFamily from '../../ops/generic-family.ts'
import { RTNLGRP } from '../../route/groups.ts'
import { SysError } from '../../sys/libc.ts'
import { type Datagram, SourceError } from '../sources/index.ts'
import { quoted } from '../value.ts'

export interface MonitorOptions {
  /** Hear all namespaces that have an id here, too. */
  readonly allNamespaces: boolean
  /** Ends it, without an error. */
  readonly signal: AbortSignal
  /** Told of what cannot be heard, where everything was asked for. */
  readonly note: (text: string) => void
}

interface Group {
  readonly protocol: number
  readonly name: string
  readonly id: number
}

const ROUTE_GROUPS: readonly Group[] = Object.entries(RTNLGRP).map(([name, id]) => ({
  protocol: NETLINK_ROUTE,
  name: name.toLowerCase(),
  id,
}))

/**
 * Listens to groups: `link`, `route` and the other objects of `ip monitor`, rtnetlink's groups (`ipv4_route`), a family
 * of generic netlink, or one of its groups (`ethtool`, `nlctrl:notify`). Without any: to all that rtnetlink has.
 * It listens from this call on. Throws SourceError for what does not exist.
 */
export function monitor(words: readonly string[], options: MonitorOptions): AsyncIterable<readonly Datagram[]> {
  const groups = words.length > 0 ? words.flatMap(groupsOf) : ROUTE_GROUPS
  const listeners: Listener<Datagram>[] = []
  const queue = new EventQueue<Datagram>({ signal: options.signal }, () => {
    for (const listener of listeners) listener.close()
  })
  for (const protocol of new Set(groups.map(group => group.protocol))) {
    const socket = openSocket(protocol, { receiveBuffer: EVENT_BUFFER })
    if (options.allNamespaces) socket.listenAllNamespaces()
    for (const group of groups) if (group.protocol === protocol) join(socket, group, words, options.note)
    const hearing = {
      event: (datagram: Datagram) => queue.push(datagram),
      overrun: () => queue.lose(),
      failed: (error: Error) => queue.fail(error),
    }
    listeners.push(new Listener(socket, datagramOf(protocol), hearing, true))
  }
  return batches(queue)
}

const datagramOf =
  (protocol: number) =>
  (_type: number, _view: DataView, bytes: Uint8Array, p: number, end: number, nsid: number): Datagram => ({
    bytes: bytes.slice(p - NLMSG_HDRLEN, end),
    protocol,
    direction: 'received',
    time: BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n,
    place: '',
    ...(nsid < 0 ? {} : { nsid }),
  })

/** Some groups need a privilege, and old kernels lack some: that is an error only where they were asked for. */
function join(
  socket: NetlinkSocket,
  { name, id }: Group,
  asked: readonly string[],
  note: (text: string) => void,
): void {
  try {
    socket.join(id)
  } catch (error) {
    if (!(error instanceof SysError)) throw error
    if (asked.length > 0) throw new SourceError(`cannot hear group ${name}: ${error.message}`)
    if (error.code === 'EPERM') note(`group ${name} is not heard: it needs CAP_NET_ADMIN`)
  }
}

async function* batches(queue: EventQueue<Datagram>): AsyncGenerator<Datagram[]> {
  for await (const event of queue) {
    if ('bytes' in event) yield [event]
    else yield [{ bytes: new Uint8Array(0), place: 'here', broken: 'notifications were lost: they came too fast' }]
  }
}

// ── groups by name ─────────────────────────────────────────────────────────

function groupsOf(word: string): readonly Group[] {
  const name = word
    .toLowerCase()
    .replaceAll('-', '_')
    .replace(/^rtnlgrp_/, '')
  const object = (EVENT_OBJECTS as readonly string[]).includes(name) ? (name as EventObject) : undefined
  if (object) {
    const ids = eventSource([object]).groups
    return ROUTE_GROUPS.filter(({ id }) => ids.includes(id))
  }
  const group = ROUTE_GROUPS.find(candidate => candidate.name === name)
  return group ? [group] : genericGroups(word)
}

function genericGroups(word: string): readonly Group[] {
  const [family = '', only] = word.split(':', 2)
  const all = askGroups(family)
  if (!all)
    throw new SourceError(
      `${quoted(word)} is no group: ${EVENT_OBJECTS.join(', ')}, one of RTNLGRP_…, a generic family`,
    )
  const groups = all.filter(({ name }) => only === undefined || name === only)
  if (groups.length > 0) return groups.map(group => ({ ...group, name: `${family}:${group.name}` }))
  const has = all.length > 0 ? `its groups are ${all.map(({ name }) => name).join(', ')}` : 'it has no groups'
  throw new SourceError(
    `the generic family ${quoted(family)} has no group ${only === undefined ? '' : `${quoted(only)}: `}${has}`,
  )
}

/** The groups of a family; undefined where the kernel has no such family. */
function askGroups(familyName: string): readonly Group[] | undefined {
  using connection = new Connection(openSocket(NETLINK_GENERIC, {}))
  try {
    const { groups = [] } = connection.runSync(genericFamily.get(familyName))
    return groups.map(({ name = '', id = 0 }) => ({ protocol: NETLINK_GENERIC, name, id }))
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ENOENT') return undefined
    throw error
  }
}
