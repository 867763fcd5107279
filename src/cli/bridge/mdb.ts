// `bridge mdb`: multicast databases, shown and changed, in iproute2's grammar.
import { ipBytes, macBytes } from '../../netlink/text.ts'
import * as mdbOps from '../../ops/mdb.ts'
import { CommandError, USAGE } from '../errors.ts'
import { readCommand } from '../grammar.ts'
import { usage } from '../help.ts'
import { writeJson } from '../json.ts'
import type { Session } from '../session.ts'
import { duplicate, type Keywords, readAll, short, type Words, whole } from '../words.ts'
import { entriesOf, mdbEntrySheet, mdbJson, mdbRouterSheet, routersOf } from './print-mdb.ts'
import { device, dumped, readVlan, unknownWord } from './words.ts'

export const HELP = `Usage: % mdb { add | delete } dev DEV port PORT grp GROUP [ src SOURCE ]
		[ permanent | temp ] [ vid VID ]
       % mdb [ show ] [ dev DEV ] [ vid VID ]
`

/** In iproute2's order. */
const COMMANDS = ['add', 'delete', 'show', 'lst', 'list', 'help']

/** Runs `bridge mdb …`; answers the exit status. */
export function bridgeMdbCommand(words: Words, session: Session): number {
  const command = words.done ? 'show' : readCommand(words, 'mdb', COMMANDS)
  if (command === 'help') throw usage(words, HELP, 'bridge')
  if (command === 'add' || command === 'delete') modify(words, session, command)
  else show(words, session)
  return 0
}

const help = (words: Words) => (): never => {
  throw usage(words, HELP, 'bridge')
}

// ── add, delete ────────────────────────────────────────────────────────────

interface EntryWords {
  readonly help: () => never
  dev?: string
  port?: string
  group?: string
  source?: string
  vid?: number
  state?: 'temp' | 'permanent'
}

const WORDS: Keywords<EntryWords> = {
  dev: whole((words, state) => void (state.dev = words.take('a bridge'))),
  grp: whole((words, state) => void (state.group = words.take('a multicast address'))),
  port: whole((words, state) => void (state.port = words.take('a port'))),
  permanent: whole((_, state) => void (state.state = 'permanent')),
  temp: whole((_, state) => void (state.state = 'temp')),
  vid: whole((words, state) => void (state.vid = readVlan(words))),
  src: whole((words, state) => void (state.source = words.take('an address'))),
  help: short((_, state) => state.help()),
}

const ETHERNET = 6

function modify(words: Words, session: Session, verb: 'add' | 'delete'): void {
  const entry: EntryWords = { help: help(words) }
  readAll(words, WORDS, entry, () => {
    throw unknownWord(words, Object.keys(WORDS))
  })
  const { dev, port, group, source, vid, state } = entry
  if (dev === undefined || port === undefined || group === undefined)
    throw new CommandError(USAGE, 'Device, group address and port name are required arguments.')
  device(session, dev)
  device(session, port)
  if (!ipBytes(group) && macBytes(group)?.length !== ETHERNET)
    throw new CommandError(USAGE, `Invalid address "${group}"`, 'netloom: an IPv4, IPv6 or MAC address is expected')
  if (source !== undefined && !ipBytes(source))
    throw new CommandError(USAGE, `Invalid source address "${source}"`, 'netloom: an IPv4 or IPv6 address is expected')
  const of = { dev, port, group, source, vid }
  session.apply(verb === 'add' ? mdbOps.add({ ...of, state }) : mdbOps.delete(of))
}

// ── show ───────────────────────────────────────────────────────────────────

interface MdbChoice {
  readonly help: () => never
  dev?: string
  vid?: number
}

const CHOICE: Keywords<MdbChoice> = {
  dev: whole((words, choice) => {
    const name = words.take('a bridge')
    if (choice.dev !== undefined) throw duplicate(words, 'dev')
    choice.dev = name
  }),
  vid: whole((words, choice) => {
    const vid = readVlan(words)
    if (choice.vid !== undefined) throw duplicate(words, 'vid')
    choice.vid = vid
  }),
  help: short((_, choice) => choice.help()),
}

function show(words: Words, session: Session): void {
  const choice: MdbChoice = { help: help(words) }
  readAll(words, CHOICE, choice, () => {
    throw unknownWord(words, Object.keys(CHOICE))
  })
  const index = choice.dev === undefined ? undefined : device(session, choice.dev).index
  const found = dumped(session, mdbOps.list()).filter(mdb => index === undefined || mdb.index === index)
  const view = session.show
  const entries = found
    .flatMap(entriesOf)
    .filter(({ entry }) => !choice.vid || entry.header.vid === choice.vid)
    .map(entry => mdbEntrySheet(entry, view, session))
  // Router ports are details.
  const routers = (view.details ? found.flatMap(routersOf) : []).map(router => mdbRouterSheet(router, view, session))
  session.print(
    view.json
      ? `${writeJson([mdbJson(entries, routers)], view.pretty)}\n`
      : [...entries, ...routers].map(sheet => sheet.text).join(''),
  )
}
