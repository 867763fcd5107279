// Kinds with few options: amt, bareudp, batadv, dsa, gtp, hsr, ipoib, rmnet, tun, vrf, wwan, xfrm, and those with none.
import type { LinkData } from '../../../route/link.ts'
import { ETH_P } from '../../../route/words.ts'
import { choice, expected, integer, parseInteger, type Words } from '../../words.ts'
import {
  addRows,
  asFlag,
  asHex,
  asLink,
  asNo,
  asNumber,
  asOnOff,
  asText,
  constant,
  device,
  type Form,
  type Kinds,
  number,
  numberOr,
  type Options,
  option,
  type Printer,
  readAddress,
  refused,
  rows,
  type State,
  U8,
  U16,
  word,
} from './kind.ts'

type Data<K extends Parameters<(kind: keyof KindData) => void>[0]> = KindData[K]
type KindData = {
  [K in
    | 'amt'
    | 'bareudp'
    | 'batadv'
    | 'dsa'
    | 'gtp'
    | 'hsr'
    | 'ipoib'
    | 'rmnet'
    | 'tun'
    | 'vrf'
    | 'wwan'
    | 'xfrm']: Exclude<LinkData<K>, Uint8Array>
}

/** `Error: argument "dstport" is required`, where the words lack it. */
const required = ({ data }: State, key: string, name: string): void => {
  if (data[key] === undefined) throw refused(`Error: argument "${name}" is required`, 255)
}

// ── amt ────────────────────────────────────────────────────────────────────

const address = (key: string) => option('ADDRESS', (words, { data }) => void (data[key] = readAddress(words, 'inet')))

const AMT: Options = {
  mode: word('mode', ['gateway', 'relay']),
  relay_port: number('relayPort', U16, 'PORT'),
  gateway_port: number('gatewayPort', U16, 'PORT'),
  max_tunnels: number('maxTunnels'),
  dev: device('link', '"dev" is invalid'),
  local: address('local'),
  discovery: address('discovery'),
}
const printAmt: Printer<Data<'amt'>> = (sheet, data, names) => {
  if (data.mode !== undefined) sheet.add('mode', data.mode, `${data.mode} `)
  addRows(
    sheet,
    data,
    [
      ['gatewayPort', asNumber, 'gateway_port', 'gateway_port'],
      ['relayPort', asNumber, 'relay_port', 'relay_port'],
      ['local', asText],
      ['remote', asText],
      ['discovery', asText],
      ['link', asLink, 'dev', 'link'],
      ['maxTunnels', asNumber, 'max_tunnels', 'max_tunnels'],
    ],
    names,
  )
}

// ── bareudp ────────────────────────────────────────────────────────────────

const BAREUDP: Options = {
  dstport: numberOr('port', 'dstport', U16, 'PORT'),
  ethertype: option('{ ipv4 | ipv6 | mpls_uc | … }', (words: Words, { data }) => {
    const text = words.take('an ethertype')
    const name = text.toLowerCase() === 'ipv4' ? 'ip' : text.toLowerCase()
    const value = ETH_P.byWord.get(name) ?? parseInteger(text)
    if (value === undefined || value > U16) throw words.wrong('ethertype', expected(text, [...ETH_P.byWord.keys()]))
    data['ethertype'] = value
  }),
  srcportmin: numberOr('srcportMin', 'srcportmin', U16, 'PORT'),
  multiproto: constant('multiproto', true),
  nomultiproto: constant('multiproto', undefined),
}
const ethertype: Form = (sheet, key, word, value, names) =>
  asText(sheet, key, word, value === 'ip' ? 'ipv4' : typeof value === 'number' ? `[${value}]` : value, names)

const finishBareudp = (state: State): void => {
  required(state, 'port', 'dstport')
  required(state, 'ethertype', 'ethertype')
}
const printBareudp: Printer<Data<'bareudp'>> = (sheet, data, names) => {
  addRows(
    sheet,
    data,
    [
      ['port', asNumber, 'dstport', 'dstport'],
      ['ethertype', ethertype],
      ['srcportMin', asNumber, 'srcportmin', 'srcportmin'],
    ],
    names,
  )
  asNo(sheet, 'multiproto', 'multiproto', data.multiproto, names)
}

// ── gtp, hsr ───────────────────────────────────────────────────────────────

const GTP: Options = {
  role: option('{ sgsn | ggsn }', (words, { data }) => {
    data['role'] = choice(words, ['sgsn', 'ggsn'], 'invalid role, use sgsn or ggsn')
  }),
  hsize: option('SIZE', (words, { data }) => {
    const size = integer(words, 'invalid PDP hash size')
    if (size >= 1 << 17) throw words.wrong('PDP hash size too big', 'from 1 to 131071')
    data['hashSize'] = size
  }),
  restart_count: numberOr('restartCount', 'invalid restart_count', U8),
}
const startGtp = ({ data }: State): void => void (data['createSockets'] = true)
const finishGtp = ({ data }: State): void => {
  if (data['role'] === undefined) throw refused('gtp: role of the gtp device was not specified')
}

const HSR: Options = {
  supervision: numberOr('multicastSpec', 'ADDR-BYTE is invalid', U8, 'ADDR-BYTE'),
  version: numberOr('version', 'version is invalid', 1),
  slave1: device('slave1', 'No such interface'),
  slave2: device('slave2', 'No such interface'),
  proto: option('{ 0 | 1 }', (words, { data }) => {
    data['protocol'] = integer(words, 'protocol is invalid', 1)
  }),
}
const printHsr: Printer<Data<'hsr'>> = (sheet, data, names) => {
  for (const key of ['slave1', 'slave2'] as const) {
    if (data[key]) asLink(sheet, key, key, data[key], names)
    else sheet.add(key, null, `${key} <none> `)
  }
  addRows(
    sheet,
    data,
    [
      ['seqNr', asNumber, 'sequence', 'seq_nr'],
      ['supervisionAddress', asText, 'supervision', 'supervision_addr'],
    ],
    names,
  )
  if (data.protocol !== undefined) {
    const value = data.protocol === 'hsr' ? 0 : data.protocol === 'prp' ? 1 : data.protocol
    asNumber(sheet, 'proto', 'proto', value, names)
  }
}

