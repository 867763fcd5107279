// `bridge mdb`: multicast databases, shown and changed, in iproute2's grammar (6.14's: the words that 6.1 has not, too).
import { NetlinkError } from '../../netlink/error.ts'
import { ipBytes, macBytes } from '../../netlink/text.ts'
import * as mdbOps from '../../ops/mdb.ts'
import type { Mdb } from '../../route/mdb.ts'
import { CommandError, kernelLine, USAGE } from '../errors.ts'
import { unknownCommand } from '../grammar.ts'
import { usage } from '../help.ts'
import { writeJson } from '../json.ts'
import { PROTOCOLS } from '../names.ts'
import type { Session } from '../session.ts'
import { finish } from '../sheet.ts'
import { expected, type Keyword, type Keywords, readAll, short, type Words, whole } from '../words.ts'
import { entriesOf, mdbEntrySheet, mdbJson, mdbRouterSheet, routersOf } from './print-mdb.ts'
import { device, dumped, readChoice, readPort, readVlan, readVni, unknownWord } from './words.ts'

export const HELP = `Usage: % mdb { add | replace | delete } dev DEV port PORT grp GROUP [ src SOURCE ]
		[ permanent | temp ] [ vid VID ]
		[ filter_mode { include | exclude } ] [ source_list SOURCE[,SOURCE…] ]
		[ proto PROTO ] [ dst IPADDR ] [ dst_port PORT ]
		[ vni VNI ] [ src_vni VNI ] [ via DEV ]
       % mdb [ show ] [ dev DEV ] [ vid VID ]
       % mdb get dev DEV grp GROUP [ src SOURCE ] [ vid VID ] [ src_vni VNI ]
       % mdb flush dev DEV [ port PORT ] [ vid VID ] [ src_vni VNI ]
		[ proto PROTO ] [ [no]permanent ] [ dst IPADDR ] [ dst_port PORT ] [ vni VNI ]
`

/** In iproute2's order; those of `whole` are written in full. */
const COMMANDS = ['add', 'replace', 'delete', 'show', 'lst', 'list', 'get', 'flush', 'help']
const WHOLE = ['replace', 'get', 'flush']

/** Runs `bridge mdb …`; answers the exit status. */
export function bridgeMdbCommand(words: Words, session: Session): number {
  const command = words.done ? 'show' : readCommand(words)
  if (command === 'help') throw usage(words, HELP, 'bridge')
  if (command === 'add') modify(words, session, mdbOps.add)
  else if (command === 'replace') modify(words, session, mdbOps.replace)
  else if (command === 'delete') modify(words, session, remove)
  else if (command === 'get') get(words, session)
  else if (command === 'flush') flush(words, session)
  else show(words, session)
  return 0
}

function readCommand(words: Words): string {
  const word = words.take('a command')
  const found =
    COMMANDS.find(name => name === word) ?? COMMANDS.find(name => !WHOLE.includes(name) && name.startsWith(word))
  if (found === undefined || word === '') throw unknownCommand(words, 'mdb', COMMANDS)
  return found
}

const help = (words: Words) => (): never => {
  throw usage(words, HELP, 'bridge')
}

// ── add, replace, delete ───────────────────────────────────────────────────

interface EntryWords {
  readonly session: Session
  readonly help: () => never
  dev?: string
  port?: string
  group?: string
  source?: string
  vid?: number
  state?: 'temp' | 'permanent'
  filterMode?: 'include' | 'exclude'
  sources?: readonly string[]
  protocol?: number
  dst?: string
  dstPort?: number
  vni?: number
  sourceVni?: number
  via?: string
}

type Read = Keyword<EntryWords>['read']

const ETHERNET = 6
const ADDRESS = 'an IPv4 or IPv6 address is expected'

const isAddress = (text: string): boolean => ipBytes(text) !== undefined
const isGroup = (text: string): boolean => isAddress(text) || macBytes(text)?.length === ETHERNET

function address(words: Words, what: string): string {
  const text = words.take('an address')
  if (!isAddress(text)) throw words.fail(`Invalid ${what} "${text}"`, ADDRESS, USAGE)
  return text
}

