// VLANs of bridges and ports as `bridge vlan` prints them: text and JSON, character for character iproute2 6.1's, with the
// options that newer kernels tell of. Pure.
import { wordValue } from '../../netlink/words.ts'
import type { BridgeVlan } from '../../route/bridge-vlan.ts'
import type { Link } from '../../route/link.ts'
import { BR_STATE, MDB_RTR_TYPE } from '../../route/link-kinds/bridge.ts'
import type { Stats } from '../../route/stats.ts'
import { ticks } from '../ip/print-ticks.ts'
import { linkName, type Names, Sheet, type Show } from '../sheet.ts'

type BridgeSpec = { readonly vlans?: readonly VlanInfo[]; readonly vlanTunnels?: readonly Tunnel[] }
interface VlanInfo {
  readonly vid: number
  readonly flags: readonly (string | number)[]
}
interface Tunnel {
  readonly vid?: number
  readonly id?: number
  readonly flags?: readonly (string | number)[]
}
export type VlanStatistics = NonNullable<NonNullable<NonNullable<Stats['xstats']>['bridge']>['vlans']>[number]
type Entry = NonNullable<BridgeVlan['entries']>[number]
type Options = NonNullable<BridgeVlan['globalOptions']>[number]

/** IFNAMSIZ and what iproute2 leaves behind it. */
const NAME = 16
const INDENT = ''.padEnd(NAME + 2)
const INNER = ''.padEnd(NAME + 4)
/** The widest range: `4094-4094`. */
const ID = 9

export const VLAN_HEAD = `${'port'.padEnd(NAME)}  ${'vlan-id'.padEnd(ID)}`

/** The sheets of one device's VLANs under its name; none where there are none. */
function underName(
  index: number,
  key: 'vlans' | 'tunnels',
  parts: readonly Sheet[],
  show: Show,
  names: Names,
): Sheet[] {
  if (parts.length === 0) return []
  const sheet = new Sheet(show)
  const name = linkName(names, index)
  sheet.add('ifname', name, sheet.paint('link', `${name.padEnd(NAME)}  `))
  sheet.add(
    key,
    parts.map(part => part.json),
    parts.map(part => part.text).join(INDENT),
  )
  return [sheet]
}

function addRange(sheet: Sheet, key: string, first: number, last: number): void {
  sheet.add(key, first, String(first))
  if (first !== last) sheet.add(`${key}End`, last, `-${last}`)
}

/** PVID and untagged; JSON has no list where there is no flag at all. */
function addFlags(sheet: Sheet, flags: readonly (string | number)[]): void {
  if (flags.length === 0) return
  const said = [...(flags.includes('pvid') ? ['PVID'] : []), ...(flags.includes('untagged') ? ['Egress Untagged'] : [])]
  sheet.add('flags', said, said.map(flag => ` ${flag}`).join(''))
}

/** A range comes as its two ends: each with what it begins at, those alone that end something. */
function ranges<T extends { readonly flags?: readonly (string | number)[] }>(
  all: readonly T[],
): { first: T; last: T }[] {
  let first: T | undefined
  return all.flatMap(one => {
    if (!one.flags?.includes('range_end')) first = one
    return one.flags?.includes('range_begin') ? [] : [{ first: first ?? one, last: one }]
  })
}

/** `vid`: only ranges that hold it. */
const holds = (first: number, last: number, vid: number | undefined): boolean => !vid || (first <= vid && vid <= last)

/** `bridge vlan show`: one port or bridge. */
export function portVlans(link: Link, vid: number | undefined, show: Show, names: Names): Sheet[] {
  const parts = ranges((link.afSpec as BridgeSpec | undefined)?.vlans ?? [])
    .filter(({ first, last }) => holds(first.vid, last.vid, vid))
    .map(({ first, last }) => {
      const sheet = new Sheet(show)
      addRange(sheet, 'vlan', first.vid, last.vid)
      addFlags(sheet, last.flags)
      sheet.say(sheet.newline)
      return sheet
    })
  return underName(link.index, 'vlans', parts, show, names)
}

