// geneve.
import { isIPv4 } from '../../../netlink/text.ts'
import type { LinkData } from '../../../route/link.ts'
import { integer, whole } from '../../words.ts'
import {
  addRows,
  asHex,
  asNo,
  asNumber,
  constant,
  isMulticast,
  isUnspecified,
  type Kinds,
  number,
  type Options,
  option,
  type Printer,
  readAddress,
  refused,
  type State,
  U8,
  U16,
  word,
  wordOr,
} from './kind.ts'
import { addTos } from './tunnel.ts'

const WORDS: Options = {
  id: { ...number('id', 0xffffff), also: ['vni'] },
  remote: option('ADDRESS', (words, { data }) => {
    const address = readAddress(words, 'any')
    if (isMulticast(address)) throw words.wrong('invalid remote address', 'a unicast address')
    data[isIPv4(address) ? 'remote' : 'remote6'] = address
  }),
  ttl: option(
    '{ TTL | auto | inherit }',
    (words, { data }) => {
      if (words.next === 'inherit') {
        words.take()
        data['ttlInherit'] = true
        delete data['ttl']
      } else data['ttl'] = wordOr(words, 'auto', 0, () => integer(words, 'TTL must be <= 255', U8))
    },
    'hoplimit',
  ),
  tos: option(
    '{ TOS | inherit }',
    (words, { data }) => void (data['tos'] = wordOr(words, 'inherit', 1, () => integer(words, 'bad TOS value', U8))),
    'dsfield',
  ),
  df: word('df', ['unset', 'set', 'inherit']),
  label: option(
    'LABEL',
    (words, { data }) => void (data['label'] = integer(words, 'invalid flowlabel', 0xfffff)),
    'flowlabel',
  ),
  dstport: option('PORT', (words, { data }) => void (data['port'] = integer(words, 'dstport', U16))),
  external: constant('external', true),
  noexternal: constant('external', false),
  udpcsum: constant('udpCsum', true),
  noudpcsum: constant('udpCsum', false),
  udp6zerocsumtx: constant('udpZeroCsum6Tx', true),
  noudp6zerocsumtx: constant('udpZeroCsum6Tx', false),
  udp6zerocsumrx: constant('udpZeroCsum6Rx', true),
  noudp6zerocsumrx: constant('udpZeroCsum6Rx', false),
  innerprotoinherit: whole((_, { data }) => void (data['innerProtoInherit'] = true)),
}

function finish({ data, creating }: State): void {
  if (data['external'] && data['id'] !== undefined) throw refused("geneve: both 'external' and vni cannot be specified")
  if (!data['external'] && data['id'] === undefined) throw refused('geneve: missing virtual network identifier')
  if (!data['external'] && creating && data['remote'] === undefined && data['remote6'] === undefined)
    throw refused('geneve: remote link partner not specified')
  data['id'] ??= 0
  if (creating) {
    data['label'] ??= 0
    data['tos'] ??= 0
    if (!data['ttlInherit']) data['ttl'] ??= 0
  }
  if (!data['port']) delete data['port']
  if (!data['external']) delete data['external']
}

type Geneve = Exclude<LinkData<'geneve'>, Uint8Array>

const print: Printer<Geneve> = (sheet, data, names) => {
  if (data.external) sheet.add('external', true, 'external ')
  if (data.id !== undefined) sheet.add('id', data.id)
  const { remote, remote6 } = data
  if (remote !== undefined && !isUnspecified(remote)) sheet.add('remote', remote)
  if (remote6 !== undefined && !isUnspecified(remote6) && !isMulticast(remote6))
    sheet.add('remote6', remote6, `remote ${remote6} `)
  if (data.ttlInherit) sheet.add('ttl', 'inherit', 'ttl inherit ')
  else sheet.add('ttl', data.ttl ?? 0, data.ttl ? `ttl ${data.ttl} ` : 'ttl auto ')
  addTos(sheet, data.tos)
  if (data.df !== undefined && data.df !== 'unset') sheet.add('df', data.df)
  if (data.label) asHex(sheet, 'label', 'flowlabel', data.label, names)
  addRows(
    sheet,
    data,
    [
      ['port', asNumber, 'dstport', 'port'],
      ['udpCsum', asNo, 'udpcsum', 'udp_csum'],
      ['udpZeroCsum6Tx', asNo, 'udp6zerocsumtx', 'udp_zero_csum6_tx'],
      ['udpZeroCsum6Rx', asNo, 'udp6zerocsumrx', 'udp_zero_csum6_rx'],
    ],
    names,
  )
  if (data.innerProtoInherit) sheet.add('inner_proto_inherit', true, 'innerprotoinherit ')
}

export const geneve: Kinds = { geneve: { words: WORDS, finish, print } }
