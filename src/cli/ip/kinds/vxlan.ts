// vxlan.
import { ipBytes, isIPv4 } from '../../../netlink/text.ts'
import type { LinkData } from '../../../route/link.ts'
import type { Sheet } from '../../sheet.ts'
import { integer, type Words } from '../../words.ts'
import {
  asLink,
  asNumber,
  constant,
  device,
  hexDigits,
  isMulticast,
  isUnspecified,
  type Kinds,
  number,
  type Option,
  type Options,
  option,
  type Printer,
  refused,
  type State,
  U8,
  U16,
  word,
  wordOr,
} from './kind.ts'

/** An address whose family decides the attribute: `group` for IPv4, `group6` for IPv6. */
const endpoint = (key: 'group' | 'local', what: 'group' | 'remote' | 'local'): Option =>
  option('ADDRESS', (words, { data }) => {
    const address = words.take('an address')
    const any = address === 'any'
    if (!any && (!ipBytes(address) || isMulticast(address) !== (what === 'group')))
      throw words.wrong(`invalid ${what} address`, what === 'group' ? 'a multicast address' : 'a unicast address')
    if (!any) data[isIPv4(address) ? key : `${key}6`] = address
  })
const vxlanSwitch = (key: string): Options => ({
  [`no${spelled(key)}`]: constant(key, false),
  [spelled(key)]: constant(key, true),
})
/** The word of a vxlan switch: its key in lower case, but for those that iproute2 spells otherwise. */
const SPELLED: Readonly<Record<string, string>> = {
  udpZeroCsum6Tx: 'udp6zerocsumtx',
  udpZeroCsum6Rx: 'udp6zerocsumrx',
}
const spelled = (key: string): string => SPELLED[key] ?? key.toLowerCase()

const WORDS: Options = {
  id: { ...number('id', 0xffffff), also: ['vni'] },
  group: endpoint('group', 'group'),
  remote: endpoint('group', 'remote'),
  local: endpoint('local', 'local'),
  dev: device('link'),
  ttl: option('{ TTL | auto | inherit }', hopLimit, 'hoplimit'),
  tos: option(
    '{ TOS | inherit }',
    (words, { data }) => {
      data['tos'] = wordOr(words, 'inherit', 1, () => integer(words, 'bad TOS value', U8))
    },
    'dsfield',
  ),
  df: word('df', ['unset', 'set', 'inherit']),
  flowlabel: option(
    'LABEL',
    (words, { data }) => void (data['label'] = integer(words, 'invalid flowlabel', 0xfffff)),
    'label',
  ),
  ageing: option('{ SECONDS | none }', (words, { data }) => {
    data['ageing'] = wordOr(words, 'none', 0, () => integer(words, 'ageing timer'))
  }),
  maxaddress: option('{ NUMBER | unlimited }', (words, { data }) => {
    data['limit'] = wordOr(words, 'unlimited', 0, () => integer(words, 'max addresses'))
  }),
  srcport: option(
    'LOW HIGH',
    (words, { data }) => {
      const low = integer(words, 'min port', U16)
      data['portRange'] = { low, high: integer(words, 'max port', U16) }
    },
    'port',
  ),
  dstport: option('PORT', (words, { data }) => void (data['port'] = integer(words, 'dst port', U16))),
  ...vxlanSwitch('learning'),
  ...vxlanSwitch('proxy'),
  ...vxlanSwitch('rsc'),
  ...vxlanSwitch('l2miss'),
  ...vxlanSwitch('l3miss'),
  ...vxlanSwitch('udpCsum'),
  ...vxlanSwitch('udpZeroCsum6Tx'),
  ...vxlanSwitch('udpZeroCsum6Rx'),
  ...vxlanSwitch('remcsumTx'),
  ...vxlanSwitch('remcsumRx'),
  ...vxlanSwitch('external'),
  ...vxlanSwitch('vnifilter'),
  gbp: constant('gbp', true),
  gpe: constant('gpe', true),
}

function hopLimit(words: Words, { data }: State): void {
  if (words.next === 'inherit') {
    words.take()
    data['ttlInherit'] = true
  } else data['ttl'] = wordOr(words, 'auto', 0, () => integer(words, 'invalid TTL', U8))
}

/** What iproute2 adds to, and checks of, a vxlan's options once it has them all. */
function finish({ data, creating, session }: State): void {
  const multicast = [data['group'], data['group6']].some(address => address !== undefined && isMulticast(address))
  if (multicast && data['link'] === undefined) throw refused("vxlan: 'group' requires 'dev' to be specified")
  if (data['external'] && data['id'] !== undefined) throw refused("vxlan: both 'external' and vni cannot be specified")
  if (data['gpe'] && data['port'] === undefined) data['port'] = 4790
  if (creating) data['learning'] ??= !data['external']
  if (creating && data['port'] === undefined)
    session.host.err(
      'vxlan: destination port not specified\n' +
        'Will use Linux kernel default (non-standard value)\n' +
        "Use 'dstport 4789' to get the IANA assigned value\n" +
        "Use 'dstport 0' to get default and quiet this message\n",
    )
  if (data['port'] === 0) delete data['port']
}

// ── printing ───────────────────────────────────────────────────────────────

type Vxlan = Exclude<LinkData<'vxlan'>, Uint8Array>

const print: Printer<Vxlan> = (sheet, data, names) => {
  if (data.external) sheet.add('external', true, 'external ')
  if (data.vnifilter) sheet.add('vnifilter', true, 'vnifilter ')
  if (data.id !== undefined) sheet.add('id', data.id)
  addVxlanEnds(sheet, data)
  if (data.link) asLink(sheet, 'link', 'dev', data.link, names)
  if (data.portRange) {
    const { low, high } = data.portRange
    sheet.add('port_range', { low, high }, `srcport ${low} ${high} `)
  }
  if (data.port !== undefined) asNumber(sheet, 'port', 'dstport', data.port, names)
  if (data.learning !== undefined) sheet.add('learning', Boolean(data.learning), data.learning ? '' : 'nolearning ')
  for (const key of ['proxy', 'rsc', 'l2miss', 'l3miss'] as const) if (data[key]) sheet.add(key, true, `${key} `)
  addVxlanHops(sheet, data)
  addVxlanRest(sheet, data)
}

function addVxlanEnds(sheet: Sheet, { group, group6, local, local6 }: Vxlan): void {
  const remote = group ?? group6
  const own = local ?? local6
  if (remote !== undefined && !isUnspecified(remote)) {
    const word = isMulticast(remote) ? 'group' : 'remote'
    sheet.add(remote.includes(':') ? `${word}6` : word, remote, `${word} ${remote} `)
  }
  if (own !== undefined && !isUnspecified(own)) sheet.add(own.includes(':') ? 'local6' : 'local', own, `local ${own} `)
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

export const vxlan: Kinds = { vxlan: { words: WORDS, finish, print } }
