// `ip monitor`, `bridge monitor`, `tc monitor`: what happens, as it happens, in iproute2's grammar and lines; beyond it all named namespaces at once, what
// there is already, and a JSON object a line.
import { readFileSync } from 'node:fs'
import { Netlink } from '../../client.ts'
import { HELD, TABLE_NAMES } from '../../live/kinds.ts'
import { viewOf } from '../../netlink/codec.ts'
import type { Connection } from '../../netlink/connection.ts'
import { NLMSG_MIN_TYPE } from '../../netlink/message.ts'
import type { AllNamespaces, PlacedEvent } from '../../netns/subscribe-all.ts'
import { watchNamed } from '../../netns/watch.ts'
import { type Event, type EventObject, eventSource } from '../../ops/events.ts'
import * as linkOps from '../../ops/link.ts'
import { errnoText } from '../../sys/errno.ts'
import { CommandError, USAGE } from '../errors.ts'
import { usage } from '../help.ts'
import { type Json, writeJson } from '../json.ts'
import { walkFile } from '../message-file.ts'
import type { Session } from '../session.ts'
import { expected, matching, type Words } from '../words.ts'
import {
  BRIDGE_PRINTERS,
  eventJson,
  HeardNames,
  LABELS,
  PRINTERS,
  type Printer,
  type Printers,
  printersOf,
  stamp,
} from './lines.ts'

export const HELP = `Usage: % monitor [ all | OBJECTS ] [ file FILE ] [ label ] [ all-nsid | --all-netns ]
	[ dev DEVICE ] [ --since-start ]
OBJECTS := address | link | mroute | neigh | netconf | nexthop | nsid | prefix | route | rule | stats | netns
--all-netns: all named namespaces, by their names; --since-start: first what there is already.
`
export const BRIDGE_HELP = `Usage: % monitor [ all | OBJECTS ] [ file FILE ] [ dev DEVICE ] [ --all-netns ]
OBJECTS := link | fdb | mdb | vlan | vni
all: also VLANs and VNIs, each line with its label; --all-netns: all named namespaces, by their names.
`
export const TC_HELP = `Usage: % monitor [ file FILE ]
`

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

/** What a word of a monitor does. */
type Word = (choice: Choice, words: Words) => void

/** The monitor of one of the programs. */
interface Grammar {
  readonly program: 'ip' | 'bridge' | 'tc'
  readonly help: string
  /** Its words, in iproute2's order. */
  readonly words: Readonly<Record<string, Word>>
  /** What is listened to where no word chooses. */
  readonly always: readonly EventObject[]
  readonly printers: Printers
  /** What -4 and -6 choose among. */
  readonly byFamily: ReadonlySet<EventObject>
}

const listenTo =
  (...objects: readonly EventObject[]): Word =>
  choice => {
    for (const object of objects) choice.objects.add(object)
  }
const file: Word = (choice, words) => void (choice.file = words.take('a file'))
const dev: Word = (choice, words) => void (choice.dev = words.take('a device'))
const label: Word = choice => void (choice.label = true)
const allNetns: Word = choice => void (choice.everywhere = 'netns')

