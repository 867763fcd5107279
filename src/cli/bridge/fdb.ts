// `bridge fdb`: forwarding databases, shown and changed, in iproute2's grammar.
import { NetlinkError } from '../../netlink/error.ts'
import { flagsValue } from '../../netlink/words.ts'
import * as fdbOps from '../../ops/fdb.ts'
import { type Neighbour, NUD } from '../../route/neighbour.ts'
import { CommandError, kernelLine, USAGE } from '../errors.ts'
import { readCommand } from '../grammar.ts'
import { usage } from '../help.ts'
import { readHost } from '../prefix.ts'
import type { Session } from '../session.ts'
import { finish } from '../sheet.ts'
import {
  expected,
  garbage,
  integer,
  type Keyword,
  type Keywords,
  matching,
  once,
  parseInteger,
  readAll,
  short,
  type Words,
  whole,
} from '../words.ts'
import { fdbSheet } from './print-fdb.ts'
import { checkMac, device, dumped, readPort, readVlan, readVni, unknownWord } from './words.ts'

export const HELP = `Usage: % fdb { add | append | delete | replace } ADDR dev DEV
		[ self ] [ master ] [ use ] [ router ] [ extern_learn ]
		[ sticky ] [ local | static | dynamic ] [ vlan VID ]
		{ [ dst IPADDR ] [ port PORT ] [ vni VNI ] | [ nhid NHID ] }
		[ via DEV ] [ src_vni VNI ]
		[ activity_notify ] [ inactive ] [ norefresh ]
       % fdb [ show [ br BRDEV ] [ brport DEV ] [ vlan VID ]
		[ state STATE ] [ dynamic ] ]
       % fdb get [ to ] LLADDR [ br BRDEV ] { brport | dev } DEV
		[ vlan VID ] [ vni VNI ] [ self ] [ master ]
       % fdb flush dev DEV [ brport DEV ] [ vlan VID ]
		[ self ] [ master ] [ [no]permanent | [no]static | [no]dynamic ]
		[ [no]added_by_user ] [ [no]extern_learn ] [ [no]sticky ]
		[ [no]offloaded ] [ [no]router ]
		[ dst IPADDR ] [ port PORT ] [ vni VNI ] [ src_vni VNI ] [ nhid NHID ]
`

/** In iproute2's order: `a` is `add`. */
const COMMANDS = ['add', 'append', 'replace', 'delete', 'get', 'show', 'lst', 'list', 'flush', 'help']

/** Runs `bridge fdb …`; answers the exit status. */
export function bridgeFdbCommand(words: Words, session: Session): number {
  const command = words.done ? 'show' : readCommand(words, 'fdb', COMMANDS)
  const run: Readonly<Record<string, () => void>> = {
    add: () => modify(words, session, fdbOps.add),
    append: () => modify(words, session, fdbOps.append),
    replace: () => modify(words, session, fdbOps.replace),
    delete: () => modify(words, session, remove),
    get: () => get(words, session),
    flush: () => flush(words, session),
    help: () => help(words)(),
  }
  ;(run[command] ?? (() => show(words, session)))()
  return 0
}

const help = (words: Words) => (): never => {
  throw usage(words, HELP, 'bridge')
}

/** What is of no account to a delete is left out. */
const remove = ({ state, activity, dontRefresh, ...options }: fdbOps.FdbAdd) => fdbOps.delete(options)

// ── add, append, replace, delete ───────────────────────────────────────────

interface EntryWords {
  readonly session: Session
  readonly help: () => never
  dev?: string
  address?: string
  bridge?: string
  brport?: string
  vlan?: number
  dst?: string
  port?: number
  vni?: number
  sourceVni?: number
  nexthopId?: number
  via?: string
  state?: fdbOps.FdbState
  dontRefresh?: true
  readonly flags: fdbOps.FdbFlag[]
  readonly activity: ('activity_notify' | 'inactive')[]
}

type Read = Keyword<EntryWords>['read']
const flag =
  (name: fdbOps.FdbFlag): Read =>
  (_, state) =>
    void state.flags.push(name)
const stateOf =
  (name: fdbOps.FdbState): Read =>
  (_, state) =>
    void (state.state = name)
const vlan: Read = (words, state) => {
  if (state.vlan !== undefined) throw garbage(words, 'vlan', Object.keys(WORDS))
  state.vlan = readVlan(words)
}
const dst: Read = (words, state) => {
  if (state.dst !== undefined) {
    words.take('an address')
    throw garbage(words, 'dst', Object.keys(WORDS))
  }
  state.dst = readHost(words, state.session.show.family).address
}
const port: Read = (words, state) => void (state.port = readPort(words))
const vni: Read = (words, state) => void (state.vni = readVni(words, 'invalid VNI'))
const sourceVni: Read = (words, state) => void (state.sourceVni = readVni(words, 'invalid src VNI'))
const dev: Read = (words, state) => void (state.dev = words.take('a device'))
const to: Read = (words, state) => address(words, state)

