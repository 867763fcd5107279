// ct: connection tracking, with marks, labels and NAT.
import { hexText, ipBytes, isIPv4 } from '../../../netlink/text.ts'
import { type Keywords, type Words, whole } from '../../words.ts'
import type { ActionKind } from '../kind.ts'
import { hex } from '../text.ts'
import { type Found, hexBytes, parseNumber, parsePair } from '../values.ts'
import { readWhile } from './read.ts'
import { addEnd, addVerdict } from './verdict.ts'

const FLAGS = ['commit', 'force', 'clear', 'nat', 'nat_src', 'nat_dst']
const flag = (found: Found, name: string): void => void (found['action_'] = [...(found['action_'] ?? []), name])

const range = (text: string): readonly [string, string] => {
  const [first = '', last = first] = text.split('-')
  return [first, last]
}

/** `nat [ { src | dst } addr A[-B] [ port P[-Q] ] ]` */
function nat(words: Words, found: Found): void {
  flag(found, 'nat')
  const side = words.next !== undefined && ['src', 'dst'].includes(words.next) ? words.take() : undefined
  if (side === undefined) return
  flag(found, `nat_${side}`)
  if (words.take('addr') !== 'addr') throw words.fail('ct: bad nat', `nat ${side} addr ADDRESS`)
  const [first, last] = range(words.take('an address, or a range: A-B'))
  if (!ipBytes(first) || !ipBytes(last)) throw words.wrong('invalid nat address', 'an address, or a range: A-B')
  const family = isIPv4(first) ? 'Ipv4' : 'Ipv6'
  found[`nat${family}Min`] = first
  found[`nat${family}Max`] = last
  if (words.next !== 'port') return
  words.take()
  const [low, high] = range(words.take('a port, or a range: 1000-2000')).map(port => parseNumber(port))
  if (low === undefined || high === undefined) throw words.wrong('invalid nat port', 'a port, or a range: 1000-2000')
  found['natPortMin'] = low
  found['natPortMax'] = high
}

const WORDS: Keywords<Found> = {
  zone: whole((words, found) => {
    const zone = parseNumber(words.take('a zone'))
    if (zone === undefined || zone > 0xffff) throw words.wrong('invalid ct zone', 'a number to 65535')
    found['zone'] = zone
  }),
  nat: whole(nat),
  clear: whole((_, found) => flag(found, 'clear')),
  commit: whole((_, found) => flag(found, 'commit')),
  force: whole((_, found) => flag(found, 'force')),
  mark: whole((words, found) => {
    const pair = parsePair(words.take('a mark (5, 5/0xff)'), text => parseNumber(text))
    if (!pair) throw words.wrong('invalid ct mark', 'a number, or one and its mask: 5/0xff')
    found['mark'] = pair.value
    found['markMask'] = pair.mask ?? 0xffffffff
  }),
  label: whole((words, found) => {
    const [text = '', maskText] = words.take('a label in hexadecimal digits').split('/')
    const label = hexBytes(text)
    const mask = maskText === undefined ? label && new Uint8Array(label.length).fill(0xff) : hexBytes(maskText)
    if (!label || !mask || label.length > 16)
      throw words.wrong('invalid ct label', 'up to 16 bytes in hexadecimal digits')
    found['labels'] = label
    found['labelsMask'] = mask
  }),
  helper: whole((words, found) => {
    const [family = '', protocol = '', name = ''] = words.take('FAMILY-PROTOCOL-NAME').split('-')
    const families: Readonly<Record<string, string>> = { ipv4: 'inet', ipv6: 'inet6' }
    const protocols: Readonly<Record<string, number>> = { tcp: 6, udp: 17 }
    if (!families[family] || !protocols[protocol] || name === '')
      throw words.wrong('invalid ct helper', 'like ipv4-tcp-ftp')
    Object.assign(found, { helperName: name, helperFamily: families[family], helperProtocol: protocols[protocol] })
  }),
}

export const ct: ActionKind = {
  help: `Usage: … action ct clear
       … action ct commit [ force ] [ zone ZONE ] [ mark MARK[/MASK] ] [ label LABEL[/MASK] ] [ nat NAT_SPEC ]
       … action ct [ nat ] [ zone ZONE ]
NAT_SPEC := { src | dst } addr ADDRESS[-ADDRESS] [ port PORT[-PORT] ]\n`,
  read(words) {
    const { action, index, action_: flags, ...found } = readWhile(words, WORDS, 'ct', 'pipe')
    const has = (name: string): boolean => flags?.includes(name) ?? false
    if (has('clear') && flags.length > 1) throw words.fail('Cannot use clear and other ct actions', 'clear alone')
    if (has('force') && !has('commit')) throw words.fail('Invalid ct force without commit', 'commit force')
    const bits = flags && FLAGS.filter(name => has(name))
    return { ...found, action: bits, parameters: { index, action } }
  },
  print(sheet, options) {
    const { parameters, action = [], zone, mark, markMask, labels, labelsMask, times } = options
    if (!parameters) return
    sheet.add('kind', 'ct', 'ct')
    const words = ['commit', 'force', 'clear'].filter(name => action.includes(name))
    if (words.length > 0) sheet.add('action', words.join(' '), ` ${words.join(' ')}`)
    if (mark !== undefined) {
      const text = markMask === undefined || markMask === 0xffffffff ? `${mark}` : `${mark}/${hex(markMask)}`
      sheet.add('mark', text, ` mark ${text}`)
    }
    if (zone !== undefined) sheet.add('zone', zone, ` zone ${zone}`)
    if (labels) {
      const text = labelsMask && !isAll(labelsMask) ? `${hexText(labels)}/${hexText(labelsMask)}` : hexText(labels)
      sheet.add('label', text, ` label ${text}`)
    }
    if (action.includes('nat')) addNat(sheet, options)
    addVerdict(sheet, parameters.action, ' ')
    addEnd(sheet, parameters, times)
  },
}
const isAll = (mask: Uint8Array): boolean => mask.every(byte => byte === 0xff)

function addNat(sheet: Parameters<ActionKind['print']>[0], options: any): void {
  const side = options.action.includes('nat_src') ? 'src' : options.action.includes('nat_dst') ? 'dst' : undefined
  const between = (first: unknown, last: unknown): string =>
    last === undefined || first === last ? `${first}` : `${first}-${last}`
  const first = options.natIpv4Min ?? options.natIpv6Min
  const last = options.natIpv4Max ?? options.natIpv6Max
  sheet.say(' nat')
  sheet.inside('nat', () => {
    if (side) sheet.add('type', side, ` ${side}`)
    if (first !== undefined) sheet.add('addr', between(first, last), ` addr ${between(first, last)}`)
    const { natPortMin, natPortMax } = options
    if (natPortMin) sheet.add('port', between(natPortMin, natPortMax), ` port ${between(natPortMin, natPortMax)}`)
  })
}
