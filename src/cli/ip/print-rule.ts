// Policy rules as `ip rule` prints them: text and JSON, character for character iproute2 6.1's (and what is newer as
// newer ones print it).

import { ipv4Text } from '../../netlink/text.ts'
import { wordValue } from '../../netlink/words.ts'
import type { Rule } from '../../route/rule.ts'
import { FR_ACT } from '../../route/rule.ts'
import { DSFIELDS, GROUPS } from '../names.ts'
import { type Pen, sheetOf } from '../pen.ts'
import type { Sheet, Show } from '../sheet.ts'
import { colorOf, ipProtocolText, protocolText, realmText, tableText, tosText, typeText } from './print-routing.ts'

/** The sheet of one rule, as `ip monitor` shows it. */
export const ruleSheet = (rule: Rule, show: Show, deleted = false): Sheet =>
  sheetOf(show, pen => putRule(pen, rule, deleted))

const HOST_BITS: Readonly<Record<string, number>> = { inet: 32, inet6: 128, ipmr: 32, ip6mr: 128 }

/** Writes a rule, with its newline. */
export function putRule(pen: Pen, rule: Rule, deleted = false): void {
  const { numeric } = pen.show
  if (deleted) pen.put('deleted', true, '', ' ', undefined, 'Deleted')
  pen.put('priority', rule.priority ?? 0, '', ':\t')
  if (rule.flags.includes('not')) pen.put('not', null, '', ' ', undefined, 'not')
  putSide(pen, rule, 'src', 'from ')
  if (rule.dst !== undefined || rule.dstLength !== 0) putSide(pen, rule, 'dst', ' to ')
  if (rule.tos !== 0) pen.put('tos', tosText(rule.tos, numeric), ' tos ', '')
  if (rule.fwmark !== undefined || rule.fwmask !== undefined) {
    pen.put('fwmark', hex(rule.fwmark ?? 0), ' fwmark ', '')
    if (rule.fwmask !== undefined && rule.fwmask !== ALL_BITS) pen.put('fwmask', hex(rule.fwmask), '/', '')
  }
  putLinks(pen, rule)
  if (rule.l3mdev) pen.put('l3mdev', null, ' lookup ', '', undefined, '[l3mdev-table]')
  if (rule.uidRange) {
    pen.put('uid_start', rule.uidRange.start, ' uidrange ', '')
    pen.put('uid_end', rule.uidRange.end, '-', '')
  }
  if (rule.ipProtocol !== undefined) pen.put('ipproto', ipProtocolText(rule.ipProtocol, numeric), ' ipproto ', '')
  putPorts(pen, 'sport', rule.sourcePorts)
  putPorts(pen, 'dport', rule.destinationPorts)
  if (rule.tunnelId !== undefined) pen.put('tun_id', rule.tunnelId, ' tun_id ', '')
  putTable(pen, rule)
  if (rule.flow) {
    if (rule.flow.from !== 0) pen.put('flow_from', realmText(rule.flow.from, numeric), ' realms ', '/')
    else pen.say(' realms ')
    pen.put('flow_to', realmText(rule.flow.to, numeric), '', '')
  }
  putAction(pen, rule)
  const { protocol } = rule
  if (protocol !== undefined && ((protocol !== 'unspec' && protocol !== 'kernel') || pen.show.details))
    pen.put('protocol', protocolText(protocol, numeric), ' proto ', '')
  putNewer(pen, rule)
  pen.say('\n')
}

const ALL_BITS = 0xffffffff
/** C's %#x. */
const hex = (value: number): string => (value === 0 ? '0' : `0x${value.toString(16)}`)

function putSide(pen: Pen, rule: Rule, side: 'src' | 'dst', before: string): void {
  const length = side === 'src' ? rule.srcLength : rule.dstLength
  const address = rule[side]
  if (address === undefined && length === 0) {
    pen.put(side, 'all', before, '')
    return
  }
  if (address === undefined) pen.put(side, '0', before, '')
  else pen.put(side, address, before, '', colorOf(rule.family))
  if (address === undefined || length !== HOST_BITS[rule.family]) pen.put(`${side}len`, length, '/', '')
}

function putLinks(pen: Pen, { iif, oif, flags }: Rule): void {
  if (iif !== undefined) {
    pen.put('iif', iif, ' iif ', '', 'link')
    if (flags.includes('iif_detached')) pen.put('iif_detached', null, ' ', '', undefined, '[detached]')
  }
  if (oif !== undefined) {
    pen.put('oif', oif, ' oif ', '', 'link')
    if (flags.includes('oif_detached')) pen.put('oif_detached', null, ' ', '', undefined, '[detached]')
  }
}

function putPorts(pen: Pen, key: 'sport' | 'dport', range: Rule['sourcePorts']): void {
  if (!range) return
  if (range.start === range.end) pen.put(key, range.start, ` ${key} `, '')
  else {
    pen.put(`${key}_start`, range.start, ` ${key} `, '')
    pen.put(`${key}_end`, range.end, '-', '')
  }
}

function putTable(pen: Pen, { table, suppressPrefixLength, suppressIfgroup }: Rule): void {
  const { numeric } = pen.show
  if (table === undefined || table === 'unspec') return
  pen.put('table', tableText(table, numeric), ' lookup ', '')
  if (suppressPrefixLength !== undefined && suppressPrefixLength !== ALL_BITS)
    pen.put('suppress_prefixlen', suppressPrefixLength | 0, ' suppress_prefixlength ', '')
  if (suppressIfgroup === undefined || suppressIfgroup === ALL_BITS) return
  const group = (numeric ? undefined : GROUPS.name(suppressIfgroup)) ?? String(suppressIfgroup)
  pen.put('suppress_ifgroup', group, ' suppress_ifgroup ', '')
}

/** Route NAT's, which no kernel does any more: RTN_NAT and RTA_GATEWAY. */
const NAT = 10
const RTA_GATEWAY = 5

function putAction(pen: Pen, { action, goto, flags, unknown = [] }: Rule): void {
  if (action === NAT) {
    const address = unknown.find(({ type }) => type === RTA_GATEWAY)?.bytes
    if (address?.length === 4) pen.put('nat_gateway', ipv4Text(address, 0), ' map-to ', '')
    else pen.put('masquerade', null, ' ', '', undefined, 'masquerade')
  } else if (action === 'goto') {
    pen.put('goto', goto ?? 'none', ' goto ', '')
    if (flags.includes('unresolved')) pen.put('unresolved', null, ' ', '', undefined, '[unresolved]')
  } else if (action === 'nop') pen.put('nop', null, ' ', '', undefined, 'nop')
  else if (action !== 'to_tbl') pen.put('action', actionText(action, pen.show.numeric), ' ', '')
}

/** What is no action of its own is a type of route. */
const actionText = (action: Rule['action'], numeric: boolean): string =>
  numeric ? String(wordValue(FR_ACT, action)) : typeof action === 'string' ? typeText(action, false) : String(action)

/** DSCP (6.12), flow labels (6.14): as iproute2 of those days prints them. */
function putNewer(pen: Pen, { dscp, flowLabel, flowLabelMask }: Rule): void {
  if (dscp !== undefined) {
    const name = pen.show.numeric ? undefined : DSFIELDS.name(dscp << 2)
    pen.put('dscp', dscp, ' dscp ', '', undefined, name ?? String(dscp))
  }
  if (flowLabel === undefined) return
  pen.put('flowlabel', hex(flowLabel), ' flowlabel ', '')
  if (flowLabelMask !== undefined) pen.put('flowlabel_mask', hex(flowLabelMask), '/', '')
}
