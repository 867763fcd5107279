// What a link's kind and its master's kind say of it, under `-d`: IFLA_LINKINFO as iproute2 6.1 prints it. A kind
// whose printer is not here is named, and its options stand in the JSON under their table's names.
import { plainJson } from '../../netlink/json.ts'
import type { Link, LinkData, LinkKindName, PortData } from '../../route/link.ts'
import { BRIDGE, BRIDGE_PORT } from '../../route/link-kinds/bridge.ts'
import { Digits, type Json } from '../json.ts'
import { linkName, type Names, type Sheet } from '../sheet.ts'

type Printer<T> = (sheet: Sheet, data: T, names: Names) => void

export function addLinkInfo(sheet: Sheet, { linkInfo }: Link, names: Names): void {
  if (!linkInfo) return
  const { kind, data, slaveKind, slaveData } = linkInfo
  sheet.inside('linkinfo', () => {
    if (kind !== undefined) {
      sheet.add('info_kind', kind, `${sheet.newline}    ${kind} `)
      if (data !== undefined) addPart(sheet, 'info_data', KINDS[kind as LinkKindName], data, names)
    }
    if (slaveKind !== undefined) {
      sheet.add('info_slave_kind', slaveKind, `${sheet.newline}    ${slaveKind}_slave `)
      if (slaveData !== undefined) addPart(sheet, 'info_slave_data', PORTS[slaveKind as LinkKindName], slaveData, names)
    }
  })
}

function addPart(sheet: Sheet, key: string, printer: Printer<any> | undefined, data: unknown, names: Names): void {
  if (data instanceof Uint8Array) return
  if (printer) sheet.inside(key, () => printer(sheet, data, names))
  else if (Object.keys(data as object).length > 0) sheet.note(key, plainJson(data) as Json)
}

// ── how a value is written ─────────────────────────────────────────────────

/** Writes a value under a JSON key and, in text, behind a word. */
type Form = (sheet: Sheet, key: string, word: string, value: unknown) => void

const number: Form = (sheet, key, word, value) => {
  const digits = Number(value)
  sheet.add(key, digits, `${word} ${digits} `)
}
const text: Form = (sheet, key, word, value) => sheet.add(key, String(value), `${word} ${String(value)} `)
export const onOff: Form = (sheet, key, word, value) =>
  sheet.add(key, Boolean(value), `${word} ${value ? 'on' : 'off'} `)
/** `0x8001`; 0 is `0`. */
const hex: Form = (sheet, key, word, value) => text(sheet, key, word, hexDigits(Number(value)))
const hexDigits = (value: number): string => (value === 0 ? '0' : `0x${value.toString(16)}`)
/** Centiseconds as `   14.92`. */
const timer: Form = (sheet, key, word, value) => {
  const seconds = centiseconds(value as bigint)
  sheet.add(key, new Digits(seconds), `${word} ${seconds.padStart(7)} `)
}
export const centiseconds = (value: bigint | number): string => {
  const whole = BigInt(value)
  return `${whole / 100n}.${String(whole % 100n).padStart(2, '0')}`
}
/** `8000.2:0:0:0:0:10`, as iproute2 writes it, from `8000.020000000010`. */
const bridgeId: Form = (sheet, key, word, value) => {
  const [priority = '', digits = ''] = String(value).split('.')
  const bytes = digits.match(/../g) ?? []
  text(sheet, key, word, `${priority}.${bytes.map(byte => Number.parseInt(byte, 16).toString(16)).join(':')}`)
}

/** `[key of the data, word in text, form, JSON key]`; the words are mostly the keys in JSON. */
type Row<T> = readonly [key: keyof T & string, form?: Form, word?: string, json?: string]
interface NamedRows {
  readonly byKey: ReadonlyMap<string, { readonly options: { readonly json?: string } }>
}

/** Writes the values that are there, each by its row, under the JSON names of the table that they come from. */
function addRows<T>(sheet: Sheet, data: T, rows: readonly Row<T>[], table: NamedRows): void {
  for (const [key, form = number, word, json = jsonName(table, key)] of rows) {
    const value = data[key]
    if (value !== undefined && value !== null) form(sheet, json, word ?? json, value)
  }
}
const jsonName = ({ byKey }: NamedRows, key: string): string => byKey.get(key)?.options.json ?? key

// ── the kinds ──────────────────────────────────────────────────────────────

type Bridge = Exclude<LinkData<'bridge'>, Uint8Array>