const IP_OBJECTS: Readonly<Record<string, readonly EventObject[]>> = {
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

const IP: Grammar = {
  program: 'ip',
  help: HELP,
  words: {
    file,
    label,
    ...Object.fromEntries(Object.entries(IP_OBJECTS).map(([word, objects]) => [word, listenTo(...objects)])),
    netns: choice => void (choice.names = true),
    all: label,
    'all-nsid': choice => void (choice.everywhere = 'nsid'),
    dev,
    '--all-netns': allNetns,
    '--since-start': choice => void (choice.sinceStart = true),
  },
  always: Object.values(IP_OBJECTS).flat(),
  printers: PRINTERS,
  byFamily: new Set(['fdb', 'address', 'route', 'rule', 'neighbour', 'netconf', 'nexthop']),
}

const BRIDGE: Grammar = {
  program: 'bridge',
  help: BRIDGE_HELP,
  words: {
    file,
    link: listenTo('link', 'port'),
    fdb: listenTo('fdb'),
    mdb: listenTo('mdb'),
    vlan: listenTo('vlan'),
    vni: listenTo('vni'),
    all(choice, words) {
      label(choice, words)
      listenTo('link', 'port', 'fdb', 'mdb', 'vlan', 'vni')(choice, words)
    },
    dev,
    '--all-netns': allNetns,
  },
  always: ['link', 'port', 'fdb', 'mdb'],
  printers: BRIDGE_PRINTERS,
  byFamily: new Set(),
}

const TC: Grammar = {
  program: 'tc',
  help: TC_HELP,
  words: { file },
  always: ['qdisc', 'class', 'filter', 'chain', 'action'],
  printers: PRINTERS,
  byFamily: new Set(),
}

type MonitorCommand = (words: Words, session: Session, signal?: AbortSignal) => Promise<number>

/** Runs `ip monitor …` until it is ended, or `signal` ends it; answers the exit status. */
export const monitorCommand = commandOf(IP)
/** Runs `bridge monitor …`, as {@link monitorCommand}. */
export const bridgeMonitorCommand = commandOf(BRIDGE)
/** Runs `tc monitor …`, as {@link monitorCommand}. */
export const trafficMonitorCommand = commandOf(TC)

function commandOf(grammar: Grammar): MonitorCommand {
  return async (words, session, signal) => {
    const choice = readChoice(words, grammar)
    const printers = await printersOf(choice.objects, grammar.printers)
    const dev = choice.dev === undefined ? undefined : session.find(choice.dev)
    if (choice.dev !== undefined && !dev)
      throw new CommandError(
        USAGE,
        `Error: argument "${choice.dev}" is wrong: Device does not exist\n`,
        session.absent(choice.dev),
      )
    const teller = new Teller(session, choice, grammar.byFamily, printers, dev?.index)
    if (choice.file !== undefined) return replay(choice.file, teller)
    await Promise.all([listen(session, choice, teller, signal), choice.names && nameChanges(teller, signal)])
    return 0
  }
}

function readChoice(words: Words, { program, help, words: table, always, printers }: Grammar): Choice {
  const choice: Choice = {
    objects: new Set(),
    names: false,
    label: false,
    everywhere: undefined,
    file: undefined,
    dev: undefined,
    sinceStart: false,
  }
  const known = [...Object.keys(table), 'help']
  while (!words.done) {
    const word = words.take()
    const name = matching(word, known)
    if (name === 'help') throw usage(words, help, program === 'ip' ? undefined : program)
    if (name === undefined)
      throw words.fail(
        `Argument "${word}" is unknown, try "${program === 'ip' ? words.all[0] : program} monitor help".`,
        expected(word, known),
        USAGE,
      )
    table[name]!(choice, words)
  }
  if (choice.objects.size === 0 && !choice.names) {
    // Of a file all is told, also what is listened to only where it is asked for.
    const objects = choice.file === undefined ? always : (Object.keys(printers) as EventObject[])
    listenTo(...objects)(choice, words)
  }
  return choice
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
    const { errno = 0 } = error as NodeJS.ErrnoException
    throw new CommandError(USAGE, `Cannot fopen: ${errnoText(-errno)}`, file)
  }
  const { decode } = eventSource([...teller.objects])
  const view = viewOf(bytes)
  walkFile(bytes, USAGE, (type, flags, _sequence, _port, p, end) => {
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
  readonly #byFamily: ReadonlySet<EventObject>
  readonly #printers: ReadonlyMap<EventObject, Printer<any>>
  readonly #dev: number | undefined

  constructor(
    session: Session,
    choice: Choice,
    byFamily: ReadonlySet<EventObject>,
    printers: ReadonlyMap<EventObject, Printer<any>>,
    dev: number | undefined,
  ) {
    this.#session = session
    this.#choice = choice
    this.#byFamily = byFamily
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
    if (this.#byFamily.has(object) && (family === 'inet' || family === 'inet6') && values.family !== family)
      return false
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
