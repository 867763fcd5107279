// Statistics by group as `ip stats` prints them: text and JSON, character for character iproute2 6.1's. Pure.
import type { Stats } from '../../route/stats.ts'
import type { JsonObject } from '../json.ts'
import { linkName, type Names, Sheet, type Show } from '../sheet.ts'
import { addStatistics, number } from './print-statistics.ts'

/** What can be asked for, from the outside in: group, subgroup, suite. */
export type StatsPath = readonly string[]
export const LEVELS = ['group', 'subgroup', 'suite'] as const

interface Leaf {
  readonly path: StatsPath
  add(sheet: Sheet, stats: Stats): void
}

const xstats =
  (side: 'xstats' | 'xstatsSlave', add: (sheet: Sheet, found: NonNullable<Stats['xstats']>) => void) =>
  (sheet: Sheet, stats: Stats): void => {
    const found = stats[side]
    if (found) add(sheet, found)
  }

/** All that there is, in the order in which iproute2 prints it. */
export const STATS_LEAVES: readonly Leaf[] = [
  { path: ['afstats', 'mpls'], add: addMpls },
  {
    path: ['link'],
    add(sheet, { link }) {
      sheet.say(sheet.newline)
      if (link) addStatistics(sheet, { stats64: link } as never)
    },
  },
  { path: ['offload', 'l3_stats'], add: addL3 },
  { path: ['offload', 'hw_stats_info'], add: addHardwareInfo },
  {
    path: ['offload', 'cpu_hit'],
    add(sheet, { offload }) {
      sheet.say(sheet.newline)
      if (offload?.cpuHit) addStatistics(sheet, { stats64: offload.cpuHit } as never)
    },
  },
  { path: ['xstats_slave', 'bond', '802.3ad'], add: xstats('xstatsSlave', addBond) },
  { path: ['xstats', 'bond', '802.3ad'], add: xstats('xstats', addBond) },
  { path: ['xstats_slave', 'bridge', 'mcast'], add: xstats('xstatsSlave', addMulticast) },
  { path: ['xstats_slave', 'bridge', 'stp'], add: xstats('xstatsSlave', addSpanningTree) },
  { path: ['xstats', 'bridge', 'mcast'], add: xstats('xstats', addMulticast) },
  { path: ['xstats', 'bridge', 'stp'], add: xstats('xstats', addSpanningTree) },
]

/** One group of one link's statistics, with its newline. */
export function statsSheet(stats: Stats, leaf: Leaf, show: Show, names: Names): Sheet {
  const sheet = new Sheet(show)
  const name = linkName(names, stats.index)
  sheet.add('ifindex', stats.index, `${stats.index}:`)
  sheet.add('ifname', name, sheet.paint('link', ` ${name}:`))
  for (const [i, part] of leaf.path.entries()) sheet.add(LEVELS[i]!, part, ` ${LEVELS[i]} ${part}`)
  leaf.add(sheet, stats)
  sheet.say(sheet.newline)
  return sheet
}

// ── offload, mpls ──────────────────────────────────────────────────────────

type Value = bigint | number
/** Columns of received and transmitted counters, as wide as their numbers. */
interface Columns {
  readonly rx: Readonly<Record<string, Value>>
  readonly tx: Readonly<Record<string, Value>>
  /** What the text calls a key. */
  readonly titles?: Readonly<Record<string, string>>
}

function addColumns(sheet: Sheet, key: string, { rx, tx, titles = {} }: Columns): void {
  sheet.note(key, { rx, tx } as unknown as JsonObject)
  const keys = Object.keys(rx)
  const title = (name: string): string => titles[name] ?? name
  const widths = keys.map((name, i) =>
    Math.max(
      (i === 0 ? '*X: bytes' : i === keys.length - 1 ? 'overrun' : name).length,
      ...[rx[name], tx[name] ?? 0].map(value => String(value).length),
    ),
  )
  const block = (head: string, side: Readonly<Record<string, Value>>, end: string): string => {
    const there = keys.filter(name => name in side)
    const heads = there.map((name, i) => title(name).padStart(widths[i]! - (i === 0 ? 4 : 0)))
    const values = there.map((name, i) => `${number(sheet, side[name]!).padStart(widths[i]!)} `)
    return `    ${head} ${heads.join(' ')}${sheet.newline}    ${values.join('')}${end}`
  }
  sheet.say(block('RX:', rx, sheet.newline) + block('TX:', tx, ''))
}

function addMpls(sheet: Sheet, { families }: Stats): void {
  const found = families?.mpls?.link
  if (!found) return
  sheet.say(sheet.newline)
  addColumns(sheet, 'mpls_stats', {
    rx: {
      bytes: found.rxBytes,
      packets: found.rxPackets,
      errors: found.rxErrors,
      dropped: found.rxDropped,
      noroute: found.rxNoRoute,
    },
    tx: { bytes: found.txBytes, packets: found.txPackets, errors: found.txErrors, dropped: found.txDropped },
  })
}

type Info = NonNullable<NonNullable<Stats['offload']>['info']>['l3']

function addInfo(sheet: Sheet, info: Info): void {
  const word = (on: boolean | number): string => (on ? 'on' : 'off')
  if (info?.request !== undefined) sheet.add('request', Boolean(info.request), ` ${word(info.request)}`)
  if (info?.used !== undefined) sheet.add('used', Boolean(info.used), ` used ${word(info.used)}`)
}

