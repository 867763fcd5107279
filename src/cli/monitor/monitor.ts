// `ip monitor`: what happens, as it happens, in iproute2's grammar and lines; beyond it all named namespaces at once, what
// there is already, and a JSON object a line.
import { readFileSync } from 'node:fs'
import { Netlink } from '../../client.ts'
import { HELD, TABLE_NAMES } from '../../live/kinds.ts'
import type { Connection } from '../../netlink/connection.ts'
import { NLMSG_MIN_TYPE, walk } from '../../netlink/message.ts'
import type { AllNamespaces, PlacedEvent } from '../../netns/subscribe-all.ts'
import { watchNamed } from '../../netns/watch.ts'
import { type Event, type EventObject, eventSource } from '../../ops/events.ts'
import * as linkOps from '../../ops/link.ts'
import { CommandError, USAGE } from '../errors.ts'
import { usage } from '../help.ts'
import { type Json, writeJson } from '../json.ts'
import type { Session } from '../session.ts'
import { expected, matching, type Words } from '../words.ts'
import { eventJson, HeardNames, LABELS, PRINTABLE, type Printer, printersOf, stamp } from './lines.ts'

export const HELP = `Usage: % monitor [ all | OBJECTS ] [ file FILE ] [ label ] [ all-nsid | --all-netns ]
	[ dev DEVICE ] [ --since-start ]
OBJECTS := address | link | mroute | neigh | netconf | nexthop | nsid | prefix | route | rule | stats | netns
--all-netns: all named namespaces, by their names; --since-start: first what there is already.
`

/** What each of iproute2's words listens to, in its order. */
const OBJECTS: Readonly<Record<string, readonly EventObject[]>> = {
  link: ['link', 'port'],
  address: ['address'],
  route: ['route'],
  mroute: ['mroute'],
  prefix: ['prefix'],
  // A bridge's forwarding entries are told in the same group.
  neigh: ['neighbour', 'fdb'],
  netconf: ['netconf'],
  rule: ['rule'],
  nsid: ['nsid'],
  nexthop: ['nexthop'],
  stats: ['stats'],
}
const WORDS = [
  ...['file', 'label', ...Object.keys(OBJECTS), 'netns', 'all', 'all-nsid'],
  ...['help', 'dev', '--all-netns', '--since-start'],
]

interface Choice {
  readonly objects: Set<EventObject>
  names: boolean
  label: boolean
  /** `all-nsid`: by their ids, as iproute2; `--all-netns`: by their names. */
  everywhere: 'nsid' | 'netns' | undefined
  file: string | undefined
  dev: string | undefined
  sinceStart: boolean
}

/** Runs `ip monitor …` until it is ended, or `signal` ends it; answers the exit status. */
export async function monitorCommand(words: Words, session: Session, signal?: AbortSignal): Promise<number> {
  return run(readChoice(words), session, signal)
}

export const TC_HELP = `Usage: % monitor [ file FILE ]
`
const TRAFFIC: readonly EventObject[] = ['qdisc', 'class', 'filter', 'chain']

/** Runs `tc monitor …`, as {@link monitorCommand}. */
export async function trafficMonitorCommand(words: Words, session: Session, signal?: AbortSignal): Promise<number> {
  const choice = nothingChosen()
  while (!words.done) {
    const known = matching(words.take(), ['file', 'help'])
    if (known === 'help') throw usage(words, TC_HELP)
    if (known === undefined)
      throw words.fail(`Argument "${words.last}" is unknown, try "tc monitor help".`, 'expected: file', USAGE)
    choice.file = words.take('a file')
  }
  for (const object of TRAFFIC) choice.objects.add(object)
  return run(choice, session, signal)
}

async function run(choice: Choice, session: Session, signal?: AbortSignal): Promise<number> {
  const printers = await printersOf(choice.objects)
  const dev = choice.dev === undefined ? undefined : session.find(choice.dev)
  if (choice.dev !== undefined && !dev)
    throw new CommandError(
      USAGE,
      `Error: argument "${choice.dev}" is wrong: Device does not exist\n`,
      session.absent(choice.dev),
    )
  const teller = new Teller(session, choice, printers, dev?.index)
  if (choice.file !== undefined) return replay(choice.file, teller)
  await Promise.all([listen(session, choice, teller, signal), choice.names && nameChanges(teller, signal)])
  return 0
}