const BRIDGE_HEAD: readonly Row<Bridge>[] = [
  ['forwardDelay'],
  ['helloTime'],
  ['maxAge'],
  ['ageingTime'],
  ['stpState'],
  ['priority'],
  ['vlanFiltering'],
  ['vlanProtocol', text],
  ['bridgeId', bridgeId],
  ['rootId', bridgeId, 'designated_root'],
  ['rootPort'],
  ['rootPathCost'],
  ['topologyChange'],
  ['topologyChangeDetected'],
  ['helloTimer', timer],
  ['tcnTimer', timer],
  ['topologyChangeTimer', timer],
  ['gcTimer', timer],
  ['vlanDefaultPvid'],
  ['vlanStatsEnabled'],
  ['vlanStatsPerPort'],
  ['groupFwdMask', hex],
  ['groupAddress', text, 'group_address'],
  ['mcastSnooping'],
]
const BRIDGE_MULTICAST: readonly Row<Bridge>[] = [
  ['mcastRouter'],
  ['mcastQueryUseIfaddr'],
  ['mcastQuerier'],
  ['mcastHashElasticity'],
  ['mcastHashMax'],
  ['mcastLastMemberCount', number, 'mcast_last_member_count'],
  ['mcastStartupQueryCount', number, 'mcast_startup_query_count'],
  ['mcastLastMemberInterval', number, 'mcast_last_member_interval'],
  ['mcastMembershipInterval', number, 'mcast_membership_interval'],
  ['mcastQuerierInterval', number, 'mcast_querier_interval'],
  ['mcastQueryInterval', number, 'mcast_query_interval'],
  ['mcastQueryResponseInterval', number, 'mcast_query_response_interval'],
  ['mcastStartupQueryInterval', number, 'mcast_startup_query_interval'],
  ['mcastStatsEnabled'],
  ['mcastIgmpVersion'],
  ['mcastMldVersion'],
  ['nfCallIptables'],
  ['nfCallIp6tables'],
  ['nfCallArptables'],
]
/** The options that 6.1 knows, in its order. */
const BRIDGE_OPTIONS = [
  ['no_ll_learn', 'no_linklocal_learn'],
  ['mcast_vlan_snooping', 'mcast_vlan_snooping'],
] as const

const bridge: Printer<Bridge> = (sheet, data) => {
  addRows(sheet, data, BRIDGE_HEAD, BRIDGE)
  for (const [flag, word] of BRIDGE_OPTIONS)
    if (data.multiBoolopt?.mask.includes(flag)) number(sheet, word, word, data.multiBoolopt.values.includes(flag))
  addRows(sheet, data, BRIDGE_MULTICAST, BRIDGE)
}

export type BridgePort = Exclude<PortData<'bridge'>, Uint8Array>

const PORT_HEAD: readonly Row<BridgePort>[] = [
  ['state', text],
  ['priority'],
  ['cost'],
  ['hairpin', onOff],
  ['guard', onOff],
  ['rootBlock', onOff],
  ['fastLeave', onOff],
  ['learning', onOff],
  ['flood', onOff],
  ['id', hex, 'port_id'],
  ['no', hex, 'port_no'],
  ['designatedPort'],
  ['designatedCost'],
  ['bridgeId', bridgeId, 'designated_bridge'],
  ['rootId', bridgeId, 'designated_root'],
  ['holdTimer', timer],
  ['messageAgeTimer', timer],
  ['forwardDelayTimer', timer],
  ['topologyChangeAck'],
  ['configPending'],
  ['proxyArp', onOff],
  ['proxyArpWifi', onOff],
  ['mcastRouter', number, 'mcast_router'],
]
const PORT_TAIL: readonly Row<BridgePort>[] = [
  ['mcastFlood', onOff],
  ['bcastFlood', onOff],
  ['mcastToUnicast', onOff],
  ['neighSuppress', onOff],
]
const PORT_END: readonly Row<BridgePort>[] = [
  ['vlanTunnel', onOff],
  ['isolated', onOff],
  ['locked', onOff],
]