/** `bridge vlan tunnelshow`: one port. */
export function portTunnels(link: Link, vid: number | undefined, show: Show, names: Names): Sheet[] {
  const parts = ranges((link.afSpec as BridgeSpec | undefined)?.vlanTunnels ?? [])
    .filter(({ last }) => last.vid !== undefined)
    .filter(({ first, last }) => holds(first.vid ?? 0, last.vid ?? 0, vid))
    .map(({ first, last }) => {
      const sheet = new Sheet(show)
      addRange(sheet, 'vlan', first.vid ?? 0, last.vid ?? 0)
      sheet.say(`${''.padEnd(ID - sheet.text.length)}  `)
      addRange(sheet, 'tunid', first.id ?? 0, last.id ?? 0)
      sheet.say(sheet.newline)
      return sheet
    })
  return underName(link.index, 'tunnels', parts, show, names)
}

/** `bridge -s vlan show`: the counters of one bridge's or port's VLANs. */
export function vlanStatistics(
  index: number,
  vlans: readonly VlanStatistics[],
  vid: number | undefined,
  show: Show,
  names: Names,
): Sheet[] {
  const parts = vlans
    // What is a port's alone comes with the port.
    .filter(({ flags }) => !flags.includes('master') || flags.includes('brentry'))
    .filter(one => !vid || one.vid === vid)
    .map(one => {
      const sheet = new Sheet(show)
      sheet.add('vid', one.vid, String(one.vid))
      addFlags(sheet, one.flags)
      sheet.say(sheet.newline)
      addCounters(sheet, one)
      return sheet
    })
  return underName(index, 'vlans', parts, show, names)
}

type Counters = Readonly<Partial<Record<'rxBytes' | 'rxPackets' | 'txBytes' | 'txPackets', bigint>>>

function addCounters(sheet: Sheet, { rxBytes = 0n, rxPackets = 0n, txBytes = 0n, txPackets = 0n }: Counters): void {
  sheet.add('rx_bytes', rxBytes, `${INNER}RX: ${rxBytes} bytes`)
  sheet.add('rx_packets', rxPackets, ` ${rxPackets} packets\n`)
  sheet.add('tx_bytes', txBytes, `${INNER}TX: ${txBytes} bytes`)
  sheet.add('tx_packets', txPackets, ` ${txPackets} packets\n`)
}

/** `bridge -d vlan show`: one device's VLANs with their options. */
export function vlanOptions(found: BridgeVlan, vid: number | undefined, show: Show, names: Names): Sheet[] {
  const parts = (found.entries ?? []).flatMap(entry => {
    const { info, range = info?.vid } = entry
    return info && holds(info.vid, range!, vid) ? [entrySheet(entry, show)] : []
  })
  return underName(found.index, 'vlans', parts, show, names)
}

/** What a monitor hears of one device's VLANs, or of one bridge's. `deleted`: that they are gone. */
export function vlanEventSheet(
  found: BridgeVlan,
  show: Show,
  names: Names,
  { deleted = false } = {},
): Sheet | undefined {
  const [sheet] = [...vlanOptions(found, undefined, show, names), ...globalOptions(found, undefined, show, names)]
  if (sheet && deleted) sheet.text = `Deleted ${sheet.text}`
  return sheet
}

