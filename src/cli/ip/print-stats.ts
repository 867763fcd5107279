// Statistics by group as `ip stats` prints them: text and JSON, character for character iproute2 6.1's. Pure.
import type { Stats } from '../../route/stats.ts'
import type { JsonObject } from '../json.ts'
import { linkName, type Names, Sheet, type Show } from '../sheet.ts'
import { addStatistics, number } from './print-statistics.ts'
import { addLacp, addMulticast, addStp } from './print-xstats.ts'

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

const multicast = suite(({ bridge }) => bridge?.mcast, 'multicast', addMulticast)
const stp = suite(({ bridge }) => bridge?.stp, 'stp', addStp)
const lacp = suite(({ bond }) => bond?.ad, '802.3ad', addLacp)

const HARDWARE_INFO: Leaf = { path: ['offload', 'hw_stats_info'], add: addHardwareInfo }

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
  HARDWARE_INFO,
  {
    path: ['offload', 'cpu_hit'],
    add(sheet, { offload }) {
      sheet.say(sheet.newline)
      if (offload?.cpuHit) addStatistics(sheet, { stats64: offload.cpuHit } as never)
    },
  },
  { path: ['xstats_slave', 'bond', '802.3ad'], add: xstats('xstatsSlave', lacp) },
  { path: ['xstats', 'bond', '802.3ad'], add: xstats('xstats', lacp) },
  { path: ['xstats_slave', 'bridge', 'mcast'], add: xstats('xstatsSlave', multicast) },
  { path: ['xstats_slave', 'bridge', 'stp'], add: xstats('xstatsSlave', stp) },
  { path: ['xstats', 'bridge', 'mcast'], add: xstats('xstats', multicast) },
  { path: ['xstats', 'bridge', 'stp'], add: xstats('xstats', stp) },
]

/** What a monitor hears: the kernel tells when hardware begins and ends to count. */
export const hardwareInfoSheet = (stats: Stats, show: Show, names: Names): Sheet =>
  statsSheet(stats, HARDWARE_INFO, show, names)

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

/** What hardware was asked to count, and whether it does. */
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

/** What one suite of `xstats` says, behind a line's end; nothing where the link keeps none. */
function suite<T>(pick: (found: Xstats) => T | undefined, key: string, add: (sheet: Sheet, of: T) => void) {
  return (sheet: Sheet, found: Xstats): void => {
    const of = pick(found)
    if (of === undefined) return
    sheet.say(sheet.newline)
    sheet.inside(key, () => add(sheet, of))
  }
}
