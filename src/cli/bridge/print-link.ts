// A bridge's ports as `bridge link` prints them (iproute2 6.1), and bridges as `brctl` 1.7 prints them. Pure.
import type { Link, LinkData } from '../../route/link.ts'
import { BR_STATE } from '../../route/link-kinds/bridge.ts'
import type { Neighbour } from '../../route/neighbour.ts'
import type { BridgePort } from '../ip/kinds/bridge.ts'
import { asOnOff, centiseconds } from '../ip/kinds/kind.ts'
import { addFlags } from '../ip/print-link.ts'
import { finish, linkName, type Names, namesOf, Sheet, type Show, showing } from '../sheet.ts'

type Bridge = Exclude<LinkData<'bridge'>, Uint8Array>

// ── bridge link ────────────────────────────────────────────────────────────

/** `bridge link show`: links as the bridge family tells them, the port in `protInfo`. */
export function printPorts(
  links: readonly Link[],
  options: Partial<Show> = {},
  names: Names = namesOfLinks(links),
): string {
  const show = showing(options)
  return finish(
    links.map(link => portSheet(link, show, names)),
    show,
  )
}

const namesOfLinks = (links: readonly Link[]): Names =>
  namesOf(links as Iterable<{ index: number; name?: string; up: boolean }>)

/** One link, with its newline. `deleted`: a monitor heard that it is gone. */
export function portSheet(link: Link, show: Show, names: Names, { deleted = false } = {}): Sheet {
  const sheet = new Sheet(show)
  if (deleted) sheet.add('deleted', true, 'Deleted ')
  sheet.add('ifindex', link.index, `${link.index}: `)
  const name = link.name ?? '<nil>'
  if (link.link === undefined) sheet.say(sheet.paint('link', `${name}: `))
  else if (link.link === 0) sheet.add('link', null, sheet.paint('link', `${name}@NONE: `))
  else {
    const below = link.linkNetnsId === undefined ? linkName(names, link.link) : `if${link.link}`
    sheet.add(
      link.linkNetnsId === undefined ? 'link' : 'link_index',
      link.linkNetnsId === undefined ? below : link.link,
      sheet.paint('link', `${name}@${below}: `),
    )
  }
  sheet.note('ifname', name)
  addFlags(sheet, link, names)
  if (link.mtu !== undefined) sheet.add('mtu', link.mtu)
  if (link.master !== undefined) sheet.add('master', linkName(names, link.master))
  const port = link.protInfo as BridgePort | undefined
  if (port) addPort(sheet, port, names)
  sheet.say('\n')
  return sheet
}

/** `[key, word]`, in the order of 6.1; all are on or off. */
const BEFORE_ROUTER = [
  ['hairpin', 'hairpin'],
  ['guard', 'guard'],
  ['rootBlock', 'root_block'],
  ['fastLeave', 'fastleave'],
  ['learning', 'learning'],
  ['learningSync', 'learning_sync'],
  ['flood', 'flood'],
  ['mcastFlood', 'mcast_flood'],
  ['bcastFlood', 'bcast_flood'],
] as const
const BEHIND_ROUTER = [
  ['mcastToUnicast', 'mcast_to_unicast'],
  ['neighSuppress', 'neigh_suppress'],
  ['vlanTunnel', 'vlan_tunnel'],
] as const
const BEHIND_BACKUP = [
  ['isolated', 'isolated'],
  ['locked', 'locked'],
] as const

function addPort(sheet: Sheet, port: BridgePort, names: Names): void {
  if (port.state !== undefined) sheet.add('state', port.state)
  if (port.priority !== undefined) sheet.add('priority', port.priority)
  if (port.cost !== undefined) sheet.add('cost', port.cost)
  if (!sheet.show.details) return
  sheet.say(`${sheet.newline}    `)
  const switches = (rows: typeof BEFORE_ROUTER | typeof BEHIND_ROUTER | typeof BEHIND_BACKUP): void => {
    for (const [key, word] of rows) if (port[key] !== undefined) asOnOff(sheet, word, word, port[key], names)
  }
  switches(BEFORE_ROUTER)
  if (port.mcastRouter !== undefined) sheet.add('mcast_router', port.mcastRouter)
  switches(BEHIND_ROUTER)
  if (port.backupPort !== undefined) sheet.add('backup_port', linkName(names, port.backupPort))
  switches(BEHIND_BACKUP)
}

// ── brctl ──────────────────────────────────────────────────────────────────

const HEAD = 'bridge name\tbridge id\t\tSTP enabled\tinterfaces\n'
const byName = (a: Link, b: Link): number => ((a.name ?? '') < (b.name ?? '') ? -1 : 1)