// ── ipoib, xfrm, tun ───────────────────────────────────────────────────────

const IPOIB: Options = {
  pkey: numberOr('pkey', 'pkey is invalid', U16),
  mode: option('{ datagram | connected }', (words: Words, { data }) => {
    const mode = words.take('datagram or connected')
    if (mode !== 'datagram' && mode !== 'connected')
      throw words.fail(
        'Error: argument of "mode" must be "datagram"or "connected"',
        expected(mode, ['datagram', 'connected']),
      )
    data['mode'] = mode
  }),
  umcast: numberOr('umcast', 'umcast is invalid', U16, '{ 0 | 1 }'),
}
const fourDigits: Form = (sheet, key, word, value, names) =>
  asText(sheet, key, word, Number(value).toString(16).padStart(4, '0'), names)
const pkey: Form = (sheet, key, word, value, names) =>
  asText(sheet, key, word, `0x${Number(value).toString(16).padStart(4, '0')}`, names)

const XFRM: Options = {
  dev: device('link'),
  if_id: option('IF-ID', (words, { data }) => {
    const id = integer(words, 'if_id value is invalid')
    if (id === 0) delete data['ifId']
    else data['ifId'] = id
  }),
  external: constant('external', true),
}
const finishXfrm = ({ data }: State): void => {
  if (data['external'] && (data['link'] !== undefined || data['ifId'] !== undefined))
    throw refused("xfrmi: both 'external' and if_id/link cannot be specified")
}

const printTun: Printer<Data<'tun'>> = (sheet, data, names) => {
  if (data.type !== undefined) asText(sheet, 'type', 'type', data.type, names)
  if (data.pi !== undefined) asOnOff(sheet, 'pi', 'pi', data.pi, names)
  if (data.vnetHdr !== undefined) asOnOff(sheet, 'vnet_hdr', 'vnet_hdr', data.vnetHdr, names)
  if (data.multiQueue !== undefined) {
    sheet.add('multi_queue', Boolean(data.multiQueue), data.multiQueue ? 'multi_queue ' : '')
    if (data.numQueues !== undefined) asNumber(sheet, 'numqueues', 'numqueues', data.numQueues, names)
    if (data.numDisabledQueues !== undefined)
      asNumber(sheet, 'numdisabled', 'numdisabled', data.numDisabledQueues, names)
  }
  if (data.persist !== undefined) asOnOff(sheet, 'persist', 'persist', data.persist, names)
  if (data.owner !== undefined) asText(sheet, 'user', 'user', names.user?.(data.owner) ?? data.owner, names)
  if (data.group !== undefined) asText(sheet, 'group', 'group', names.group?.(data.group) ?? data.group, names)
}

// ── the table ──────────────────────────────────────────────────────────────

const none = { words: {} }
const table = rows<{ table?: number }>([['table']])

export const small: Kinds = {
  amt: { words: AMT, print: printAmt },
  bareudp: { words: BAREUDP, finish: finishBareudp, print: printBareudp },
  batadv: {
    words: {
      ra: option('{ BATMAN_IV | BATMAN_V }', (words, { data }) => void (data['algoName'] = words.take('an algorithm'))),
    },
    print: rows<Data<'batadv'>>([['algoName', asText, 'ra', 'ra']]),
  },
  dsa: {
    words: { conduit: { ...device('conduit'), also: ['master'] } },
    print: rows<Data<'dsa'>>([['conduit', asLink]]),
  },
  dummy: none,
  gtp: {
    words: GTP,
    start: startGtp,
    finish: finishGtp,
    print: rows<Data<'gtp'>>([
      ['role', asText],
      ['hashSize', asNumber, 'hsize', 'hsize'],
      ['restartCount', asNumber, 'restart_count', 'restart_count'],
    ]),
  },
  hsr: { words: HSR, print: printHsr },
  ifb: none,
  ipoib: {
    words: IPOIB,
    print: rows<Data<'ipoib'>>([
      ['pkey', pkey, 'pkey', 'key'],
      ['mode', asText],
      ['umcast', fourDigits],
    ]),
  },
  netdevsim: none,
  nlmon: none,
  rmnet: {
    words: { mux_id: numberOr('muxId', 'mux_id is invalid', U16) },
    print: rows<Data<'rmnet'>>([['muxId', asNumber, 'mux_id', 'mux_id']]),
  },
  team: none,
  team_slave: none,
  tun: { print: printTun },
  vcan: none,
  virt_wifi: none,
  vrf: { words: { table: number('table', undefined, 'TABLEID') }, print: table },
  vrf_slave: { print: table },
  wireguard: none,
  wwan: {
    words: { linkid: numberOr('linkId', 'invalid linkid value') },
    print: rows<Data<'wwan'>>([['linkId', asNumber, 'linkid', 'linkid']]),
  },
  xfrm: {
    words: XFRM,
    finish: finishXfrm,
    print: rows<Data<'xfrm'>>([
      ['external', asFlag],
      ['link', asLink, 'dev', 'link'],
      ['ifId', asHex, 'if_id', 'if_id'],
    ]),
  },
}
