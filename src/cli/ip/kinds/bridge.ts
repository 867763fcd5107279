// bridge and its ports (`bridge_slave`, also of `bridge link`).
import type { LinkData, PortData } from '../../../route/link.ts'
import { BRIDGE, BRIDGE_PORT } from '../../../route/link-kinds/bridge.ts'
import { linkName } from '../../sheet.ts'
import { integer } from '../../words.ts'
import { existing } from '../link-words.ts'
import {
  addRows,
  asHex,
  asNumber,
  asOnOff,
  asText,
  asTimer,
  constant,
  type Form,
  hexDigits,
  type Kinds,
  lladdr,
  number,
  type Option,
  type Options,
  option,
  type Printer,
  type Row,
  switched,
  U8,
  U16,
  word,
} from './kind.ts'

/** A bit of IFLA_BR_MULTI_BOOLOPT. */
const bridgeOption = (bit: string): Option =>
  option('{ 0 | 1 }', (words, { data }) => {
    const on = integer(words, `invalid ${words.last}`, 1)
    const { values = [], mask = [] } = data['multiBoolopt'] ?? {}
    data['multiBoolopt'] = { values: on ? [...values, bit] : values, mask: [...mask, bit] }
  })

const WORDS: Options = {
  forward_delay: number('forwardDelay'),
  hello_time: number('helloTime'),
  max_age: number('maxAge'),
  ageing_time: number('ageingTime'),
  stp_state: number('stpState'),
  priority: number('priority', U16),
  vlan_filtering: number('vlanFiltering', U8),
  vlan_protocol: word('vlanProtocol', ['802.1Q', '802.1ad']),
  group_fwd_mask: number('groupFwdMask', U16),
  group_address: lladdr('groupAddress'),
  no_linklocal_learn: bridgeOption('no_ll_learn'),
  fdb_flush: constant('fdbFlush', true),
  vlan_default_pvid: number('vlanDefaultPvid', U16),
  vlan_stats_enabled: number('vlanStatsEnabled', U8),
  vlan_stats_per_port: number('vlanStatsPerPort', U8),
  mcast_router: number('mcastRouter', U8),
  mcast_snooping: number('mcastSnooping', U8),
  mcast_vlan_snooping: bridgeOption('mcast_vlan_snooping'),
  mcast_query_use_ifaddr: number('mcastQueryUseIfaddr', U8),
  mcast_querier: number('mcastQuerier', U8),
  mcast_hash_elasticity: number('mcastHashElasticity'),
  mcast_hash_max: number('mcastHashMax'),
  mcast_last_member_count: number('mcastLastMemberCount'),
  mcast_startup_query_count: number('mcastStartupQueryCount'),
  mcast_last_member_interval: number('mcastLastMemberInterval'),
  mcast_membership_interval: number('mcastMembershipInterval'),
  mcast_querier_interval: number('mcastQuerierInterval'),
  mcast_query_interval: number('mcastQueryInterval'),
  mcast_query_response_interval: number('mcastQueryResponseInterval'),
  mcast_startup_query_interval: number('mcastStartupQueryInterval'),
  mcast_stats_enabled: number('mcastStatsEnabled', U8),
  mcast_igmp_version: number('mcastIgmpVersion', U8),
  mcast_mld_version: number('mcastMldVersion', U8),
  nf_call_iptables: number('nfCallIptables', U8),
  nf_call_ip6tables: number('nfCallIp6tables', U8),
  nf_call_arptables: number('nfCallArptables', U8),
}

/** Options of a bridge's port, of `type bridge_slave` and of `bridge link set`. */
export const PORT_WORDS: Options = {
  fdb_flush: constant('fdbFlush', true),
  state: number('state', U8),
  priority: number('priority', U16),
  cost: number('cost'),
  hairpin: switched('hairpin'),
  guard: switched('guard'),
  root_block: switched('rootBlock'),
  fastleave: switched('fastLeave'),
  learning: switched('learning'),
  flood: switched('flood'),
  mcast_flood: switched('mcastFlood'),
  bcast_flood: switched('bcastFlood'),
  mcast_to_unicast: switched('mcastToUnicast'),
  proxy_arp: switched('proxyArp'),
  proxy_arp_wifi: switched('proxyArpWifi'),
  mcast_router: number('mcastRouter', U8),
  mcast_fast_leave: switched('fastLeave'),
  neigh_suppress: switched('neighSuppress'),
  group_fwd_mask: number('groupFwdMask', U16),
  vlan_tunnel: switched('vlanTunnel'),
  isolated: switched('isolated'),
  locked: switched('locked'),
  backup_port: option('DEVICE', (words, { data, session }) => {
    data['backupPort'] = session.device(existing(words, session)).index
  }),
  nobackup_port: constant('backupPort', 0),
}

// ── printing ───────────────────────────────────────────────────────────────

/** `8000.2:0:0:0:0:10`, as iproute2 writes it, from `8000.020000000010`. */
const bridgeId: Form = (sheet, key, word, value, names) => {
  const [priority = '', digits = ''] = String(value).split('.')
  const bytes = digits.match(/../g) ?? []
  asText(sheet, key, word, `${priority}.${bytes.map(byte => Number.parseInt(byte, 16).toString(16)).join(':')}`, names)
}

type Bridge = Exclude<LinkData<'bridge'>, Uint8Array>