const bridgePort: Printer<BridgePort> = (sheet, data, names) => {
  addRows(sheet, data, PORT_HEAD, BRIDGE_PORT)
  // A second time, under its newer name.
  if (data.fastLeave !== undefined) sheet.say(`mcast_fast_leave ${data.fastLeave ? 'on' : 'off'} `)
  addRows(sheet, data, PORT_TAIL, BRIDGE_PORT)
  if (data.groupFwdMask !== undefined) {
    hex(sheet, 'group_fwd_mask', 'group_fwd_mask', data.groupFwdMask)
    text(sheet, 'group_fwd_mask_str', 'group_fwd_mask_str', forwardMask(data.groupFwdMask))
  }
  addRows(sheet, data, PORT_END, BRIDGE_PORT)
  if (data.backupPort !== undefined) text(sheet, 'backup_port', 'backup_port', linkName(names, data.backupPort))
}

/** Protocols of 01:80:c2:00:00:0X that have a name, by X. */
const FORWARDED: Readonly<Record<number, string>> = { 0: 'stp', 2: 'lacp', 14: 'lldp' }

function forwardMask(mask: number): string {
  const bits = Array.from({ length: 16 }, (_, bit) => bit).filter(bit => mask & (1 << bit))
  return bits.length === 0 ? '0x0' : bits.map(bit => FORWARDED[bit] ?? hexDigits(1 << bit)).join(',')
}

const macvlan: Printer<Exclude<LinkData<'macvlan'>, Uint8Array>> = (sheet, data) => {
  if (data.mode !== undefined) text(sheet, 'mode', 'mode', data.mode)
  const flags = data.flags?.filter(flag => typeof flag === 'string') ?? []
  if (flags.length > 0) sheet.add('flags', flags, `${flags.join(' ')} `)
  if (data.bcQueueLength !== undefined) number(sheet, 'bcqueuelen', 'bcqueuelen', data.bcQueueLength)
  if (data.bcQueueLengthUsed !== undefined) number(sheet, 'usedbcqueuelen', 'usedbcqueuelen', data.bcQueueLengthUsed)
  if (data.mode !== 'source' || data.macaddrCount === undefined) return
  const addresses = data.macaddrData?.addresses ?? []
  sheet.add('macaddr_count', data.macaddrCount, `remotes (${data.macaddrCount}) `)
  if (addresses.length > 0) sheet.add('macaddr_data', addresses, addresses.map(address => `${address} `).join(''))
}

type Vxlan = Exclude<LinkData<'vxlan'>, Uint8Array>

const vxlan: Printer<Vxlan> = (sheet, data, names) => {
  if (data.external) sheet.add('external', true, 'external ')
  if (data.vnifilter) sheet.add('vnifilter', true, 'vnifilter ')
  if (data.id !== undefined) number(sheet, 'id', 'id', data.id)
  addVxlanEnds(sheet, data)
  if (data.link) text(sheet, 'link', 'dev', linkName(names, data.link))
  if (data.portRange) {
    const { low, high } = data.portRange
    sheet.add('port_range', { low, high }, `srcport ${low} ${high} `)
  }
  if (data.port !== undefined) number(sheet, 'port', 'dstport', data.port)
  if (data.learning !== undefined) sheet.add('learning', Boolean(data.learning), data.learning ? '' : 'nolearning ')
  for (const key of ['proxy', 'rsc', 'l2miss', 'l3miss'] as const) if (data[key]) sheet.add(key, true, `${key} `)
  addVxlanHops(sheet, data)
  addVxlanRest(sheet, data)
}

const isMulticast = (address: string): boolean =>
  address.includes(':') ? /^ff/i.test(address) : /^2(2[4-9]|3\d)\./.test(address)
const isAny = (address: string): boolean => address === '0.0.0.0' || address === '::'

function addVxlanEnds(sheet: Sheet, { group, group6, local, local6 }: Vxlan): void {
  const remote = group ?? group6
  const own = local ?? local6
  if (remote !== undefined && !isAny(remote)) {
    const word = isMulticast(remote) ? 'group' : 'remote'
    text(sheet, remote.includes(':') ? `${word}6` : word, word, remote)
  }
  if (own !== undefined && !isAny(own)) text(sheet, own.includes(':') ? 'local6' : 'local', 'local', own)
}

function addVxlanHops(sheet: Sheet, { tos, ttl, ttlInherit, df, label }: Vxlan): void {
  if (tos) sheet.add('tos', hexDigits(tos), tos === 1 ? 'tos inherit ' : `tos ${hexDigits(tos)} `)
  if (ttlInherit) sheet.say('ttl inherit ')
  else if (ttl !== undefined) sheet.add('ttl', ttl, ttl ? `ttl ${ttl} ` : 'ttl auto ')
  if (df !== undefined) sheet.add('df', df, df === 'unset' ? '' : `df ${df} `)
  if (label) sheet.add('label', hexDigits(label), `flowlabel ${hexDigits(label)} `)
}