function addL3(sheet: Sheet, { offload }: Stats): void {
  if (!offload?.info) return
  sheet.inside('info', () => addInfo(sheet, offload.info!.l3))
  const { l3 } = offload
  if (!l3) return
  sheet.say(sheet.newline)
  addColumns(sheet, 'stats64', {
    rx: {
      bytes: l3.rxBytes,
      packets: l3.rxPackets,
      errors: l3.rxErrors,
      dropped: l3.rxDropped,
      multicast: l3.multicast,
    },
    tx: { bytes: l3.txBytes, packets: l3.txPackets, errors: l3.txErrors, dropped: l3.txDropped },
    titles: { multicast: 'mcast' },
  })
}

/** What hardware was asked to count, and whether it does. A monitor tells of it too. */
function addHardwareInfo(sheet: Sheet, { offload }: Stats): void {
  const l3 = offload?.info?.l3
  if (!offload?.info) return
  sheet.say(sheet.newline)
  sheet.inside('info', () => {
    if (!l3) return
    sheet.say('    l3_stats')
    sheet.inside('l3_stats', () => addInfo(sheet, l3))
  })
}

// ── bridge, bond ───────────────────────────────────────────────────────────

type Xstats = NonNullable<Stats['xstats']>
type Multicast = NonNullable<NonNullable<Xstats['bridge']>['mcast']>

const INDENT = ''.padEnd(20)
/** `IGMP queries:` and two lines of versions. */
const versions = (
  m: Multicast,
  key: string,
  title: string,
  stem: string,
  most: number,
): readonly [string, JsonObject] => {
  const value = (version: number, side: string): bigint =>
    m[`${stem}V${version}${title}${side}` as keyof Multicast] as bigint
  const numbers = Array.from({ length: most }, (_, i) => i + 1)
  const line = (side: string): string => numbers.map(v => `v${v} ${value(v, side)}`).join(' ')
  const json = Object.fromEntries(
    ['Rx', 'Tx'].flatMap(side => numbers.map(v => [`${side.toLowerCase()}_v${v}`, value(v, side)] as const)),
  )
  const text = `${INDENT}${key}:\n${INDENT}  RX: ${line('Rx')}\n${INDENT}  TX: ${line('Tx')}\n`
  return [text, json]
}

function addMulticast(sheet: Sheet, { bridge }: Xstats): void {
  const m = bridge?.mcast
  if (!m) return
  sheet.say(sheet.newline)
  sheet.inside('multicast', () => {
    for (const [name, most] of [
      ['igmp', 3],
      ['mld', 2],
    ] as const) {
      const upper = name.toUpperCase()
      for (const what of ['Queries', 'Reports']) {
        const [text, json] = versions(m, `${upper} ${what.toLowerCase()}`, what, name, most)
        sheet.add(`${name}_${what.toLowerCase()}`, json, text)
      }
      const [rx, tx] = [m[`${name}LeavesRx`], m[`${name}LeavesTx`]]
      sheet.add(`${name}_leaves`, { rx, tx }, `${INDENT}${upper} leaves: RX: ${rx} TX: ${tx}\n`)
      const errors = m[`${name}ParseErrors`]
      sheet.add(`${name}_parse_errors`, errors, `${INDENT}${upper} parse errors: ${errors}\n`)
    }
  })
}

function addSpanningTree(sheet: Sheet, { bridge }: Xstats): void {
  const s = bridge?.stp
  if (!s) return
  sheet.say(sheet.newline)
  sheet.inside('stp', () => {
    sheet.add('rx_bpdu', s.rxBpdu, `${INDENT}STP BPDU:  RX: ${s.rxBpdu}`)
    sheet.add('tx_bpdu', s.txBpdu, ` TX: ${s.txBpdu}\n`)
    sheet.add('rx_tcn', s.rxTcn, `${INDENT}STP TCN:   RX: ${s.rxTcn}`)
    sheet.add('tx_tcn', s.txTcn, ` TX: ${s.txTcn}\n`)
    sheet.add('transition_blk', s.transitionsBlocking, `${INDENT}STP Transitions: Blocked: ${s.transitionsBlocking}`)
    sheet.add('transition_fwd', s.transitionsForwarding, ` Forwarding: ${s.transitionsForwarding}\n`)
  })
}

/** JSON's key, the text's words, and the counter. */
const BOND = [
  ['lacpdu_rx', 'LACPDU Rx', 'lacpduRx'],
  ['lacpdu_tx', 'LACPDU Tx', 'lacpduTx'],
  ['lacpdu_unknown_rx', 'LACPDU Unknown type Rx', 'lacpduUnknownRx'],
  ['lacpdu_illegal_rx', 'LACPDU Illegal Rx', 'lacpduIllegalRx'],
  ['marker_rx', 'Marker Rx', 'markerRx'],
  ['marker_tx', 'Marker Tx', 'markerTx'],
  ['marker_response_rx', 'Marker response Rx', 'markerResponseRx'],
  ['marker_response_tx', 'Marker response Tx', 'markerResponseTx'],
  ['marker_unknown_rx', 'Marker unknown type Rx', 'markerUnknownRx'],
] as const

function addBond(sheet: Sheet, { bond }: Xstats): void {
  const { ad } = bond ?? {}
  if (!ad) return
  sheet.say(sheet.newline)
  sheet.inside('802.3ad', () => {
    for (const [key, words, counter] of BOND)
      if (ad[counter] !== undefined) sheet.add(key, ad[counter], `${INDENT}${words} ${ad[counter]}\n`)
  })
}
