// `bridge vlan`: the VLANs of bridges and their ports, shown and changed, in iproute2's grammar.
import * as vlanOps from '../../ops/bridge-vlan.ts'
import * as statsOps from '../../ops/stats.ts'
import type { Stats } from '../../route/stats.ts'
import { CommandError, USAGE } from '../errors.ts'
import { readCommand } from '../grammar.ts'
import { usage } from '../help.ts'
import type { Session } from '../session.ts'
import { finish, type Sheet } from '../sheet.ts'
import {
  expected,
  integer,
  type Keywords,
  matching,
  onOff,
  parseInteger,
  readAll,
  short,
  type Words,
  whole,
} from '../words.ts'
import {
  globalOptions,
  portTunnels,
  portVlans,
  VLAN_HEAD,
  type VlanStatistics,
  vlanOptions,
  vlanStatistics,
} from './print-vlan.ts'
import { type Chosen, device, dumped, readChoice, readVlan, unknownWord } from './words.ts'

export const HELP = `Usage: % vlan { add | delete } vid VLAN_ID[-VLAN_ID] dev DEV
		[ tunnel_info id TUNNEL_ID[-TUNNEL_ID] ]
		[ pvid ] [ untagged ] [ self ] [ master ]
       % vlan set vid VLAN_ID[-VLAN_ID] dev DEV [ state STP_STATE ]
		[ mcast_router MULTICAST_ROUTER ] [ mcast_max_groups MAX_GROUPS ]
		[ neigh_suppress { on | off } ]
       % vlan [ show ] [ dev DEV ] [ vid VLAN_ID ]
       % vlan tunnelshow [ dev DEV ] [ vid VLAN_ID ]
       % vlan global set vid VLAN_ID[-VLAN_ID] dev DEV
		[ mcast_snooping { 0 | 1 } ] [ mcast_querier { 0 | 1 } ]
		[ mcast_igmp_version VERSION ] [ mcast_mld_version VERSION ]
		[ mcast_last_member_count COUNT ] [ mcast_last_member_interval INTERVAL ]
		[ mcast_startup_query_count COUNT ] [ mcast_startup_query_interval INTERVAL ]
		[ mcast_membership_interval INTERVAL ] [ mcast_querier_interval INTERVAL ]
		[ mcast_query_interval INTERVAL ] [ mcast_query_response_interval INTERVAL ]
       % vlan global [ show ] [ dev DEV ] [ vid VLAN_ID ]
`

/** In iproute2's order. */
const COMMANDS = ['add', 'delete', 'show', 'lst', 'list', 'tunnelshow', 'set', 'global', 'help']

/** Runs `bridge vlan …`; answers the exit status. */
export function bridgeVlanCommand(words: Words, session: Session): number {
  const command = words.done ? 'show' : readCommand(words, 'vlan', COMMANDS)
  const run: Readonly<Record<string, () => void>> = {
    add: () => modify(words, session, vlanOps.add),
    delete: () => modify(words, session, vlanOps.delete),
    set: () => set(words, session),
    tunnelshow: () => tunnelshow(words, session),
    global: () => global(words, session),
    help: () => help(words)(),
  }
  ;(run[command] ?? (() => show(words, session)))()
  return 0
}

const help = (words: Words) => (): never => {
  throw usage(words, HELP, 'bridge')
}

// ── add, delete ────────────────────────────────────────────────────────────

interface VlanWords {
  readonly session: Session
  readonly help: () => never
  dev?: string
  vid?: vlanOps.VlanRange
  pvid?: true
  untagged?: true
  tunnelId?: vlanOps.VlanRange
  readonly for: ('self' | 'master')[]
}

const MOST_TUNNEL = 0xffffff