/** `[key, JSON key]`: in text, `no` stands before what is off. */
const VXLAN_CHECKSUMS = [
  ['udpCsum', 'udp_csum', 'udpcsum'],
  ['udpZeroCsum6Tx', 'udp_zero_csum6_tx', 'udp6zerocsumtx'],
  ['udpZeroCsum6Rx', 'udp_zero_csum6_rx', 'udp6zerocsumrx'],
] as const
/** Said only where they are on. */
const VXLAN_FLAGS = [
  ['remcsumTx', 'remcsum_tx', 'remcsumtx'],
  ['remcsumRx', 'remcsum_rx', 'remcsumrx'],
  ['gbp', 'gbp', 'gbp'],
  ['gpe', 'gpe', 'gpe'],
] as const

function addVxlanRest(sheet: Sheet, data: Vxlan): void {
  if (data.ageing !== undefined)
    sheet.add('ageing', data.ageing, data.ageing ? `ageing ${data.ageing} ` : 'ageing none ')
  if (data.limit) sheet.add('limit', data.limit, `maxaddr ${data.limit} `)
  for (const [key, json, word] of VXLAN_CHECKSUMS) {
    const value = data[key]
    if (value !== undefined) sheet.add(json, Boolean(value), `${value ? '' : 'no'}${word} `)
  }
  for (const [key, json, word] of VXLAN_FLAGS) if (data[key]) sheet.add(json, true, `${word} `)
}

const tun: Printer<Exclude<LinkData<'tun'>, Uint8Array>> = (sheet, data, names) => {
  if (data.type !== undefined) text(sheet, 'type', 'type', data.type)
  if (data.pi !== undefined) onOff(sheet, 'pi', 'pi', data.pi)
  if (data.vnetHdr !== undefined) onOff(sheet, 'vnet_hdr', 'vnet_hdr', data.vnetHdr)
  if (data.multiQueue !== undefined) {
    sheet.add('multi_queue', Boolean(data.multiQueue), data.multiQueue ? 'multi_queue ' : '')
    if (data.numQueues !== undefined) number(sheet, 'numqueues', 'numqueues', data.numQueues)
    if (data.numDisabledQueues !== undefined) number(sheet, 'numdisabled', 'numdisabled', data.numDisabledQueues)
  }
  if (data.persist !== undefined) onOff(sheet, 'persist', 'persist', data.persist)
  if (data.owner !== undefined) text(sheet, 'user', 'user', names.user?.(data.owner) ?? data.owner)
  if (data.group !== undefined) text(sheet, 'group', 'group', names.group?.(data.group) ?? data.group)
}

type Mappings = readonly { readonly from: number; readonly to: number }[] | undefined

const vlan: Printer<Exclude<LinkData<'vlan'>, Uint8Array>> = (sheet, data) => {
  if (data.protocol !== undefined) text(sheet, 'protocol', 'protocol', data.protocol)
  if (data.id !== undefined) number(sheet, 'id', 'id', data.id)
  if (data.flags) {
    const flags = data.flags.flags.map(flag => (typeof flag === 'number' ? flag.toString(16) : flag.toUpperCase()))
    sheet.add('flags', flags, `<${flags.join(',')}> `)
  }
  addQos(sheet, 'ingress', data.ingressQos?.mappings)
  addQos(sheet, 'egress', data.egressQos?.mappings)
}

function addQos(sheet: Sheet, side: string, mappings: Mappings): void {
  if (!mappings) return
  const pairs = mappings.map(({ from, to }) => `${from}:${to} `).join('')
  sheet.add(
    `${side}_qos`,
    mappings.map(({ from, to }) => ({ from, to })),
    `${sheet.newline}      ${side}-qos-map { ${pairs}} `,
  )
}

const vrf: Printer<{ table?: number }> = (sheet, { table }) => {
  if (table !== undefined) number(sheet, 'table', 'table', table)
}

const KINDS: { readonly [K in LinkKindName]?: Printer<any> } = {
  bridge,
  macvlan,
  macvtap: macvlan,
  vxlan,
  tun,
  vlan,
  vrf,
}
const PORTS: { readonly [K in LinkKindName]?: Printer<any> } = { bridge: bridgePort, vrf }
