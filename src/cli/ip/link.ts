// `ip link`: add, set, delete, show, in iproute2's grammar.
import { NLM_F_CREATE, NLM_F_REPLACE } from '../../netlink/message.ts'
import * as linkOps from '../../ops/link.ts'
import { type Link, linkMessage } from '../../route/link.ts'
import { echoOf } from '../echo.ts'
import { CommandError, USAGE, USER } from '../errors.ts'
import { readCommand } from '../grammar.ts'
import { usage } from '../help.ts'
import type { Echo, Session } from '../session.ts'
import { expected, type Keywords, readAll, short, type Words, whole } from '../words.ts'
import { KINDS, PAIRS } from './kinds/index.ts'
import { helpOfKind, readKind } from './link-kinds.ts'
import {
  checkAddressLength,
  type LinkWords,
  mustBeName,
  noDevice,
  readGroup,
  readSettings,
  withAttributes,
} from './link-settings.ts'
import { existing } from './link-words.ts'
import { noticeSheet, printLinks } from './print-link.ts'

export const HELP = `Usage: % link add [ link DEV ] [ name ] NAME [ SETTINGS ] [ index IDX ]
		[ numtxqueues COUNT ] [ numrxqueues COUNT ] type KIND [ OPTIONS ]
       % link set { DEVICE | dev DEVICE | group GROUP } [ SETTINGS ]
		[ name NEWNAME ] [ type KIND OPTIONS ]
       % link delete { DEVICE | dev DEVICE | group GROUP }
       % link property { add | del } dev DEVICE [ altname NAME ]…
       % link xstats type { bridge | bridge_slave | bond | bond_slave } [ PART ] [ dev DEVICE ]
       % link afstats [ dev DEVICE ]
       % link help [ KIND ]
       % link [ show [ DEVICE ] [ up ] [ master DEVICE | nomaster ] [ group GROUP ]
		[ type KIND ] [ vrf NAME ] ]
SETTINGS := [ up | down ] [ address LLADDR ] [ broadcast LLADDR ] [ mtu MTU ]
	[ txqueuelen PACKETS ] [ netns { NAME | PATH | PID } ] [ master DEVICE | nomaster ]
	[ vrf NAME ] [ alias TEXT ] [ group GROUP ] [ arp SWITCH ] [ multicast SWITCH ]
	[ allmulticast SWITCH ] [ promisc SWITCH ] [ dynamic SWITCH ] [ carrier SWITCH ]
	[ protodown SWITCH ] [ protodown_reason NUMBER SWITCH ] [ trailers SWITCH ]
	[ addrgenmode { eui64 | none | stable_secret | random } ] [ state STATE ]
	[ mode { default | dormant } ] [ link-netns NAME | link-netnsid ID ] [ parentdev NAME ]
	[ gso_max_size BYTES ] [ gso_max_segs PACKETS ] [ gro_max_size BYTES ]
	[ { xdp | xdpgeneric | xdpdrv | xdpoffload } { off | pinned FILE |
		object FILE [ section NAME {prog} ] [ program NAME ] [ verbose ] } ]
	[ vf NUM [ mac LLADDR ] [ vlan ID [ qos QOS ] [ proto { 802.1Q | 802.1ad } ] ]
		[ rate MBPS ] [ max_tx_rate MBPS ] [ min_tx_rate MBPS ] [ spoofchk SWITCH ]
		[ query_rss SWITCH ] [ trust SWITCH ] [ state { auto | enable | disable } ]
		[ node_guid EUI64 ] [ port_guid EUI64 ] ]
SWITCH := { on | off }
KIND := { %kinds }
`

/** In iproute2's order: `s` is `set`, `sh` is `show`. */
const COMMANDS = [
  'add',
  'set',
  'change',
  'replace',
  'delete',
  'show',
  'lst',
  'list',
  'xstats',
  'afstats',
  'property',
  'help',
]