const WORDS: Keywords<EntryWords> = {
  dev: whole(dev),
  dst: whole(dst),
  nhid: whole((words, state) => void (state.nexthopId = integer(words, '"id" value is invalid'))),
  port: whole(port),
  vni: whole(vni),
  src_vni: whole(sourceVni),
  via: whole((words, state) => void (state.via = device(state.session, words.take('a device')).name!)),
  self: whole(flag('self')),
  master: short(flag('master')),
  router: short(flag('router')),
  local: short(stateOf('permanent')),
  permanent: short(stateOf('permanent')),
  temp: short(stateOf('static')),
  static: short(stateOf('static')),
  dynamic: short(stateOf('dynamic')),
  vlan: short(vlan),
  use: short(flag('use')),
  extern_learn: short(flag('extern_learn')),
  sticky: short(flag('sticky')),
  activity_notify: whole((_, { activity }) => void activity.push('activity_notify')),
  inactive: whole((_, { activity }) => void activity.push('inactive')),
  norefresh: whole((_, state) => void (state.dontRefresh = true)),
  to: whole(to),
  help: short((_, state) => state.help()),
}

function address(words: Words, state: EntryWords): void {
  const text = words.take('a MAC address')
  if (state.address !== undefined) throw garbage(words, 'to', Object.keys(WORDS))
  state.address = text
}

const start = (words: Words, session: Session): EntryWords => ({ session, help: help(words), flags: [], activity: [] })

function modify(words: Words, session: Session, request: typeof fdbOps.add): void {
  const state = start(words, session)
  readAll(words, WORDS, state, address)
  const { dev, address: mac, nexthopId, dst, port, vni, activity, dontRefresh } = state
  if (dev === undefined || mac === undefined)
    throw new CommandError(USAGE, 'Device and address are required arguments.')
  if (nexthopId && (dst ?? port ?? vni) !== undefined)
    throw new CommandError(USAGE, 'dst, port, vni are mutually exclusive with nhid')
  checkMac(words, mac)
  device(session, dev)
  const { vlan, sourceVni, via, flags } = state
  const extended = { ...(activity.length > 0 && { activity }), ...(dontRefresh && { dontRefresh }) }
  session.apply(
    request({
      ...{ dev, address: mac, dst, vlan, port: port || undefined, vni, sourceVni, nexthopId: nexthopId || undefined },
      ...{ via, flags, state: state.state, ...extended },
    }),
  )
}

// ── get ────────────────────────────────────────────────────────────────────

const bridge: Read = (words, state) => void (state.bridge = words.take('a bridge'))

const GET_WORDS: Keywords<EntryWords> = {
  brport: whole(dev),
  dev: whole(dev),
  br: whole(bridge),
  vni: whole(vni),
  self: whole(flag('self')),
  master: short(flag('master')),
  vlan: short(vlan),
  // Of what is listed; one that is asked for is shown whatever it is.
  dynamic: short(() => {}),
  to: whole(to),
  help: short((_, state) => state.help()),
}
/** What `bridge` answers when there is none. */
const NOT_FOUND = 254

function get(words: Words, session: Session): void {
  const state = start(words, session)
  readAll(words, GET_WORDS, state, address)
  const { dev, bridge, address: mac, vlan, vni, flags } = state
  if ((dev === undefined && bridge === undefined) || mac === undefined)
    throw new CommandError(USAGE, 'Device or master and address are required arguments.')
  checkMac(words, mac)
  if (dev !== undefined) device(session, dev)
  if (bridge !== undefined) device(session, bridge, 'bridge device')
  const request = fdbOps.get({ address: mac, dev, bridge, vlan, vni, flags: flags as ('self' | 'master')[] })
  try {
    session.print(finish([fdbSheet(session.run(request), session.show, session)], session.show))
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error
    throw new CommandError(NOT_FOUND, kernelLine(error), `netloom: ${error.message}`)
  }
}

// ── show ───────────────────────────────────────────────────────────────────

interface FdbChoice {
  dev?: string
  bridge?: string
  vlan?: number
  /** The bits of those that were said. */
  states?: number
  dynamic?: true
  readonly help: () => never
}