const dev: Read = (words, state) => void (state.dev = words.take('a bridge'))
const port: Read = (words, state) => void (state.port = words.take('a port'))
const vid: Read = (words, state) => void (state.vid = readVlan(words))
const permanent: Read = (_, state) => void (state.state = 'permanent')
const temp: Read = (_, state) => void (state.state = 'temp')
const group: Read = (words, state) => {
  const text = words.take('a multicast address')
  if (!isGroup(text)) throw words.fail(`Invalid address "${text}"`, 'an IPv4, IPv6 or MAC address is expected', USAGE)
  state.group = text
}
const source: Read = (words, state) => void (state.source = address(words, 'source address'))
const sources: Read = (words, state) => {
  const list = words.take('addresses with commas between').split(',')
  const wrong = list.find(text => !isAddress(text))
  if (wrong !== undefined) throw words.fail(`Invalid source entry "${wrong}" in source list`, ADDRESS, USAGE)
  state.sources = list
}
const MODES = ['include', 'exclude'] as const
const filterMode: Read = (words, state) => {
  const word = words.take('include or exclude')
  const mode = MODES.find(known => known === word)
  if (mode === undefined) throw words.fail(`Invalid filter mode "${word}"`, expected(word, MODES), USAGE)
  state.filterMode = mode
}
const protocol: Read = (words, state) => {
  const word = words.take('a protocol')
  const value = PROTOCOLS.value(word)
  if (value === undefined) throw words.fail(`Invalid protocol value "${word}"`, expected(word, PROTOCOLS.words), USAGE)
  state.protocol = value
}
const dst: Read = (words, state) => void (state.dst = address(words, 'underlay destination address'))
const dstPort: Read = (words, state) => void (state.dstPort = readPort(words))
const vni: Read = (words, state) => void (state.vni = readVni(words, 'invalid destination VNI'))
const sourceVni: Read = (words, state) => void (state.sourceVni = readVni(words, 'invalid source VNI'))
const via: Read = (words, state) => void (state.via = device(state.session, words.take('a device')).name!)
const helpWord = short<EntryWords>((_, state) => state.help())

const WORDS: Keywords<EntryWords> = {
  dev: whole(dev),
  grp: whole(group),
  port: whole(port),
  permanent: whole(permanent),
  temp: whole(temp),
  vid: whole(vid),
  src: whole(source),
  filter_mode: whole(filterMode),
  source_list: whole(sources),
  proto: whole(protocol),
  dst: whole(dst),
  dst_port: whole(dstPort),
  vni: whole(vni),
  src_vni: whole(sourceVni),
  via: whole(via),
  help: helpWord,
}

function read(words: Words, session: Session, table: Keywords<EntryWords>): EntryWords {
  const state: EntryWords = { session, help: help(words) }
  readAll(words, table, state, () => {
    throw unknownWord(words, Object.keys(table))
  })
  return state
}

/** What is of no account to a delete is left out. */
const remove = ({ state, filterMode, sources, ...options }: mdbOps.MdbAdd) => mdbOps.delete(options)

function modify(words: Words, session: Session, request: typeof mdbOps.add): void {
  const { session: _, help: __, dev, port, group, ...options } = read(words, session, WORDS)
  if (dev === undefined || port === undefined || group === undefined)
    throw new CommandError(USAGE, 'Device, group address and port name are required arguments.')
  device(session, dev)
  device(session, port)
  session.apply(request({ ...options, dev, port, group }))
}

// ── get, flush ─────────────────────────────────────────────────────────────

const GET_WORDS: Keywords<EntryWords> = {
  dev: whole(dev),
  grp: whole(group),
  vid: whole(vid),
  src: whole(source),
  src_vni: whole(sourceVni),
  help: helpWord,
}
/** What `bridge` answers when there is none. */
const NOT_FOUND = 254

function get(words: Words, session: Session): void {
  const { dev, group, vid, source, sourceVni } = read(words, session, GET_WORDS)
  if (dev === undefined || group === undefined)
    throw new CommandError(USAGE, 'Device and group address are required arguments.')
  device(session, dev)
  let found: Mdb
  try {
    found = session.run(mdbOps.get({ dev, group, vid, source, sourceVni }))
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error
    throw new CommandError(NOT_FOUND, kernelLine(error), `netloom: ${error.message}`)
  }
  const sheets = entriesOf(found).map(entry => mdbEntrySheet(entry, session.show, session))
  session.print(finish(sheets, session.show))
}

const FLUSH_WORDS: Keywords<EntryWords> = {
  dev: whole(dev),
  port: whole(port),
  vid: whole(vid),
  src_vni: whole(sourceVni),
  proto: whole(protocol),
  permanent: whole(permanent),
  nopermanent: whole(temp),
  dst: whole(dst),
  dst_port: whole(dstPort),
  vni: whole(vni),
  help: helpWord,
}

function flush(words: Words, session: Session): void {
  const { dev, port, vid, state, protocol, dst, dstPort, vni, sourceVni } = read(words, session, FLUSH_WORDS)
  if (dev === undefined) throw new CommandError(USAGE, 'Device is a required argument.')
  device(session, dev)
  if (port !== undefined) device(session, port)
  session.apply(mdbOps.flush({ dev, port, vid, state, protocol, dst, dstPort, vni, sourceVni }))
}

// ── show ───────────────────────────────────────────────────────────────────

function show(words: Words, session: Session): void {
  const { vid, has } = readChoice(words, session, help(words))
  const found = dumped(session, mdbOps.list()).filter(has)
  const view = session.show
  const entries = found
    .flatMap(entriesOf)
    .filter(({ entry }) => !vid || entry.header.vid === vid)
    .map(entry => mdbEntrySheet(entry, view, session))
  // Router ports are details.
  const routers = (view.details ? found.flatMap(routersOf) : []).map(router => mdbRouterSheet(router, view, session))
  session.print(
    view.json
      ? `${writeJson([mdbJson(entries, routers)], view.pretty)}\n`
      : [...entries, ...routers].map(sheet => sheet.text).join(''),
  )
}
