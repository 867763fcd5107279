// `ip link xstats` and `ip link afstats`: the counters that a kind, or an address family, keeps of a link.

import * as statsOps from '../../ops/stats.ts'
import type { Stats } from '../../route/stats.ts'
import { CommandError, USAGE, USER } from '../errors.ts'
import type { Session } from '../session.ts'
import { finish, linkName, Sheet } from '../sheet.ts'
import { expected, type Words } from '../words.ts'
import { KINDS, PAIRS } from './kinds/index.ts'
import { addLacp, addMulticast, addStp } from './print-xstats.ts'

/** Kinds that keep some, and the parts that can be asked for. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  bridge: ['igmp', 'stp', 'all'],
  bridge_slave: ['igmp', 'stp', 'all'],
  bond: ['802.3ad', 'all'],
  bond_slave: ['802.3ad', 'all'],
}

/** Runs `ip link xstats type KIND [ PART ] [ dev DEV ]`. */
export function xstats(words: Words, session: Session): void {
  if (words.done) throw new CommandError(USER, 'xstats: missing argument')
  const word = words.take()
  if (word !== 'type') throw words.fail(`xstats: unknown argument "${word}"`, expected(word, ['type']), USAGE)
  const kind = words.take('a kind: bridge, bridge_slave, bond, bond_slave')
  const parts = PARTS[kind]
  if (!parts) {
    if (KINDS[kind] || PAIRS.has(kind))
      throw words.fail(`xstats: link type ${kind} doesn't support xstats`, expected(kind, Object.keys(PARTS)))
    throw words.wrong('invalid type', expected(kind, Object.keys(PARTS)))
  }
  const chosen = readChoice(words, session, parts)
  const slave = kind.endsWith('_slave')
  const group = slave ? 'xstats_slave' : 'xstats'
  const answers = session.run(statsOps.list({ groups: [group] }))
  const sheets = answers
    .filter(({ index }) => chosen.index === undefined || index === chosen.index)
    .flatMap(stats => {
      const found = (slave ? stats.xstatsSlave : stats.xstats)?.[kind.replace('_slave', '') as 'bridge' | 'bond']
      return found ? [sheetOf(session, stats.index, found as Xstats, chosen.part)] : []
    })
  session.print(finish(sheets, session.show))
}

interface Choice {
  index?: number
  /** Left out: all. */
  part?: string
}

function readChoice(words: Words, session: Session, parts: readonly string[]): Choice {
  const choice: Choice = {}
  while (!words.done) {
    const word = words.take()
    if (word === 'dev') choice.index = session.device(words.take('a device')).index
    else if (parts.includes(word)) choice.part = word
    else throw words.wrong('unknown attribute', expected(word, ['dev', ...parts]))
  }
  return choice
}

type AnyXstats = NonNullable<NonNullable<Stats['xstats']>['bridge']> & NonNullable<NonNullable<Stats['xstats']>['bond']>
type Xstats = Partial<AnyXstats>

function sheetOf(session: Session, index: number, { mcast, stp, ad }: Xstats, part = 'all'): Sheet {
  const sheet = new Sheet(session.show)
  const name = linkName(session, index)
  sheet.add('ifname', name, `${name.padEnd(16)}\n`)
  const wanted = (own: string): boolean => part === 'all' || part === own
  if (mcast && wanted('igmp')) sheet.inside('multicast', () => addMulticast(sheet, mcast))
  if (stp && wanted('stp')) sheet.inside('stp', () => addStp(sheet, stp))
  if (ad && wanted('802.3ad')) sheet.inside('802.3ad', () => addLacp(sheet, ad))
  return sheet
}

// ── afstats ────────────────────────────────────────────────────────────────

/** Runs `ip link afstats [ dev DEV ]`: of the families only MPLS keeps some. */
export function afstats(words: Words, session: Session): void {
  let index: number | undefined
  while (!words.done) {
    const word = words.take()
    if (word !== 'dev')
      throw words.fail(`Command "${word}" is unknown, try "${words.all[0]} link help".`, expected(word, ['dev']), USAGE)
    const name = words.take('a device')
    const found = session.find(name)
    if (!found) throw new CommandError(USER, `Device "${name}" does not exist.`, session.absent(name))
    index = found.index
  }
  const all = session.run(statsOps.list({ groups: ['afstats'] }))
  const sheets = all
    .filter(stats => index === undefined || stats.index === index)
    .flatMap(({ index: of, families }) => {
      const counters = families?.mpls?.link
      return counters ? [mplsSheet(session, of, counters)] : []
    })
  session.print(finish(sheets, session.show))
}

type Mpls = NonNullable<NonNullable<NonNullable<Stats['families']>['mpls']>['link']>

function mplsSheet(session: Session, index: number, m: Mpls): Sheet {
  const sheet = new Sheet(session.show)
  const name = linkName(session, index)
  sheet.add('ifname', name, `${index}: ${name}\n    mpls:\n`)
  sheet.note('ifindex', index)
  const cell = (width: number, value: bigint): string => `${String(value).padStart(width)} `
  const line = (title: string, cells: readonly string[]): void => sheet.say(`${title}\n        ${cells.join('')}\n`)
  line('        RX: bytes  packets  errors  dropped  noroute', [
    ...[cell(10, m.rxBytes), cell(8, m.rxPackets), cell(7, m.rxErrors), cell(8, m.rxDropped), cell(7, m.rxNoRoute)],
  ])
  line('        TX: bytes  packets  errors  dropped', [
    ...[cell(10, m.txBytes), cell(8, m.txPackets), cell(7, m.txErrors), cell(7, m.txDropped)],
  ])
  sheet.note('mpls', {
    rx: { bytes: m.rxBytes, packets: m.rxPackets, errors: m.rxErrors, dropped: m.rxDropped, noroute: m.rxNoRoute },
    tx: { bytes: m.txBytes, packets: m.txPackets, errors: m.txErrors, dropped: m.txDropped },
  })
  return sheet
}