const nothingChosen = (): Choice => ({
  objects: new Set(),
  names: false,
  label: false,
  everywhere: undefined,
  file: undefined,
  dev: undefined,
  sinceStart: false,
})

function readChoice(words: Words): Choice {
  const choice = nothingChosen()
  let every = true
  while (!words.done) {
    const word = words.take()
    const known = matching(word, WORDS)
    if (known === undefined)
      throw words.fail(
        `Argument "${word}" is unknown, try "${words.all[0]} monitor help".`,
        expected(word, WORDS),
        USAGE,
      )
    if (known === 'help') throw usage(words, HELP)
    else if (known === 'file') choice.file = words.take('a file')
    else if (known === 'dev') choice.dev = words.take('a device')
    else if (known === 'label') choice.label = true
    else if (known === 'all') choice.label = true
    else if (known === 'all-nsid') choice.everywhere = 'nsid'
    else if (known === '--all-netns') choice.everywhere = 'netns'
    else if (known === '--since-start') choice.sinceStart = true
    else {
      every = false
      if (known === 'netns') choice.names = true
      for (const object of OBJECTS[known] ?? []) choice.objects.add(demand(object, words))
    }
  }
  if (every)
    for (const objects of Object.values(OBJECTS))
      for (const object of objects) if (PRINTABLE.has(object)) choice.objects.add(object)
  return choice
}

function demand(object: EventObject, words: Words): EventObject {
  if (PRINTABLE.has(object)) return object
  throw words.fail(`"${words.last}" is not there yet in netloom monitor.`, undefined, USAGE)
}

// ── hearing ────────────────────────────────────────────────────────────────

async function listen(session: Session, choice: Choice, teller: Teller, signal?: AbortSignal): Promise<void> {
  const { connection } = session
  const { objects, everywhere } = choice
  const { receiveBuffer, netns } = session.settings
  using ears = Netlink.open(netns === undefined ? {} : { netns })
  const options = { keepAlive: true, ...(signal && { signal }), ...(receiveBuffer !== undefined && { receiveBuffer }) }
  const events =
    everywhere === undefined
      ? ears.subscribe([...objects], options)
      : ears.subscribe([...objects], { ...options, allNamespaces: true })
  teller.names.remember(HERE, session.run(linkOps.list()))
  if (choice.sinceStart) {
    tellAll(connection, HERE, undefined, choice, teller)
    if (everywhere !== undefined) tellNamespaces(events as AllNamespaces<EventObject>, choice, teller)
  }
  for await (const event of events) {
    if (event.object === 'overrun') session.host.err('netlink receive error No buffer space available (105)\n')
    else teller.tell(event)
  }
}

const HERE = -1

function tellNamespaces(events: AllNamespaces<EventObject>, choice: Choice, teller: Teller): void {
  for (const id of events.ids.all()) {
    const name = events.ids.name(id)!
    using inside = Netlink.open({ netns: name })
    tellAll(inside, id, name, choice, teller)
  }
}

/** What there is, told as if it came now. */
function tellAll(
  connection: Connection,
  nsid: number,
  netns: string | undefined,
  choice: Choice,
  teller: Teller,
): void {
  for (const table of TABLE_NAMES) {
    const { object, dump, mine } = HELD[table]
    if (!choice.objects.has(object)) continue
    for (const value of connection.runSync(dump as never) as unknown[])
      if (!mine || mine(value as never)) teller.tell({ object, action: 'added', value, nsid, netns, flags: 0 } as never)
  }
}

async function nameChanges(teller: Teller, signal?: AbortSignal): Promise<void> {
  try {
    for await (const { type, name } of watchNamed(signal ? { signal } : {})) teller.tellName(type, name)
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}

/** NLMSG_TSTAMP of rtmon(8): seconds and microseconds, before each message. */
const NLMSG_TSTAMP = 15

function replay(file: string, teller: Teller): number {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(file)
  } catch (error) {
    throw new CommandError(USAGE, `Cannot fopen: ${(error as Error).message}`)
  }
  const { decode } = eventSource([...teller.objects])
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  walk(view, bytes.length, (type, flags, _sequence, _port, p, end) => {
    if (type === NLMSG_TSTAMP) teller.tellTime(view.getUint32(p + 16, true), view.getUint32(p + 20, true))
    if (type < NLMSG_MIN_TYPE) return
    const event = decode(type, view, bytes, p + 16, end, HERE, flags)
    if (event) teller.tell(event)
  })
  return 0
}