/** Reads `id ID` or `id ID-ID`. */
function tunnel(words: Words): vlanOps.VlanRange {
  const word = words.take('id')
  if (matching(word, ['id']) === undefined) throw words.wrong('tunnel id expected', 'id and a number, or two: id 10-20')
  const parts = words.take('a tunnel id, or a range of them').split('-').map(parseInteger)
  const [first, last] = parts
  if (parts.length > 2 || parts.some(part => part === undefined || part > MOST_TUNNEL))
    throw words.wrong('invalid tun id', `a whole number from 0 to ${MOST_TUNNEL}, or two: 10-20`)
  return last === undefined ? first! : [first!, last]
}

const WORDS: Keywords<VlanWords> = {
  dev: whole((words, state) => void (state.dev = words.take('a device'))),
  vid: whole((words, state) => void (state.vid = readVlan(words, true))),
  self: whole((_, state) => void state.for.push('self')),
  master: whole((_, state) => void state.for.push('master')),
  pvid: whole((_, state) => void (state.pvid = true)),
  untagged: whole((_, state) => void (state.untagged = true)),
  tunnel_info: whole((words, state) => void (state.tunnelId = tunnel(words))),
  help: short((_, state) => state.help()),
}

const missing = (): CommandError => new CommandError(USAGE, 'Device and VLAN ID are required arguments.')

function modify(words: Words, session: Session, request: typeof vlanOps.add): void {
  const state: VlanWords = { session, help: help(words), for: [] }
  readAll(words, WORDS, state, () => {
    throw unknownWord(words, Object.keys(WORDS))
  })
  const { dev, vid, pvid, untagged, tunnelId } = state
  if (dev === undefined || vid === undefined) throw missing()
  device(session, dev, 'bridge device')
  if (pvid && typeof vid !== 'number') throw new CommandError(USAGE, 'pvid cannot be configured for a vlan range')
  session.apply(request({ dev, vid, pvid, untagged, tunnelId, for: state.for }))
}

// ── set, global set ────────────────────────────────────────────────────────

interface SetWords {
  readonly session: Session
  readonly help: () => never
  dev?: string
  vid?: vlanOps.VlanRange
  readonly settings: Record<string, unknown>
}

const networkDevice = whole<SetWords>((words, state) => {
  state.dev = device(state.session, words.take('a device'), 'network device').name!
})
const vids = whole<SetWords>((words, state) => void (state.vid = readVlan(words, true)))
const number = (word: string, key: string, most: number) =>
  whole<SetWords>((words, { settings }) => void (settings[key] = integer(words, `invalid ${word}`, most)))
const U8 = 0xff
const U32 = 0xffffffff
const INTERVAL = Number.MAX_SAFE_INTEGER

/** Spanning tree states by name; a number will do too. */
const STATES = ['disabled', 'listening', 'learning', 'forwarding', 'blocking']

const SET_WORDS: Keywords<SetWords> = {
  dev: networkDevice,
  vid: vids,
  state: whole((words, { settings }) => {
    const text = words.take('a state')
    const value = parseInteger(text) ?? STATES.indexOf(text.toLowerCase())
    if (value < 0 || value > U8) throw words.fail('Error: invalid STP state', expected(text, STATES), USAGE)
    settings['state'] = value
  }),
  mcast_router: number('mcast_router', 'mcastRouter', U8),
  mcast_max_groups: number('mcast_max_groups', 'mcastMaxGroups', U32),
  neigh_suppress: whole((words, { settings }) => void (settings['neighSuppress'] = onOff(words, 'neigh_suppress'))),
  help: short((_, state) => state.help()),
}

/** Counts and intervals of a whole bridge's VLANs: the key, and the most. */
const GLOBAL: Readonly<Record<string, readonly [key: string, most: number]>> = {
  mcast_snooping: ['mcastSnooping', U8],
  mcast_querier: ['mcastQuerier', U8],
  mcast_igmp_version: ['mcastIgmpVersion', U8],
  mcast_mld_version: ['mcastMldVersion', U8],
  mcast_last_member_count: ['mcastLastMemberCount', U32],
  mcast_startup_query_count: ['mcastStartupQueryCount', U32],
  mcast_last_member_interval: ['mcastLastMemberInterval', INTERVAL],
  mcast_membership_interval: ['mcastMembershipInterval', INTERVAL],
  mcast_querier_interval: ['mcastQuerierInterval', INTERVAL],
  mcast_query_interval: ['mcastQueryInterval', INTERVAL],
  mcast_query_response_interval: ['mcastQueryResponseInterval', INTERVAL],
  mcast_startup_query_interval: ['mcastStartupQueryInterval', INTERVAL],
}