/** What iproute2's words for states are in the kernel, in its order. */
const STATES: Readonly<Record<string, string>> = {
  permanent: 'permanent',
  static: 'noarp',
  temp: 'noarp',
  stale: 'stale',
  reachable: 'reachable',
  dynamic: 'reachable',
}
const ALL = 0xffffffff

function readState(words: Words): number {
  const text = words.take('a state')
  const name = matching(text, Object.keys(STATES))
  const value = name ? NUD.byWord.get(STATES[name]!)! : text === 'all' ? ALL : parseInteger(text)
  if (value === undefined) throw words.wrong('invalid state', expected(text, [...Object.keys(STATES), 'all']))
  return value
}

const chosenDevice: Keyword<FdbChoice>['read'] = (words, choice) => void (choice.dev = words.take('a device'))

const CHOICE: Keywords<FdbChoice> = {
  brport: whole(chosenDevice),
  dev: whole(chosenDevice),
  br: whole((words, choice) => void (choice.bridge = words.take('a bridge'))),
  vlan: whole(once<FdbChoice, 'vlan'>('vlan', 'vlan', words => readVlan(words))),
  state: whole((words, choice) => void (choice.states = (choice.states ?? 0) | readState(words))),
  dynamic: whole((_, choice) => void (choice.dynamic = true)),
  help: short((_, choice) => choice.help()),
}

function show(words: Words, session: Session): void {
  const choice: FdbChoice = { help: help(words) }
  readAll(words, CHOICE, choice, () => {
    throw unknownWord(words, Object.keys(CHOICE))
  })
  const { dev, bridge, vlan, states, dynamic } = choice
  if (bridge !== undefined) device(session, bridge, 'bridge device')
  const index = dev === undefined ? undefined : device(session, dev).index
  const wanted = (entry: Neighbour): boolean => {
    const bits = flagsValue(NUD, entry.state)
    return (
      (index === undefined || entry.index === index) &&
      (!states || (bits & states) !== 0) &&
      (!vlan || entry.vlan === vlan) &&
      !(dynamic && bits & NUD.byWord.get('permanent')!)
    )
  }
  const view = { withoutDevice: index !== undefined }
  const entries = dumped(session, fdbOps.list({ dev: index, bridge })).filter(wanted)
  session.print(
    finish(
      entries.map(entry => fdbSheet(entry, session.show, session, view)),
      session.show,
    ),
  )
}

// ── flush ──────────────────────────────────────────────────────────────────

type Pair = 'permanent' | 'static' | 'dynamic' | 'addedByUser' | 'externLearn' | 'sticky' | 'offloaded' | 'router'
interface FlushWords extends EntryWords {
  readonly pairs: { [K in Pair]?: boolean }
}

const PAIRS: Readonly<Record<string, Pair>> = {
  permanent: 'permanent',
  static: 'static',
  dynamic: 'dynamic',
  added_by_user: 'addedByUser',
  extern_learn: 'externLearn',
  sticky: 'sticky',
  offloaded: 'offloaded',
  router: 'router',
}
const pair = (key: Pair, value: boolean) => whole<FlushWords>((_, { pairs }) => void (pairs[key] = value))

const FLUSH_WORDS: Keywords<FlushWords> = {
  dev: whole(dev),
  master: whole(flag('master')),
  self: whole(flag('self')),
  ...(Object.fromEntries(
    Object.entries(PAIRS).flatMap(([word, key]) => [
      [word, pair(key, true)],
      [`no${word}`, pair(key, false)],
    ]),
  ) as Keywords<FlushWords>),
  brport: whole((words, state) => {
    const name = words.take('a port')
    if (state.brport !== undefined) throw garbage(words, 'brport', Object.keys(FLUSH_WORDS))
    state.brport = name
  }),
  vlan: whole(vlan),
  dst: whole(dst),
  port: whole(port),
  vni: whole(vni),
  src_vni: whole(sourceVni),
  nhid: WORDS['nhid']!,
  help: whole((_, state) => state.help()),
}

function flush(words: Words, session: Session): void {
  const state: FlushWords = { ...start(words, session), pairs: {} }
  readAll(words, FLUSH_WORDS, state, () => {
    throw unknownWord(words, Object.keys(FLUSH_WORDS))
  })
  const { dev, brport, vlan, dst, port, vni, sourceVni, nexthopId, flags, pairs } = state
  if (dev === undefined) throw new CommandError(USAGE, 'Device is a required argument.')
  device(session, dev, 'bridge device')
  if (brport !== undefined) device(session, brport, 'bridge port device')
  session.apply(
    fdbOps.flush({
      ...{ dev, brport, vlan, dst, port, vni, sourceVni, nexthopId, ...pairs },
      flags: flags as ('self' | 'master')[],
    }),
  )
}
