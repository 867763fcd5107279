// bond and its ports.
import { ipBytes, isIPv4 } from '../../../netlink/text.ts'
import type { LinkData, PortData } from '../../../route/link.ts'
import { LACP_STATE } from '../../../route/link-kinds/bond.ts'
import type { Sheet } from '../../sheet.ts'
import { expected, parseInteger } from '../../words.ts'
import {
  addRows,
  asLink,
  asNumber,
  asText,
  constant,
  device,
  type Form,
  type Kinds,
  lladdr,
  number,
  type Option,
  type Options,
  option,
  type Printer,
  type Row,
  U8,
  U16,
} from './kind.ts'

/** A word of the list, or its place in it. */
const named = (key: string, list: readonly string[]): Option =>
  option(`{ ${list.join(' | ')} }`, (words, { data }) => {
    const name = words.last
    const text = words.take(`one of: ${list.join(', ')}`)
    const place = parseInteger(text)
    const value = list.includes(text) ? text : place === undefined ? undefined : list[place]
    if (value === undefined) throw words.wrong(`invalid ${name}`, expected(text, list))
    data[key] = value
  })
/** 0 or 1 (or what else fits in a byte: not 0). */
const bit = (key: string): Option => number(key, 1, '{ 0 | 1 }')
const targets = (key: string, family: 'inet' | 'inet6'): Option =>
  option('[ ADDRESS,… ]', (words, { data }) => {
    const list = words.done ? [] : words.take('addresses').split(',')
    for (const address of list) {
      const found = ipBytes(address) && (isIPv4(address) ? 'inet' : 'inet6')
      if (found !== family)
        throw words.fail(
          `Error: ${family} address is expected rather than "${address}".`,
          'addresses, a comma between them',
        )
    }
    data[key] = list
  })

const WORDS: Options = {
  mode: named('mode', [
    'balance-rr',
    'active-backup',
    'balance-xor',
    'broadcast',
    '802.3ad',
    'balance-tlb',
    'balance-alb',
  ]),
  active_slave: device('activeSlave'),
  clear_active_slave: constant('activeSlave', 0),
  miimon: number('miimon'),
  updelay: number('updelay'),
  downdelay: number('downdelay'),
  peer_notify_delay: number('peerNotifyDelay'),
  use_carrier: bit('useCarrier'),
  arp_interval: number('arpInterval'),
  arp_ip_target: targets('arpIpTargets', 'inet'),
  ns_ip6_target: targets('nsIp6Targets', 'inet6'),
  arp_validate: named('arpValidate', ['none', 'active', 'backup', 'all', 'filter', 'filter_active', 'filter_backup']),
  arp_all_targets: named('arpAllTargets', ['any', 'all']),
  primary: device('primary'),
  primary_reselect: named('primaryReselect', ['always', 'better', 'failure']),
  fail_over_mac: named('failOverMac', ['none', 'active', 'follow']),
  xmit_hash_policy: named('xmitHashPolicy', ['layer2', 'layer3+4', 'layer2+3', 'encap2+3', 'encap3+4', 'vlan+srcmac']),
  resend_igmp: number('resendIgmp'),
  num_grat_arp: { ...number('numPeerNotif', U8), also: ['num_unsol_na'] },
  all_slaves_active: bit('allSlavesActive'),
  min_links: number('minLinks'),
  lp_interval: number('lpInterval'),
  packets_per_slave: number('packetsPerSlave'),
  lacp_rate: named('adLacpRate', ['slow', 'fast']),
  lacp_active: option('{ off | on }', (words, { data }) => {
    data['adLacpActive'] = ['on', '1'].includes(words.next ?? '')
    const text = words.take('on or off')
    if (!['off', 'on', '0', '1'].includes(text)) throw words.wrong('invalid lacp_active', 'on or off')
  }),
  ad_select: named('adSelect', ['stable', 'bandwidth', 'count']),
  ad_user_port_key: number('adUserPortKey', U16),
  ad_actor_sys_prio: number('adActorSysPrio', U16),
  ad_actor_system: lladdr('adActorSystem'),
  tlb_dynamic_lb: bit('tlbDynamicLb'),
  arp_missed_max: number('arpMissedMax', U8),
}

type Bond = Exclude<LinkData<'bond'>, Uint8Array>

const list: Form = (sheet, key, word, value: readonly string[]) => {
  if (value.length > 0) sheet.add(key, value, `${word} ${value.join(',')} `)
}
/** `none` is null in JSON. */
const validate: Form = (sheet, key, word, value) =>
  sheet.add(key, value === 'none' ? null : String(value), `${word} ${value} `)
const active: Form = (sheet, key, word, value) => asText(sheet, key, word, value ? 'on' : 'off')