function entrySheet(entry: Entry, show: Show): Sheet {
  const sheet = new Sheet(show)
  const { info, range = info!.vid, state = 'disabled', mcastRouter, stats } = entry
  addRange(sheet, 'vlan', info!.vid, range)
  addFlags(sheet, info!.flags)
  sheet.say(`${sheet.newline}${INNER}`)
  if (BR_STATE.byWord.has(String(state))) sheet.add('state', String(state))
  else sheet.add('state', Number(state), `state (${state}) `)
  if (mcastRouter !== undefined) sheet.add('mcast_router', wordValue(MDB_RTR_TYPE, mcastRouter))
  // Since iproute2 6.3 and 6.4.
  if (entry.mcastGroups !== undefined) sheet.add('mcast_n_groups', entry.mcastGroups)
  if (entry.mcastMaxGroups !== undefined) sheet.add('mcast_max_groups', entry.mcastMaxGroups)
  if (entry.neighSuppress !== undefined)
    sheet.add('neigh_suppress', Boolean(entry.neighSuppress), `neigh_suppress ${entry.neighSuppress ? 'on' : 'off'} `)
  sheet.say(sheet.newline)
  if (show.statistics > 0) addCounters(sheet, stats ?? {})
  return sheet
}

/** Keys of the options of a whole bridge's VLANs, in iproute2's order. */
const GLOBAL = [
  ['mcastSnooping', 'mcast_snooping'],
  ['mcastQuerier', 'mcast_querier'],
  ['mcastIgmpVersion', 'mcast_igmp_version'],
  ['mcastMldVersion', 'mcast_mld_version'],
  ['mcastLastMemberCount', 'mcast_last_member_count'],
  ['mcastLastMemberInterval', 'mcast_last_member_interval'],
  ['mcastStartupQueryCount', 'mcast_startup_query_count'],
  ['mcastStartupQueryInterval', 'mcast_startup_query_interval'],
  ['mcastMembershipInterval', 'mcast_membership_interval'],
  ['mcastQuerierInterval', 'mcast_querier_interval'],
  ['mcastQueryInterval', 'mcast_query_interval'],
  ['mcastQueryResponseInterval', 'mcast_query_response_interval'],
] as const

/** `bridge vlan global show`: one bridge. */
export function globalOptions(found: BridgeVlan, vid: number | undefined, show: Show, names: Names): Sheet[] {
  const parts = (found.globalOptions ?? []).flatMap(options => {
    const { id = 0, range = id } = options
    return holds(id, range, vid) ? [globalSheet(options, show, names)] : []
  })
  return underName(found.index, 'vlans', parts, show, names)
}

function globalSheet(options: Options, show: Show, names: Names): Sheet {
  const sheet = new Sheet(show)
  const { id = 0, range = id, mcastRouterPorts } = options
  addRange(sheet, 'vlan', id, range)
  sheet.say(`${sheet.newline}${INNER}`)
  for (const [key, word] of GLOBAL) {
    const value = options[key]
    if (value !== undefined) sheet.add(word, typeof value === 'boolean' ? Number(value) : value)
  }
  sheet.say(sheet.newline)
  if (mcastRouterPorts) addRouterPorts(sheet, mcastRouterPorts.router?.ports ?? [], names)
  return sheet
}

type Router = NonNullable<NonNullable<Options['mcastRouterPorts']>['router']>
type RouterPort = NonNullable<Router['ports']>[number]

/** With `-s` each on a line of its own, with its timer and how it came to be one. */
function addRouterPorts(sheet: Sheet, ports: readonly RouterPort[], names: Names): void {
  const head = `${INNER}router ports: `
  const parts = ports.map(({ header, attributes: { timer, type } }) => {
    const part = new Sheet(sheet.show)
    const name = linkName(names, header.index)
    part.add('port', name, `${name} `)
    if (sheet.show.statistics === 0) return part
    if (timer !== undefined) part.add('timer', ticks(timer), ` ${ticks(timer)}`)
    const kind = type === 'temp' || type === 'temp_query' ? 'temp' : 'permanent'
    if (type !== undefined) part.add('type', kind, ` ${kind}`)
    return part
  })
  const between = sheet.show.statistics > 0 ? sheet.newline + ''.padEnd(head.length) : ''
  sheet.add(
    'router_ports',
    parts.map(part => part.json),
    head + parts.map(part => part.text).join(between) + sheet.newline,
  )
}
