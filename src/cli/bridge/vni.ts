// `bridge vni`: the VNIs that a VXLAN device with a VNI filter takes, shown and changed, in iproute2's grammar.
import { ipBytes, isIPv4 } from '../../netlink/text.ts'
import * as vniOps from '../../ops/vni.ts'
import type { Tunnel } from '../../route/tunnel.ts'
import { CommandError, USAGE } from '../errors.ts'
import { unknownCommand } from '../grammar.ts'
import { usage } from '../help.ts'
import { readHost } from '../prefix.ts'
import type { Session } from '../session.ts'
import { finish, linkName, type Names, Sheet, type Show } from '../sheet.ts'
import { type Keywords, oneDevice, parseInteger, readAll, type Words, whole } from '../words.ts'
import { device, dumped, unknownWord } from './words.ts'

export const HELP = `Usage: % vni { add | delete } vni VNI[-VNI][,VNI…]
		[ { group | remote } IP_ADDRESS ] dev DEV
       % vni [ show ] [ dev DEV ]
Where:	VNI	:= 0-16777215
`

/** They are written in full. */
const COMMANDS = ['add', 'delete', 'del', 'show', 'lst', 'list', 'help']

/** Runs `bridge vni …`; answers the exit status. */
export function bridgeVniCommand(words: Words, session: Session): number {
  const command = words.done ? 'show' : words.take('a command')
  if (!COMMANDS.includes(command)) throw unknownCommand(words, 'vni', COMMANDS)
  if (command === 'help') throw usage(words, HELP, 'bridge')
  if (command === 'add') modify(words, session, vniOps.add)
  else if (command.startsWith('del')) modify(words, session, vniOps.delete)
  else show(words, session)
  return 0
}

// ── add, delete ────────────────────────────────────────────────────────────

interface VniWords {
  readonly help: () => never
  dev?: string
  vnis?: readonly vniOps.VniRange[]
  group?: string
}

const MOST_VNI = 0xffffff

/** Reads `100`, `100-110`, or several with commas between. */
function readVnis(words: Words): vniOps.VniRange[] {
  const text = words.take('VNIs: 100, 100-110, or several with commas between')
  return text.split(',').map(part => {
    const ends = part.split('-').map(parseInteger)
    const [first, last] = ends
    if (ends.length > 2 || ends.some(end => end === undefined || end > MOST_VNI))
      throw words.wrong('invalid VNI', `VNIs are whole numbers from 0 to ${MOST_VNI}: 100, 100-110, or 100,200`)
    return last === undefined ? first! : [first!, last]
  })
}

const isMulticast = (address: string): boolean =>
  isIPv4(address) ? ipBytes(address)![0]! >> 4 === 14 : ipBytes(address)![0] === 0xff

function group(words: Words, state: VniWords): string {
  if (state.group !== undefined) throw words.wrong('duplicate group', 'there was one before')
  return readHost(words, 'unspec').address
}

const WORDS: Keywords<VniWords> = {
  dev: whole((words, state) => void (state.dev = words.take('a device'))),
  vni: whole((words, state) => {
    const vnis = readVnis(words)
    if (state.vnis !== undefined) throw words.wrong('duplicate vni', 'there were some before')
    state.vnis = vnis
  }),
  group: whole((words, state) => {
    const address = group(words, state)
    if (!isMulticast(address)) throw words.wrong('invalid group address', 'a multicast address; another is a remote')
    state.group = address
  }),
  remote: whole((words, state) => void (state.group = group(words, state))),
  help: whole((_, state) => state.help()),
}

function modify(words: Words, session: Session, request: typeof vniOps.add): void {
  const state: VniWords = {
    help: () => {
      throw usage(words, HELP, 'bridge')
    },
  }
  readAll(words, WORDS, state, () => {
    throw unknownWord(words, Object.keys(WORDS))
  })
  const { dev, vnis, group } = state
  if (dev === undefined || vnis === undefined)
    throw new CommandError(USAGE, 'Device and VNI ID are required arguments.')
  device(session, dev, 'vxlan device')
  session.apply(request({ dev, vnis, group }))
}

// ── show ───────────────────────────────────────────────────────────────────

const CHOICE: Keywords<{ dev?: string }> = {
  dev: oneDevice(),
}

const NAME = 16
const VNI = 15

function show(words: Words, session: Session): void {
  const choice: { dev?: string } = {}
  readAll(words, CHOICE, choice, () => {
    throw unknownWord(words, Object.keys(CHOICE))
  })
  const dev = choice.dev === undefined ? undefined : device(session, choice.dev).index
  const { show: view } = session
  if (!view.json) session.print(`${'dev'.padEnd(NAME)}  ${'vni'.padEnd(VNI)}  ${'group/remote'.padEnd(VNI)}\n`)
  const sheets = dumped(session, vniOps.list({ dev, statistics: view.statistics > 0 })).map(tunnel =>
    vniSheet(tunnel, view, session),
  )
  session.print(finish(sheets, view))
}

/** The VNIs of one device, with the empty line behind them. `deleted`: a monitor heard that they are gone. */
export function vniSheet(tunnel: Tunnel, show: Show, names: Names, { deleted = false } = {}): Sheet {
  const sheet = new Sheet(show)
  const name = linkName(names, tunnel.index)
  if (deleted) sheet.add('deleted', true, 'Deleted ')
  sheet.add('ifname', name, sheet.paint('link', `${name.padEnd(NAME)}  `))
  const parts = (tunnel.entries ?? []).map(entry => entrySheet(entry, show))
  sheet.add(
    'vnis',
    parts.map(part => part.json),
    parts.map(part => part.text).join(''.padEnd(NAME + 2)) + sheet.newline,
  )
  return sheet
}

type Entry = NonNullable<Tunnel['entries']>[number]

function entrySheet(entry: Entry, show: Show): Sheet {
  const sheet = new Sheet(show)
  const { start = 0, end, group, group6, stats } = entry
  if (end) {
    sheet.add('vni', start, ` ${start}`)
    if (end !== start) sheet.add('vniEnd', end, `-${String(end).padEnd(VNI - 1)} `)
  } else sheet.add('vni', start, ` ${String(start).padEnd(VNI - 1)}`)
  const to = group ?? group6
  if (to !== undefined && ipBytes(to)!.some(byte => byte !== 0))
    sheet.add(isMulticast(to) ? 'group' : 'remote', to, ` ${to}`)
  if (stats) sheet.inside('stats', () => addStatistics(sheet, stats))
  sheet.say(sheet.newline)
  return sheet
}

const COUNTERS = [
  ['bytes', 'Bytes'],
  ['pkts', 'Packets'],
  ['drops', 'Drops'],
  ['errors', 'Errors'],
] as const

function addStatistics(sheet: Sheet, stats: NonNullable<Entry['stats']>): void {
  for (const side of ['rx', 'tx'] as const) {
    sheet.say(`${sheet.newline}${''.padEnd(NAME + 3)}${side.toUpperCase()}: `)
    for (const [word, key] of COUNTERS) {
      const value = stats[`${side}${key}`]
      if (value !== undefined) sheet.add(`${side}_${word}`, value, `${word} ${value} `)
    }
  }
}