/** `brctl show`: the bridges among `links` (or those named, in that order), each with its ports, by name. */
export function brctlShow(links: readonly Link[], wanted?: readonly string[]): string {
  const bridges = wanted
    ? wanted.flatMap(name => links.filter(link => link.name === name))
    : links.filter(link => link.kind === 'bridge').sort(byName)
  const rows = bridges.map(bridge => {
    const { bridgeId, stpState } = (bridge.linkInfo?.data ?? {}) as Bridge
    const ports = links.filter(link => link.master === bridge.index).sort(byName)
    const names = ports.map(port => port.name).join('\n\t\t\t\t\t\t\t')
    return `${bridge.name}\t\t${bridgeId}\t${stpState ? 'yes' : 'no'}\t\t${names}\n`
  })
  return HEAD + rows.join('')
}

const seconds = (value: bigint | number | undefined): string => centiseconds(value ?? 0).padStart(7)
const count = (value: number | undefined): string => String(value ?? 0).padStart(4)

/** `brctl showstp`: a bridge and its ports. */
export function brctlShowStp(bridge: Link, ports: readonly Link[]): string {
  const b = (bridge.linkInfo?.data ?? {}) as Bridge
  const flags = [
    ...(b.topologyChange ? ['TOPOLOGY_CHANGE '] : []),
    ...(b.topologyChangeDetected ? ['TOPOLOGY_CHANGE_DETECTED '] : []),
  ]
  return [
    `${bridge.name}`,
    ` bridge id\t\t${b.bridgeId}`,
    ` designated root\t${b.rootId}`,
    ` root port\t\t${count(b.rootPort)}\t\t\tpath cost\t\t${count(b.rootPathCost)}`,
    ` max age\t\t${seconds(b.maxAge)}\t\t\tbridge max age\t\t${seconds(b.maxAge)}`,
    ` hello time\t\t${seconds(b.helloTime)}\t\t\tbridge hello time\t${seconds(b.helloTime)}`,
    ` forward delay\t\t${seconds(b.forwardDelay)}\t\t\tbridge forward delay\t${seconds(b.forwardDelay)}`,
    ` ageing time\t\t${seconds(b.ageingTime)}`,
    ` hello timer\t\t${seconds(b.helloTimer)}\t\t\ttcn timer\t\t${seconds(b.tcnTimer)}`,
    ` topology change timer\t${seconds(b.topologyChangeTimer)}\t\t\tgc timer\t\t${seconds(b.gcTimer)}`,
    ` flags\t\t\t${flags.join('')}`,
    '',
    '',
    ...[...ports].sort(byName).map(portText),
  ].join('\n')
}

function portText(link: Link): string {
  const p = (link.linkInfo?.slaveData ?? {}) as BridgePort
  const hex = (value: number | undefined): string => (value ?? 0).toString(16).padStart(4, '0')
  const state = typeof p.state === 'number' ? p.state : BR_STATE.byWord.has(p.state ?? '') ? p.state : 'disabled'
  return [
    `${link.name} (${p.no})`,
    ` port id\t\t${hex(p.id)}\t\t\tstate\t\t${String(state).padStart(15)}`,
    ` designated root\t${p.rootId}\tpath cost\t\t${count(p.cost)}`,
    ` designated bridge\t${p.bridgeId}\tmessage age timer\t${seconds(p.messageAgeTimer)}`,
    ` designated port\t${hex(p.designatedPort)}\t\t\tforward delay timer\t${seconds(p.forwardDelayTimer)}`,
    ` designated cost\t${count(p.designatedCost)}\t\t\thold timer\t\t${seconds(p.holdTimer)}`,
    ` flags\t\t\t${p.configPending ? 'CONFIG_PENDING ' : ''}${p.topologyChangeAck ? 'TOPOLOGY_CHANGE_ACK ' : ''}`,
    ...(p.hairpin ? [` hairpin mode\t\t${count(1)}`] : []),
    '',
    '',
  ].join('\n')
}

/** `brctl showmacs`: the forwarding database of a bridge with these ports, by address. */
export function brctlShowMacs(entries: readonly Neighbour[], ports: readonly Link[]): string {
  const numbers = new Map(
    ports.map(({ index, linkInfo }) => [index, (linkInfo?.slaveData as BridgePort | undefined)?.no]),
  )
  const rows = entries
    .filter(({ index, flags }) => numbers.has(index) && !flags.includes('self'))
    .map(({ index, linkLayerAddress = '', state, cacheInfo }) => ({ index, linkLayerAddress, state, cacheInfo }))
    .sort((a, b) => (a.linkLayerAddress < b.linkLayerAddress ? -1 : a.linkLayerAddress > b.linkLayerAddress ? 1 : 0))
    .map(({ index, linkLayerAddress, state, cacheInfo }) => {
      const local = state.includes('permanent')
      const ages = !local && !state.includes('noarp')
      const age = seconds(ages ? cacheInfo?.updated : 0)
      return `${String(numbers.get(index)).padStart(3)}\t${linkLayerAddress}\t${local ? 'yes' : 'no'}\t\t${age}\n`
    })
  return `port no\tmac addr\t\tis local?\tageing timer\n${rows.join('')}`
}