/** Runs `ip link …`; answers the exit status. */
export async function linkCommand(words: Words, session: Session): Promise<number> {
  const command = words.done ? 'show' : readCommand(words, 'link', COMMANDS)
  const statistics = () => import('./link-xstats.ts')
  const run: Readonly<Record<string, () => unknown>> = {
    add: () => add(words, session, false),
    replace: () => add(words, session, true),
    set: () => change(words, session),
    change: () => change(words, session),
    delete: () => remove(words, session),
    xstats: async () => (await statistics()).xstats(words, session),
    afstats: async () => (words.next === 'help' ? help(words)() : (await statistics()).afstats(words, session)),
    property: () => property(words, session),
    help: () => kindHelp(words, session),
  }
  await (run[command] ?? (() => show(words, session)))()
  return 0
}

const help = (words: Words) => (): never => {
  throw usage(
    words,
    HELP.replace('%kinds', listed([...PAIRS, ...Object.keys(KINDS).filter(kind => KINDS[kind]!.words)].sort())),
  )
}

/** Words with bars between them, in lines. */
function listed(names: readonly string[]): string {
  const lines = ['']
  for (const name of names) {
    if (lines.at(-1)!.length + name.length > 76) lines.push('')
    lines.push(`${lines.pop()}${name} | `)
  }
  return lines
    .map(line => line.trimEnd())
    .join('\n\t')
    .replace(/ \|$/, '')
}

/** `ip link help [ KIND ]`: of a kind it is what was asked for, and no complaint. */
function kindHelp(words: Words, session: Session): void {
  const text = words.done ? undefined : helpOfKind(words.take())
  if (text === undefined) help(words)()
  else session.print(text)
}

const empty = (words: Words, session: Session): LinkWords => ({ session, options: {}, extra: {}, help: help(words) })

// ── add, set, delete ───────────────────────────────────────────────────────

function add(words: Words, session: Session, replace: boolean): void {
  const link = readSettings(words, empty(words, session))
  const { kind, name, dev, lower, index, txQueues, rxQueues, options } = link
  if (kind === undefined) throw new CommandError(USER, 'Not enough information: "type" argument is required')
  if (name !== undefined && dev !== name)
    throw new CommandError(USAGE, 'both "name" and "dev" cannot be used when creating devices.')
  if (dev !== undefined) mustBeName(words, dev, 'dev')
  const { data, peer } = readKind(words, link, true)
  if (lower !== undefined) session.device(lower)
  const request = linkOps.add<string>({
    ...options,
    kind,
    name: dev,
    link: lower,
    index,
    txQueues,
    rxQueues,
    data: data as never,
    peer,
  })
  const flags = replace ? NLM_F_CREATE | NLM_F_REPLACE : request.flags
  session.apply(withAttributes({ ...request, flags }, link.extra), ECHO(session))
}

function change(words: Words, session: Session): void {
  const link = readSettings(words, empty(words, session))
  const { name, dev, options, index } = link
  const kind = link.kind === undefined ? {} : readKind(words, link, false)
  if (dev === undefined && options.group !== undefined) {
    const { group, ...settings } = options
    session.apply(withAttributes(linkOps.setGroup(group, settings), link.extra), ECHO(session))
    return
  }
  if (dev === undefined) throw noDevice()
  // Behind a move, the index it shall have there.
  if (index !== undefined && options.netns === undefined)
    throw new CommandError(
      USAGE,
      'index can be used only when creating devices or when moving device to another netns.',
    )
  checkAddressLength(session.device(dev), options.address)
  const renamed = name !== undefined && name !== dev ? { name } : {}
  session.apply(
    withAttributes(linkOps.set(dev, { ...options, ...renamed, ...kind }), {
      ...link.extra,
      ...(index !== undefined && { newIndex: index }),
    }),
    ECHO(session),
  )
}

function remove(words: Words, session: Session): void {
  const link = readSettings(words, empty(words, session))
  const { dev, options, kind } = link
  if (kind !== undefined) readKind(words, link, false)
  if (dev === undefined && options.group !== undefined) {
    session.apply(linkOps.deleteGroup(options.group), ECHO(session))
    return
  }
  if (dev === undefined) throw noDevice()
  session.device(dev)
  session.apply(linkOps.delete(dev), ECHO(session))
}

const ECHO = (session: Session): Echo =>
  echoOf(session, linkMessage, linkMessage.types.RTM_DELLINK, (link, deleted) =>
    noticeSheet(link, deleted, session.show, session),
  )