const HEAD_ROWS: readonly Row<Bridge>[] = [
  ['forwardDelay'],
  ['helloTime'],
  ['maxAge'],
  ['ageingTime'],
  ['stpState'],
  ['priority'],
  ['vlanFiltering'],
  ['vlanProtocol', asText],
  ['bridgeId', bridgeId],
  ['rootId', bridgeId, 'designated_root'],
  ['rootPort'],
  ['rootPathCost'],
  ['topologyChange'],
  ['topologyChangeDetected'],
  ['helloTimer', asTimer],
  ['tcnTimer', asTimer],
  ['topologyChangeTimer', asTimer],
  ['gcTimer', asTimer],
  ['vlanDefaultPvid'],
  ['vlanStatsEnabled'],
  ['vlanStatsPerPort'],
  ['groupFwdMask', asHex],
  ['groupAddress', asText, 'group_address'],
  ['mcastSnooping'],
]
const BRIDGE_MULTICAST: readonly Row<Bridge>[] = [
  ['mcastRouter'],
  ['mcastQueryUseIfaddr'],
  ['mcastQuerier'],
  ['mcastHashElasticity'],
  ['mcastHashMax'],
  ['mcastLastMemberCount', asNumber, 'mcast_last_member_count'],
  ['mcastStartupQueryCount', asNumber, 'mcast_startup_query_count'],
  ['mcastLastMemberInterval', asNumber, 'mcast_last_member_interval'],
  ['mcastMembershipInterval', asNumber, 'mcast_membership_interval'],
  ['mcastQuerierInterval', asNumber, 'mcast_querier_interval'],
  ['mcastQueryInterval', asNumber, 'mcast_query_interval'],
  ['mcastQueryResponseInterval', asNumber, 'mcast_query_response_interval'],
  ['mcastStartupQueryInterval', asNumber, 'mcast_startup_query_interval'],
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

const print: Printer<Bridge> = (sheet, data, names) => {
  addRows(sheet, data, HEAD_ROWS, names, BRIDGE)
  for (const [flag, word] of BRIDGE_OPTIONS)
    if (data.multiBoolopt?.mask.includes(flag))
      asNumber(sheet, word, word, data.multiBoolopt.values.includes(flag), names)
  addRows(sheet, data, BRIDGE_MULTICAST, names, BRIDGE)
}

export type BridgePort = Exclude<PortData<'bridge'>, Uint8Array>

const PORT_HEAD: readonly Row<BridgePort>[] = [
  ['state', asText],
  ['priority'],
  ['cost'],
  ['hairpin', asOnOff],
  ['guard', asOnOff],
  ['rootBlock', asOnOff],
  ['fastLeave', asOnOff],
  ['learning', asOnOff],
  ['flood', asOnOff],
  ['id', asHex, 'port_id'],
  ['no', asHex, 'port_no'],
  ['designatedPort'],
  ['designatedCost'],
  ['bridgeId', bridgeId, 'designated_bridge'],
  ['rootId', bridgeId, 'designated_root'],
  ['holdTimer', asTimer],
  ['messageAgeTimer', asTimer],
  ['forwardDelayTimer', asTimer],
  ['topologyChangeAck'],
  ['configPending'],
  ['proxyArp', asOnOff],
  ['proxyArpWifi', asOnOff],
  ['mcastRouter', asNumber, 'mcast_router'],
]
const PORT_TAIL: readonly Row<BridgePort>[] = [
  ['mcastFlood', asOnOff],
  ['bcastFlood', asOnOff],
  ['mcastToUnicast', asOnOff],
  ['neighSuppress', asOnOff],
]
const PORT_END: readonly Row<BridgePort>[] = [
  ['vlanTunnel', asOnOff],
  ['isolated', asOnOff],
  ['locked', asOnOff],
]

const printPort: Printer<BridgePort> = (sheet, data, names) => {
  addRows(sheet, data, PORT_HEAD, names, BRIDGE_PORT)
  // A second time, under its newer name.
  if (data.fastLeave !== undefined) sheet.say(`mcast_fast_leave ${data.fastLeave ? 'on' : 'off'} `)
  addRows(sheet, data, PORT_TAIL, names, BRIDGE_PORT)
  if (data.groupFwdMask !== undefined) {
    asHex(sheet, 'group_fwd_mask', 'group_fwd_mask', data.groupFwdMask, names)
    asText(sheet, 'group_fwd_mask_str', 'group_fwd_mask_str', forwardMask(data.groupFwdMask), names)
  }
  addRows(sheet, data, PORT_END, names, BRIDGE_PORT)
  if (data.backupPort !== undefined)
    asText(sheet, 'backup_port', 'backup_port', linkName(names, data.backupPort), names)
}

/** Protocols of 01:80:c2:00:00:0X that have a name, by X. */
const FORWARDED: Readonly<Record<number, string>> = { 0: 'stp', 2: 'lacp', 14: 'lldp' }

function forwardMask(mask: number): string {
  const bits = Array.from({ length: 16 }, (_, bit) => bit).filter(bit => mask & (1 << bit))
  return bits.length === 0 ? '0x0' : bits.map(bit => FORWARDED[bit] ?? hexDigits(1 << bit)).join(',')
}

export const bridge: Kinds = {
  bridge: { words: WORDS, print },
  bridge_slave: { words: PORT_WORDS, print: printPort },
}