const GLOBAL_WORDS: Keywords<SetWords> = {
  dev: networkDevice,
  vid: vids,
  ...(Object.fromEntries(
    Object.entries(GLOBAL).map(([word, [key, most]]) => [word, number(word, key, most)]),
  ) as Keywords<SetWords>),
  help: whole((_, state) => state.help()),
}

function readSettings(words: Words, session: Session, table: Keywords<SetWords>): vlanOps.BridgeVlanSet {
  const state: SetWords = { session, help: help(words), settings: {} }
  readAll(words, table, state, () => {
    throw unknownWord(words, Object.keys(table))
  })
  const { dev, vid, settings } = state
  if (dev === undefined || vid === undefined) throw missing()
  return { dev, vid, ...settings }
}

const set = (words: Words, session: Session): void =>
  session.apply(vlanOps.set(readSettings(words, session, SET_WORDS)))

function global(words: Words, session: Session): void {
  const command = words.done ? 'show' : words.take('a command')
  if (command === 'set')
    session.apply(vlanOps.setGlobal(readSettings(words, session, GLOBAL_WORDS) as vlanOps.BridgeVlanGlobalSet))
  else if (['show', 'lst', 'list'].includes(command)) globalShow(words, session)
  else throw usage(words, HELP, 'bridge')
}

// ── show ───────────────────────────────────────────────────────────────────

/** The head stands there whatever comes. */
function printed(session: Session, head: string, sheets: () => Sheet[]): void {
  const { show } = session
  if (!show.json) session.print(`${head}\n`)
  session.print(finish(sheets(), show))
}

function show(words: Words, session: Session): void {
  const { vid, has } = readChoice(words, session, help(words))
  const { show: view } = session
  if (view.details)
    printed(session, VLAN_HEAD, () =>
      dumped(session, vlanOps.list({ statistics: view.statistics > 0 }))
        .filter(has)
        .flatMap(found => vlanOptions(found, vid, view, session)),
    )
  else if (view.statistics > 0) printed(session, VLAN_HEAD.trimEnd(), () => counted(session, vid, has))
  else
    printed(session, VLAN_HEAD, () =>
      ports(session)
        .filter(has)
        .flatMap(link => portVlans(link, vid, view, session)),
    )
}

const ports = (session: Session) => dumped(session, vlanOps.listPorts({ compressed: session.show.compressVlans }))

function tunnelshow(words: Words, session: Session): void {
  const { vid, has } = readChoice(words, session, help(words))
  printed(session, `${VLAN_HEAD}  tunnel-id`, () =>
    ports(session)
      .filter(has)
      .flatMap(link => portTunnels(link, vid, session.show, session)),
  )
}

/** The counters of bridges, then those of ports. */
const counted = (session: Session, vid: number | undefined, has: Chosen['has']): Sheet[] =>
  (
    [
      ['xstats', 'xstats'],
      ['xstats_slave', 'xstatsSlave'],
    ] as const
  ).flatMap(([group, key]) =>
    dumped(session, statsOps.list({ groups: [group] }))
      .filter(has)
      .flatMap(stats => vlanStatistics(stats.index, vlansOf(stats, key), vid, session.show, session)),
  )

const vlansOf = (stats: Stats, key: 'xstats' | 'xstatsSlave'): readonly VlanStatistics[] =>
  stats[key]?.bridge?.vlans ?? []

function globalShow(words: Words, session: Session): void {
  const { vid, has } = readChoice(words, session, help(words))
  printed(session, VLAN_HEAD, () =>
    dumped(session, vlanOps.listGlobal())
      .filter(has)
      .flatMap(found => globalOptions(found, vid, session.show, session)),
  )
}