/** `ip link property add dev DEV altname NAME …` */
function property(words: Words, session: Session): void {
  if (words.done || words.next === 'help') help(words)()
  const what = words.take()
  const op = { add: linkOps.addAltNames, del: linkOps.deleteAltNames, delete: linkOps.deleteAltNames }[what]
  if (!op) throw words.fail('Operator required', expected(what, ['add', 'del']), USAGE)
  const names: string[] = []
  let dev: string | undefined
  while (!words.done) {
    const word = words.take()
    if (word === 'altname') names.push(alternativeName(words))
    else {
      if (word === 'dev') words.take('a device')
      if (dev !== undefined)
        throw words.fail(
          `Error: either "dev" is duplicate, or "${words.last}" is a garbage.`,
          expected(words.last, ['altname', 'dev']),
          USAGE,
        )
      dev = words.last
    }
  }
  if (dev === undefined) throw new CommandError(USAGE, 'Not enough of information: "dev" argument is required.')
  session.device(dev)
  if (names.length > 0) session.apply(op(dev, names))
}

function alternativeName(words: Words): string {
  const name = words.take('a name')
  mustBeName(words, name, 'altname', 127)
  return name
}

// ── show ───────────────────────────────────────────────────────────────────

/** Which links are to be shown. */
export interface LinkChoice {
  readonly session: Session
  readonly help: () => never
  dev?: string
  up?: boolean
  /** 0: those that have none. */
  master?: number
  group?: number
  kind?: string
  /** The kind of the master. */
  portKind?: string
}

export const LINK_CHOICE: Keywords<LinkChoice> = {
  up: whole((_, choice) => void (choice.up = true)),
  group: whole((words, choice) => void (choice.group = readGroup(words))),
  master: whole((words, choice) => {
    choice.master = choice.session.device(existing(words, choice.session)).index
  }),
  nomaster: whole((_, choice) => void (choice.master = 0)),
  vrf: whole((words, choice) => {
    const link = choice.session.device(existing(words, choice.session, 'Not a valid VRF name'))
    if (link.kind !== 'vrf') throw words.wrong('Not a valid VRF name', 'it is a link of another kind')
    choice.master = link.index
  }),
  type: whole((words, choice) => {
    const kind = words.take('a kind: veth, bridge, …')
    if (kind.endsWith('_slave')) choice.portKind = kind.slice(0, -'_slave'.length)
    else choice.kind = kind
  }),
  dev: whole((words, choice) => {
    words.take('a device')
    chosenDevice(words, choice)
  }),
  help: short((_, choice) => choice.help()),
}

/** A word that is no keyword is the device's name: once. */
export function chosenDevice(words: Words, choice: LinkChoice): void {
  const word = words.last
  if (choice.dev !== undefined)
    throw words.fail(
      `Error: either "dev" is duplicate, or "${word}" is a garbage.`,
      expected(word, Object.keys(LINK_CHOICE)),
      USAGE,
    )
  choice.dev = word
}

function show(words: Words, session: Session): void {
  const choice: LinkChoice = { session, help: help(words) }
  readAll(words, LINK_CHOICE, choice, () => {
    words.take()
    chosenDevice(words, choice)
  })
  session.print(printLinks(chosenLinks(choice), session.show, session))
}

/** The links that a choice means: one is asked for alone, more are listed. */
export function chosenLinks(choice: LinkChoice): readonly Link[] {
  const { session, dev, up, master, group, kind, portKind } = choice
  const wanted = (link: Link): boolean =>
    (up === undefined || link.up === up) &&
    (master === undefined || (link.master ?? 0) === master) &&
    (group === undefined || link.group === group) &&
    (kind === undefined || link.kind === kind) &&
    (portKind === undefined || link.linkInfo?.slaveKind === portKind)
  if (dev !== undefined) return [shownDevice(session, dev)].filter(wanted)
  const filter = {
    ...(master && { master }),
    ...(kind !== undefined && { kind }),
    statistics: session.show.statistics > 0,
  }
  const all = session.run(linkOps.list(filter))
  // A filtered list is no list of all: what it lacks is asked for when its name is needed.
  session.remember(all)
  return all.filter(wanted)
}

/** A device to be shown: iproute2 has other words for its absence here. */
export function shownDevice(session: Session, name: string): Link {
  const link = session.find(name)
  if (link) return link
  throw new CommandError(USER, `Device "${name}" does not exist.`, session.absent(name))
}
