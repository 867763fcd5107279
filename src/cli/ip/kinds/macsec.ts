// macsec: the interface. Its channels and keys are `ip macsec`'s.
import { macBytes } from '../../../netlink/text.ts'
import type { LinkData } from '../../../route/link.ts'
import { choice, integer, parseInteger, type Words } from '../../words.ts'
import { hardwareAddress } from '../link-words.ts'
import {
  addRows,
  asNumber,
  asOnOff,
  asText,
  type Form,
  type Kinds,
  numberOr,
  type Options,
  option,
  type Printer,
  refused,
  type State,
  switched,
  U16,
} from './kind.ts'

const CIPHERS = ['default', 'gcm-aes-128', 'gcm-aes-256', 'gcm-aes-xpn-128', 'gcm-aes-xpn-256']

const WORDS: Options = {
  sci: option('SCI', (words, { data }) => void (data['sci'] = channel(words))),
  address: option('LLADDR', (words, { data }) => {
    const address = hardwareAddress(words)
    if (words.take('port') !== 'port') throw words.fail('expected port', 'port belongs behind the address')
    data['sci'] = channelOf(address, port(words))
  }),
  port: option('PORT', (words, { data }) => void (data['port'] = port(words))),
  cipher: option(`{ ${CIPHERS.join(' | ')} }`, (words, { data }) => {
    data['cipherSuite'] = choice(words, CIPHERS, 'expected: default, gcm-aes-128, gcm-aes-256 or their xpn kin')
  }),
  icvlen: option('{ 8..16 }', (words, { data }) => {
    const length = integer(words, 'ICV length must be in the range {8..16}', 16)
    if (length < 8) throw words.wrong('ICV length must be in the range {8..16}', 'bytes')
    data['icvLength'] = length
  }),
  encrypt: switched('encrypt'),
  send_sci: switched('sendSci'),
  end_station: switched('endStation'),
  scb: switched('scb'),
  protect: switched('protect'),
  replay: switched('replayProtect'),
  window: numberOr('window', 'expected replay window size'),
  validate: option('{ disabled | check | strict }', (words, { data }) => {
    data['validation'] = choice(words, ['disabled', 'check', 'strict'], 'expected: disabled, check or strict')
  }),
  encodingsa: option('{ 0..3 }', (words, { data }) => void (data['encodingSa'] = integer(words, 'expected an2', 3))),
  offload: option('{ off | phy | mac }', (words, { data }) => {
    data['offload'] = choice(words, ['off', 'phy', 'mac'], 'expected: off, phy or mac')
  }),
}

function channel(words: Words): bigint {
  const text = words.take('a channel')
  if (!/^(0x)?[0-9a-f]{1,16}$/i.test(text)) throw words.wrong('expected sci', 'up to 16 hexadecimal digits')
  return BigInt(`0x${text.replace(/^0x/i, '')}`)
}

function port(words: Words): number {
  const value = parseInteger(words.take('a port'))
  if (value === undefined || value === 0 || value > U16) throw words.wrong('expected port', 'from 1 to 65535')
  return value
}

const channelOf = (address: string, number: number): bigint =>
  [...macBytes(address)!].reduce((sum, byte) => sum * 256n + BigInt(byte), 0n) * 65536n + BigInt(number)

function finish({ data }: State): void {
  const { window, replayProtect, endStation, scb, sendSci } = data
  if (sendSci && (endStation || scb)) throw refused('invalid combination of send_sci/end_station/scb')
  if (window !== undefined && replayProtect === undefined)
    throw refused(`replay window set, but replay protection not enabled. did you mean 'replay on window ${window}'?`)
  if (window === undefined && replayProtect)
    throw refused("replay protection enabled, but no window set. did you mean 'replay on window VALUE'?")
  if (replayProtect === false) data['window'] ??= 0
}

type Macsec = Exclude<LinkData<'macsec'>, Uint8Array>

const cipher: Form = (sheet, key, word, value) => {
  const name = value === 'default' ? 'GCM-AES-128' : typeof value === 'string' ? value.toUpperCase() : '(unknown)'
  sheet.add(key, name, `${word} ${name} `)
}

const print: Printer<Macsec> = (sheet, data, names) => {
  if (data.sci !== undefined) asText(sheet, 'sci', 'sci', data.sci.toString(16).padStart(16, '0'), names)
  addRows(
    sheet,
    data,
    [
      ['protect', asOnOff],
      ['cipherSuite', cipher, 'cipher', 'cipher_suite'],
      ['icvLength', asNumber, 'icvlen', 'icv_len'],
      ['encodingSa', asNumber, 'encodingsa', 'encoding_sa'],
      ['validation', asText, 'validate', 'validation'],
      ['encrypt', asOnOff],
      ['sendSci', asOnOff, 'send_sci', 'inc_sci'],
      ['endStation', asOnOff, 'end_station', 'es'],
      ['scb', asOnOff],
      ['replayProtect', asOnOff, 'replay', 'replay_protect'],
      ['window'],
    ],
    names,
  )
}

export const macsec: Kinds = { macsec: { words: WORDS, finish, print } }