const ROWS: readonly Row<Bond>[] = [
  ['mode', asText],
  ['activeSlave', asLink, 'active_slave', 'active_slave'],
  ['miimon'],
  ['updelay'],
  ['downdelay'],
  ['peerNotifyDelay', asNumber, 'peer_notify_delay', 'peer_notify_delay'],
  ['useCarrier', asNumber, 'use_carrier', 'use_carrier'],
  ['arpInterval', asNumber, 'arp_interval', 'arp_interval'],
  ['arpMissedMax', asNumber, 'arp_missed_max', 'arp_missed_max'],
  ['arpIpTargets', list, 'arp_ip_target', 'arp_ip_target'],
  ['nsIp6Targets', list, 'ns_ip6_target', 'ns_ip6_target'],
  ['arpValidate', validate, 'arp_validate', 'arp_validate'],
  ['arpAllTargets', asText, 'arp_all_targets', 'arp_all_targets'],
  ['primary', asLink],
  ['primaryReselect', asText, 'primary_reselect', 'primary_reselect'],
  ['failOverMac', asText, 'fail_over_mac', 'fail_over_mac'],
  ['xmitHashPolicy', asText, 'xmit_hash_policy', 'xmit_hash_policy'],
  ['resendIgmp', asNumber, 'resend_igmp', 'resend_igmp'],
  ['numPeerNotif', asNumber, 'num_grat_arp', 'num_peer_notif'],
  ['allSlavesActive', asNumber, 'all_slaves_active', 'all_slaves_active'],
  ['minLinks', asNumber, 'min_links', 'min_links'],
  ['lpInterval', asNumber, 'lp_interval', 'lp_interval'],
  ['packetsPerSlave', asNumber, 'packets_per_slave', 'packets_per_slave'],
  ['adLacpActive', active, 'lacp_active', 'ad_lacp_active'],
  ['adLacpRate', asText, 'lacp_rate', 'ad_lacp_rate'],
  ['adSelect', asText, 'ad_select', 'ad_select'],
]
const BEHIND_INFO: readonly Row<Bond>[] = [
  ['adActorSysPrio', asNumber, 'ad_actor_sys_prio', 'ad_actor_sys_prio'],
  ['adUserPortKey', asNumber, 'ad_user_port_key', 'ad_user_port_key'],
  ['adActorSystem', asText, 'ad_actor_system', 'ad_actor_system'],
  ['tlbDynamicLb', asNumber, 'tlb_dynamic_lb', 'tlb_dynamic_lb'],
]
const INFO: readonly Row<NonNullable<Bond['adInfo']>>[] = [
  ['aggregator', asNumber, 'ad_aggregator', 'aggregator'],
  ['numPorts', asNumber, 'ad_num_ports', 'num_ports'],
  ['actorKey', asNumber, 'ad_actor_key', 'actor_key'],
  ['partnerKey', asNumber, 'ad_partner_key', 'partner_key'],
  ['partnerMac', asText, 'ad_partner_mac', 'partner_mac'],
]

const print: Printer<Bond> = (sheet, data, names) => {
  addRows(sheet, data, ROWS, names)
  const { adInfo } = data
  if (adInfo) sheet.inside('ad_info', () => addRows(sheet, adInfo, INFO, names))
  addRows(sheet, data, BEHIND_INFO, names)
}

// ── ports ──────────────────────────────────────────────────────────────────

type Port = Exclude<PortData<'bond'>, Uint8Array>
type PortState = Port['adActorOperPortState']

const upper: Form = (sheet, key, word, value, names) =>
  typeof value === 'number'
    ? asNumber(sheet, `${key}_index`, word, value, names)
    : asText(sheet, key, word, String(value).toUpperCase(), names)

const PORT: readonly Row<Port>[] = [
  ['state', upper],
  ['miiStatus', upper, 'mii_status', 'mii_status'],
  ['linkFailureCount', asNumber, 'link_failure_count', 'link_failure_count'],
  ['permanentAddress', asText, 'perm_hwaddr', 'perm_hwaddr'],
  ['queueId', asNumber, 'queue_id', 'queue_id'],
  ['prio'],
  ['adAggregatorId', asNumber, 'ad_aggregator_id', 'ad_aggregator_id'],
]

/** A state as a number, and its bits in words. */
function addState(sheet: Sheet, word: string, state: PortState): void {
  if (!state) return
  const value = state.reduce<number>(
    (sum, flag) => sum | (typeof flag === 'number' ? flag : LACP_STATE.byWord.get(flag)!),
    0,
  )
  sheet.add(word, value)
  const flags = state.filter(flag => typeof flag === 'string')
  sheet.add(`${word}_str`, flags, `${word}_str <${flags.join(',')}> `)
}

const printPort: Printer<Port> = (sheet, data, names) => {
  addRows(sheet, data, PORT, names)
  addState(sheet, 'ad_actor_oper_port_state', data.adActorOperPortState)
  addState(sheet, 'ad_partner_oper_port_state', data.adPartnerOperPortState)
}

export const bond: Kinds = {
  bond: { words: WORDS, print },
  bond_slave: {
    words: {
      queue_id: number('queueId', U16),
      prio: option('PRIORITY', (words, { data }) => {
        const text = words.take('a number')
        if (!/^-?\d+$/.test(text)) throw words.wrong('prio is invalid', 'a whole number, negative too')
        data['prio'] = Number(text)
      }),
    },
    print: printPort,
  },
}
