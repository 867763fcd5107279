// Multicast databases as `bridge mdb` prints them: text and JSON, character for character iproute2 6.1's, with what newer
// ones tell of VXLAN. Pure.
import type { Mdb } from '../../route/mdb.ts'
import { protocolText } from '../ip/print-routing.ts'
import { ticks } from '../ip/print-ticks.ts'
import type { JsonObject } from '../json.ts'
import { linkName, type Names, Sheet, type Show } from '../sheet.ts'

type Database = NonNullable<NonNullable<Mdb['database']>['entries']>
type Entry = NonNullable<Database[number]['infos']>[number]
type RouterPort = NonNullable<NonNullable<Mdb['router']>['ports']>[number]

/** A group that one port wants, of the bridge that the message is about. */
export interface MdbEntry {
  readonly bridge: number
  readonly entry: Entry
}
/** Ports behind which multicast routers are. */
export interface MdbRouters {
  readonly bridge: number
  readonly ports: readonly RouterPort[]
}

export const entriesOf = ({ index, database }: Mdb): MdbEntry[] =>
  (database?.entries ?? []).flatMap(({ infos = [] }) => infos.map(entry => ({ bridge: index, entry })))
export const routersOf = ({ index, router }: Mdb): MdbRouters[] =>
  router?.ports ? [{ bridge: index, ports: router.ports }] : []

/** What a monitor heard. */
interface MdbView {
  readonly deleted?: boolean
}

const FLAGS = ['offload', 'fast_leave', 'added_by_star_ex', 'blocked', 'offload_failed'] as const
const colorOf = (address: string, isMac: boolean) => (isMac ? undefined : address.includes(':') ? 'inet6' : 'inet')
const isMac = (address: string): boolean => /^([\da-f]{2}:){5}[\da-f]{2}$/.test(address)

/** One entry, with its newline. */
export function mdbEntrySheet({ bridge, entry }: MdbEntry, show: Show, names: Names, view: MdbView = {}): Sheet {
  const sheet = new Sheet(show)
  const { header, attributes: a } = entry
  const { group } = header
  if (view.deleted) sheet.add('deleted', true, 'Deleted ')
  sheet.note('index', bridge)
  const dev = linkName(names, bridge)
  sheet.add('dev', dev, sheet.paint('link', `dev ${dev}`))
  const port = linkName(names, header.index)
  sheet.add('port', port, ` port ${port}`)
  const color = colorOf(group, isMac(group))
  sheet.add('grp', group, sheet.paint(color, ` grp ${group}`))
  if (a.source !== undefined) sheet.add('src', a.source, sheet.paint(color, ` src ${a.source}`))
  sheet.add('state', String(header.state), ` ${header.state}`)
  if (show.details) addDetails(sheet, a)
  const flags = FLAGS.filter(flag => header.flags.includes(flag))
  sheet.add('flags', flags, flags.map(flag => ` ${flag}`).join(''))
  if (header.vid !== 0) sheet.add('vid', header.vid, ` vid ${header.vid}`)
  addRemote(sheet, a, names)
  if (show.statistics > 0 && a.timer !== undefined) sheet.add('timer', ticks(a.timer), ` ${ticks(a.timer)}`)
  sheet.say(sheet.newline)
  return sheet
}

function addDetails(sheet: Sheet, { groupMode, sources, protocol }: Entry['attributes']): void {
  if (groupMode !== undefined) sheet.add('filter_mode', String(groupMode), ` filter_mode ${groupMode}`)
  if (sources?.entries) {
    const list = sources.entries.map(({ address = '', timer = 0 }) => ({ address, timer: ticks(timer).trim() }))
    const text = list.map(({ address, timer }) => `${sheet.paint(colorOf(address, false), address)}/${timer}`)
    sheet.add('source_list', list, ` source_list ${text.join(',')}`)
  }
  if (protocol !== undefined) {
    const name = protocolText(protocol, sheet.show.numeric)
    sheet.add('protocol', name, ` proto ${name} `)
  }
}

/** VXLAN's, which iproute2 prints since 6.3. */
function addRemote(sheet: Sheet, a: Entry['attributes'], names: Names): void {
  const number = (key: string, value: number | undefined): void => {
    if (value !== undefined) sheet.add(key, value, ` ${key} ${value}`)
  }
  if (a.dst !== undefined) sheet.add('dst', a.dst, sheet.paint(colorOf(a.dst, false), ` dst ${a.dst}`))
  number('dst_port', a.dstPort)
  number('vni', a.vni)
  number('src_vni', a.sourceVni)
  if (a.viaIndex !== undefined) sheet.add('via', linkName(names, a.viaIndex), ` via ${linkName(names, a.viaIndex)}`)
}

/** The router ports of one bridge: with `-s` a line each, else all in one. In JSON the key is the bridge's name. */
export function mdbRouterSheet({ bridge, ports }: MdbRouters, show: Show, names: Names): Sheet {
  const sheet = new Sheet(show)
  const name = linkName(names, bridge)
  const parts = ports.map(port => routerPart(port, show, names))
  const head = `router ports on ${name}: `
  const text =
    show.statistics > 0
      ? parts.map(part => `${head}${part.text}${sheet.newline}`).join('')
      : `${head}${parts.map(part => `${part.text} `).join('')}${sheet.newline}`
  sheet.add(
    name,
    parts.map(part => part.json),
    text,
  )
  return sheet
}

function routerPart({ header, attributes: { timer, type } }: RouterPort, show: Show, names: Names): Sheet {
  const sheet = new Sheet(show)
  const name = linkName(names, header.index)
  sheet.add('port', name, name)
  if (show.statistics === 0) return sheet
  if (timer !== undefined) sheet.add('timer', ticks(timer), ` ${ticks(timer)}`)
  if (type !== undefined) {
    const kind = type === 'temp' || type === 'temp_query' ? 'temp' : 'permanent'
    sheet.add('type', kind, ` ${kind}`)
  }
  return sheet
}

/** What came or went, as a monitor tells of it: the kernel tells one entry a message, or one router port. */
export function mdbEventSheet(mdb: Mdb, show: Show, names: Names, view: MdbView = {}): Sheet | undefined {
  const [entry] = entriesOf(mdb)
  if (entry) return mdbEntrySheet(entry, show, names, view)
  const [router] = routersOf(mdb)
  return router?.ports[0] && routerEventSheet(router.bridge, router.ports[0], show, names, view)
}

function routerEventSheet(bridge: number, { header }: RouterPort, show: Show, names: Names, view: MdbView): Sheet {
  const sheet = new Sheet(show)
  if (view.deleted) sheet.add('deleted', true, 'Deleted ')
  const [name, port] = [linkName(names, bridge), linkName(names, header.index)]
  sheet.add(name, [{ port }], `router port dev ${port} master ${name}\n`)
  return sheet
}

/** The databases of all bridges: in JSON one object, `mdb` and `router`. */
export function mdbJson(entries: readonly Sheet[], routers: readonly Sheet[]): JsonObject {
  return { mdb: entries.map(sheet => sheet.json), router: Object.assign({}, ...routers.map(sheet => sheet.json)) }
}