// ── telling ────────────────────────────────────────────────────────────────

class Teller {
  readonly names: HeardNames
  readonly #session: Session
  readonly #choice: Choice
  readonly #printers: ReadonlyMap<EventObject, Printer<any>>
  readonly #dev: number | undefined

  constructor(
    session: Session,
    choice: Choice,
    printers: ReadonlyMap<EventObject, Printer<any>>,
    dev: number | undefined,
  ) {
    this.#session = session
    this.#choice = choice
    this.#printers = printers
    this.#dev = dev
    this.names = new HeardNames(session)
  }

  get objects(): Iterable<EventObject> {
    return this.#choice.objects
  }

  tell(event: Event | PlacedEvent<EventObject>): void {
    this.names.hear(event)
    const { show } = this.#session
    if (!this.#wanted(event)) return
    const sheet = this.#printers.get(event.object)?.(event, show, this.names.in(event.nsid))
    if (!sheet) return
    const netns = 'netns' in event ? event.netns : undefined
    if (show.json) this.#json(eventJson(event, sheet, this.#place(event.nsid, netns)))
    else this.#print(`${this.#head(LABELS[event.object]!, event.nsid, netns)}${sheet.text}`)
  }

  tellName(type: 'add' | 'delete', name: string): void {
    if (this.#session.show.json)
      this.#json({ object: 'netns', action: type === 'add' ? 'added' : 'removed', ...this.#time(), value: { name } })
    else this.#print(`${this.#head('NETNS', HERE, undefined)}${type} ${name}\n`)
  }

  /** A time that a file tells. */
  tellTime(seconds: number, microseconds: number): void {
    if (!this.#session.show.json)
      this.#print(stamp(new Date(seconds * 1000), 'long', microseconds).replace('usec', 'us'))
  }

  #wanted({ object, value }: Event): boolean {
    const { family } = this.#session.show
    const values = value as { readonly family?: unknown; readonly index?: unknown; readonly oif?: unknown }
    if (BY_FAMILY.has(object) && (family === 'inet' || family === 'inet6') && values.family !== family) return false
    if (object === 'route' && (value as { flags: readonly unknown[] }).flags.includes('cloned')) return false
    if (this.#dev === undefined || object === 'nsid' || object === 'rule') return true
    return (object === 'route' || object === 'nexthop' ? values.oif : values.index) === this.#dev
  }

  #head(label: string, nsid: number, netns: string | undefined): string {
    const { timestamp } = this.#session.show
    const { everywhere } = this.#choice
    const where =
      everywhere === undefined
        ? ''
        : everywhere === 'nsid'
          ? `[nsid ${nsid < 0 ? 'current' : nsid}]`
          : `[netns ${netns ?? (nsid < 0 ? 'current' : `nsid ${nsid}`)}]`
    return `${timestamp ? stamp(new Date(), timestamp) : ''}${where}${this.#choice.label ? `[${label}]` : ''}`
  }

  #place(nsid: number, netns: string | undefined): Readonly<Record<string, Json>> {
    const { everywhere } = this.#choice
    return {
      ...this.#time(),
      ...(everywhere !== undefined && nsid >= 0 && { nsid }),
      ...(everywhere !== undefined && netns !== undefined && { netns }),
    }
  }

  #time(): Readonly<Record<string, Json>> {
    return this.#session.show.timestamp ? { timestamp: new Date().toISOString() } : {}
  }

  #json(value: Json): void {
    this.#session.print(`${writeJson(value, this.#session.show.pretty)}\n`)
  }

  #print(text: string): void {
    this.#session.print(text)
  }
}

const BY_FAMILY: ReadonlySet<EventObject> = new Set([
  'fdb',
  'address',
  'route',
  'rule',
  'neighbour',
  'netconf',
  'nexthop',
])
