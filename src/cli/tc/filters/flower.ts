// flower: matches on the fields of headers by their names, each with a mask where it makes sense.
import { hexText, ipBytes, isIPv4, isIPv6 } from '../../../netlink/text.ts'
import type { Json, JsonObject } from '../../json.ts'
import { fullAddress } from '../../prefix.ts'
import type { Sheet } from '../../sheet.ts'
import { expected, type Keyword, type Keywords, type Words, whole } from '../../words.ts'
import { erspanOption, geneveOption } from '../actions/tunnel-key.ts'
import type { FilterKind, Reading, View } from '../kind.ts'
import { protocol, protocolText } from '../protocol.ts'
import { hex } from '../text.ts'
import { type Found, hexBytes, illegal, parseNumber, parsePair, readOptions } from '../values.ts'
import { actionWords, addFlow, addHandle, addHardware, addOutcome, classId, HARDWARE, numberHandle } from './common.ts'

// ── what the words before say ──────────────────────────────────────────────

/** What a key of a layer needs to know: the EtherType of what is inside, and the IP protocol. */
interface Layers {
  ethType: string | number
  vlanType: string | number | undefined
  cvlanType: string | number | undefined
  ipProto: number | undefined
}

const IP_PROTOCOLS: Readonly<Record<string, number>> = { tcp: 6, udp: 17, sctp: 132, icmp: 1, icmpv6: 58, l2tp: 115 }
const PPP: Readonly<Record<string, number>> = { ip: 0x21, ipv6: 0x57, mpls_uc: 0x281, mpls_mc: 0x283 }
const VLANS: readonly unknown[] = ['802.1Q', '802.1ad']

/** The EtherType of what is behind VLAN tags and PPP. */
const innermost = ({ ethType, vlanType, cvlanType }: Layers): string | number => cvlanType ?? vlanType ?? ethType

// ── forms of values ────────────────────────────────────────────────────────

type Read = (words: Words, found: Found, layers: Layers) => void
type Form = (key: string, mask: string, word: string) => Read

const wrong = (words: Words, word: string, hint: string) => illegal(words, word, hint)

const macAddress: Form = (key, mask, word) => (words, found) => {
  const [address = '', bits] = words.take('a link-layer address').split('/')
  const pattern = /^([\da-f]{1,2}:){5}[\da-f]{1,2}$/i
  if (!pattern.test(address)) throw wrong(words, word, 'a link-layer address, like 02:00:00:00:00:01')
  found[key] = address
  if (bits === undefined) found[mask] = 'ff:ff:ff:ff:ff:ff'
  else if (pattern.test(bits)) found[mask] = bits
  else if (/^\d+$/.test(bits) && Number(bits) <= 48) found[mask] = macMask(Number(bits))
  else throw wrong(words, word, 'a mask like ff:ff:ff:00:00:00, or its length')
}
const macMask = (length: number): string =>
  [0, 8, 16, 24, 32, 40]
    .map(shift => 256 - 2 ** (8 - Math.min(8, Math.max(0, length - shift))))
    .map(byte => byte.toString(16).padStart(2, '0'))
    .join(':')

const number =
  (most: number, whole: number = most): Form =>
  (key, mask, word) =>
  (words, found) => {
    const pair = parsePair(words.take('a number, or one and its mask'), text => parseNumber(text))
    if (!pair || pair.value > most || (pair.mask ?? 0) > most) throw wrong(words, word, `a number to ${most}`)
    found[key] = pair.value
    found[mask] = pair.mask ?? whole
  }
/** Without a mask. */
const plain =
  (most: number, parse: (text: string) => number | undefined = text => parseNumber(text)): Form =>
  (key, _mask, word) =>
  (words, found) => {
    const value = parse(words.take('a number'))
    if (value === undefined || value > most) throw wrong(words, word, `a number to ${most}`)
    found[key] = value
  }

/** Of a VLAN's tag: where there is one, by the protocol or by their number. */
const tagged =
  (most: number): Form =>
  (key, mask, word) =>
  (words, found, layers) => {
    const inner = word.startsWith('c')
    const type = inner ? layers.vlanType : layers.ethType
    if (!VLANS.includes(type) && (found['numOfVlans'] ?? 0) <= (inner ? 1 : 0)) {
      words.take('a number')
      throw noTag(words, word)
    }
    plain(most)(key, mask, word)(words, found, layers)
  }
const noTag = (words: Words, word: string) =>
  words.fail(
    `Can't set "${word}" if ${word.startsWith('c') ? 'inner vlan ' : ''}ethertype isn't 802.1Q or 802.1AD and num_of_vlans is ${word.startsWith('c') ? 'less than 2' : '0'}`,
    'say protocol 802.1q, or num_of_vlans, before it',
  )

const FAMILIES: Readonly<Record<string, string>> = { ip: 'inet', ipv6: 'inet6', arp: 'inet' }

/** Of IPv4 or IPv6: `KEY` is the key with that family in it. */
const address =
  (of: (family: 'v4' | 'v6') => string, families: readonly ('v4' | 'v6')[] = ['v4', 'v6']): Form =>
  () =>
  (words, found, layers) => {
    const [text = '', length] = words.take('an address, or a prefix').split('/')
    const full = fullAddress(text)
    const family = full === undefined ? undefined : isIPv4(full) ? 'v4' : 'v6'
    const most = family === 'v4' ? 32 : 128
    const bits = length === undefined ? most : parseNumber(length, 10)
    const mask = length !== undefined && (isIPv4(length) || isIPv6(length)) ? length : undefined
    if (
      family === undefined ||
      !families.includes(family) ||
      (mask === undefined && (bits === undefined || bits > most))
    )
      throw words.fail(
        `Error: ${FAMILIES[String(innermost(layers))] ?? 'any valid'} prefix is expected rather than "${words.last}".`,
        'an address or a prefix, like 10.0.0.0/8',
      )
    found[of(family)] = full
    found[`${of(family)}Mask`] = mask ?? maskText(bits!, most)
  }
function maskText(length: number, most: number): string {
  const bytes = Array.from({ length: most / 8 }, (_, i) => 256 - 2 ** (8 - Math.min(8, Math.max(0, length - 8 * i))))
  if (most === 32) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! * 256 + bytes[2 * i + 1]!).toString(16))
  return groups.join(':')
}

const PORTS: Readonly<Record<number, string>> = { 6: 'tcp', 17: 'udp', 132: 'sctp' }

/** `PORT[/MASK]`, or a range `LOW-HIGH`, of the IP protocol that was said before. */
const port =
  (side: 'Src' | 'Dst'): Form =>
  (_key, _mask, word) =>
  (words, found, { ipProto }) => {
    const text = words.take('a port, or a range: 1000-2000')
    const kind = PORTS[ipProto ?? 0]
    if (!kind) throw words.fail(`Illegal "${word}"`, 'say ip_proto tcp, udp or sctp before it')
    const [low, high] = text.split('-').map(part => parseNumber(part))
    if (text.includes('-')) {
      if (low === undefined || high === undefined || low >= high || high > 0xffff)
        throw wrong(words, word, 'a range like 1000-2000, the lower port first')
      found[`port${side}Min`] = low
      found[`port${side}Max`] = high
      return
    }
    const pair = parsePair(text, part => parseNumber(part))
    if (!pair || pair.value > 0xffff || (pair.mask ?? 0) > 0xffff) throw wrong(words, word, 'a port, to 65535')
    found[`${kind}${side}`] = pair.value
    if (pair.mask !== undefined) found[`${kind}${side}Mask`] = pair.mask
  }

/** Words joined by slashes, `no` before one that must not be. */
const keyFlags: Form = (key, mask, word) => (words, found) => {
  const names = ['frag', 'firstfrag']
  for (const part of words.take(names.join('/')).split('/')) {
    const name = part.replace(/^no/, '')
    if (!names.includes(name)) throw wrong(words, word, expected(name, [...names, ...names.map(one => `no${one}`)]))
    found[mask] = [...(found[mask] ?? []), name]
    found[key] = [...(found[key] ?? []), ...(part === name ? [name] : [])]
  }
}
const STATES = ['trk', 'new', 'est', 'rel', 'inv', 'rpl']
/** `+trk+est-inv` */
const states: Form = (key, mask, word) => (words, found) => {
  const text = words.take('+trk+est-inv')
  const parts = text.match(/[+-][a-z]+/g) ?? []
  if (parts.join('') !== text || parts.some(part => !STATES.includes(part.slice(1))))
    throw wrong(words, word, `+ or - before each of: ${STATES.join(', ')}`)
  found[key] = parts.filter(part => part.startsWith('+')).map(part => part.slice(1))
  found[mask] = parts.map(part => part.slice(1))
}
const bytes: Form = (key, mask, word) => (words, found) => {
  const [text = '', maskDigits] = words.take('hexadecimal digits').split('/')
  const value = hexBytes(text)
  const own = maskDigits === undefined ? value && new Uint8Array(16).fill(0xff) : hexBytes(maskDigits)
  if (!value || value.length > 16 || !own) throw wrong(words, word, 'up to 16 bytes in hexadecimal digits')
  const padded = (data: Uint8Array): Uint8Array => {
    const all = new Uint8Array(16)
    all.set(data)
    return all
  }
  found[key] = padded(value)
  found[mask] = padded(own)
}

/** Options of a tunnel, and their masks behind a slash. */
const tunnelOptions =
  (name: string, parse: (text: string) => object | undefined, all: (option: any) => object): Form =>
  (_key, _mask, word) =>
  (words, found) => {
    const [text = '', maskDigits] = words.take('an option, and its mask behind a slash').split('/')
    const option = parse(text)
    const mask = maskDigits === undefined ? option && all(option) : parse(maskDigits)
    if (!option || !mask) throw wrong(words, word, 'an option, and its mask behind a slash')
    found['encOpts'] = { [name]: option }
    found['encOptsMask'] = { [name]: mask }
  }
const geneveList = (text: string): object | undefined => {
  const list = text.split(',').map(geneveOption)
  return list.includes(undefined) ? undefined : list
}
const gtp = (text: string): object | undefined => {
  const [, pduType = '', qfi = ''] = /^([\da-f]{1,2}):([\da-f]{1,2})$/i.exec(text) ?? []
  return pduType === '' ? undefined : { pduType: Number.parseInt(pduType, 16), qfi: Number.parseInt(qfi, 16) }
}
const gbp = (text: string): object | undefined => {
  const value = parseNumber(text)
  return value === undefined ? undefined : { gbp: value }
}

// ── the words ──────────────────────────────────────────────────────────────

const camel = (word: string): string => word.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
/** A word with its key (`eth_dst` is ethDst) and its form. */
const key = (word: string, form: Form, name = camel(word)): [string, Read] => [word, form(name, `${name}Mask`, word)]

const ARP: Readonly<Record<string, number>> = { request: 1, reply: 2 }
const arpOp = (text: string): number | undefined => ARP[text] ?? parseNumber(text)

const icmp =
  (what: 'Type' | 'Code'): Form =>
  (_key, _mask, word) =>
  (words, found, { ipProto }) => {
    const version = ipProto === 1 ? 4 : ipProto === 58 ? 6 : undefined
    if (!version) throw words.fail(`Illegal "icmp ${word}"`, 'say ip_proto icmp or icmpv6 before it')
    number(255)(`icmpv${version}${what}`, `icmpv${version}${what}Mask`, word)(words, found, NO_LAYERS)
  }
const NO_LAYERS: Layers = { ethType: 'all', vlanType: undefined, cvlanType: undefined, ipProto: undefined }

/** Keys of one attribute and its mask. */
const KEYS: Readonly<Record<string, Read>> = Object.fromEntries([
  key('dst_mac', macAddress, 'ethDst'),
  key('src_mac', macAddress, 'ethSrc'),
  key('num_of_vlans', plain(255), 'numOfVlans'),
  key('vlan_id', tagged(0xfff)),
  key('vlan_prio', tagged(7)),
  key('cvlan_id', tagged(0xfff)),
  key('cvlan_prio', tagged(7)),
  key('pppoe_sid', plain(0xffff)),
  key('mpls_label', plain(0xfffff)),
  key('mpls_tc', plain(7)),
  key('mpls_bos', plain(1)),
  key('mpls_ttl', plain(255)),
  key('l2_miss', plain(1)),
  key('l2tpv3_sid', plain(0xffffffff)),
  key('ip_tos', number(255)),
  key('ip_ttl', number(255)),
  key('ip_flags', keyFlags, 'keyFlags'),
  key(
    'dst_ip',
    address(family => (family === 'v4' ? 'ipv4Dst' : 'ipv6Dst')),
  ),
  key(
    'src_ip',
    address(family => (family === 'v4' ? 'ipv4Src' : 'ipv6Src')),
  ),
  key('dst_port', port('Dst')),
  key('src_port', port('Src')),
  key('tcp_flags', number(0xfff, 0xfff)),
  key('type', icmp('Type')),
  key('code', icmp('Code')),
  key(
    'arp_tip',
    address(() => 'arpTip', ['v4']),
  ),
  key(
    'arp_sip',
    address(() => 'arpSip', ['v4']),
  ),
  key('arp_op', (name, mask, word) => (words, found) => {
    const pair = parsePair(words.take('request, reply, or a number'), arpOp)
    if (!pair || pair.value > 255) throw wrong(words, word, 'request, reply, or a number')
    found[name] = pair.value
    found[mask] = pair.mask ?? 255
  }),
  key('arp_tha', macAddress),
  key('arp_sha', macAddress),
  key(
    'enc_dst_ip',
    address(family => (family === 'v4' ? 'encIpv4Dst' : 'encIpv6Dst')),
  ),
  key(
    'enc_src_ip',
    address(family => (family === 'v4' ? 'encIpv4Src' : 'encIpv6Src')),
  ),
  key(
    'enc_key_id',
    plain(0xffffffff, text => parseNumber(text, 10)),
  ),
  key(
    'enc_dst_port',
    plain(0xffff, text => parseNumber(text, 10)),
    'encUdpDstPort',
  ),
  key('enc_tos', number(255), 'encIpTos'),
  key('enc_ttl', number(255), 'encIpTtl'),
  key(
    'geneve_opts',
    tunnelOptions('geneve', geneveList, list =>
      list.map((option: any) => ({ class: 0xffff, type: 0xff, data: new Uint8Array(option.data.length).fill(0xff) })),
    ),
  ),
  key(
    'vxlan_opts',
    tunnelOptions('vxlan', gbp, () => ({ gbp: 0xffffffff })),
  ),
  key(
    'erspan_opts',
    tunnelOptions('erspan', erspanOption, () => ({ version: 255, index: 0xffffffff, direction: 255, hwId: 255 })),
  ),
  key(
    'gtp_opts',
    tunnelOptions('gtp', gtp, () => ({ pduType: 255, qfi: 255 })),
  ),
  key('ct_state', states),
  key('ct_zone', number(0xffff)),
  key('ct_mark', number(0xffffffff)),
  key('ct_label', bytes, 'ctLabels'),
  key('indev', name => (words, found) => void (found[name] = words.take('a device')), 'inDevice'),
])

const ethertype =
  (name: string, layer: 'vlanType' | 'cvlanType', needs: (layers: Layers) => boolean): Read =>
  (words, found, layers) => {
    if (!needs(layers)) {
      words.take('an EtherType')
      throw noTag(words, name === 'vlanEthType' ? 'vlan_ethtype' : 'cvlan_ethtype')
    }
    found[name] = layers[layer] = protocol(words)
  }

const LAYERED: Readonly<Record<string, Read>> = {
  vlan_ethtype: ethertype('vlanEthType', 'vlanType', ({ ethType }) => VLANS.includes(ethType)),
  cvlan_ethtype: ethertype('cvlanEthType', 'cvlanType', ({ vlanType }) => VLANS.includes(vlanType)),
  ppp_proto: (words, found) => {
    const text = words.take('ip, ipv6, mpls_uc or mpls_mc')
    const value = PPP[text] ?? parseNumber(text)
    if (value === undefined) throw illegal(words, 'ppp_proto', expected(text, Object.keys(PPP)))
    found['pppProto'] = value
  },
  ip_proto: (words, found, layers) => {
    const text = words.take('an IP protocol')
    const value = IP_PROTOCOLS[text] ?? parseNumber(text, 10)
    if (value === undefined || value > 255) throw illegal(words, 'ip_proto', expected(text, Object.keys(IP_PROTOCOLS)))
    found['ipProto'] = layers.ipProto = value
  },
  mpls: (words, found) => void (found['mplsOpts'] = { entries: labelStack(words) }),
  hw_tc: (words, found) => {
    const value = parseNumber(words.take('a number to 15'))
    if (value === undefined || value > 15) throw illegal(words, 'hw_tc', 'a number to 15')
    found['classId'] = `ffff:${(HARDWARE_CLASSES + value).toString(16)}`
  },
}

const LSE: Readonly<Record<string, readonly [key: string, most: number]>> = {
  depth: ['depth', 7],
  label: ['label', 0xfffff],
  tc: ['trafficClass', 7],
  bos: ['bottomOfStack', 1],
  ttl: ['ttl', 255],
}
/** `lse depth 1 label 100 … lse depth 2 …` */
function labelStack(words: Words): Found[] {
  const entries: Found[] = []
  while (words.next === 'lse') {
    words.take()
    const entry: Found = {}
    for (let field = LSE[words.next ?? '']; field; field = LSE[words.next ?? '']) {
      const name = words.take()
      const value = parseNumber(words.take('a number'))
      if (value === undefined || value > field[1]) throw illegal(words, name, `a number to ${field[1]}`)
      entry[field[0]] = value
    }
    if (entry['depth'] === undefined) throw words.fail('Invalid MPLS lse', 'lse depth 1 label 100: the depth is needed')
    entries.push(entry)
  }
  if (entries.length === 0) throw words.fail('Illegal "mpls"', 'mpls lse depth 1 label 100')
  return entries
}

function wordsOf(reading: Reading, layers: Layers): Keywords<Found> {
  const known = Object.entries({ ...KEYS, ...LAYERED }).map(([word, read]): [string, Keyword<Found>] => [
    word,
    whole((words, found) => read(words, found, layers)),
  ])
  return {
    classid: classId,
    ...Object.fromEntries(known),
    ...HARDWARE,
    verbose: whole((_, found) => void (found['flags'] = [...(found['flags'] ?? []), 'verbose'])),
    action: actionWords(reading)['action']!,
  }
}

/** TC_H_MIN_PRIORITY: a class of hardware's, and not of a qdisc's. */
const HARDWARE_CLASSES = 0xffe0
function hardwareClass(id: string | undefined): number | undefined {
  const minor = Number.parseInt(id?.split(':')[1] || '0', 16)
  return minor >= HARDWARE_CLASSES && minor < HARDWARE_CLASSES + 16 ? minor - HARDWARE_CLASSES : undefined
}

export const flower: FilterKind = {
  help: `Usage: … flower [ KEY VALUE[/MASK] … ] [ classid CLASSID | hw_tc TC ] [ skip_hw | skip_sw ] [ action ACTION … ]
KEY := { ${Object.keys({ ...KEYS, ...LAYERED })
    .map((word, i) => (i % 9 === 8 ? `${word}\n\t` : word))
    .join(' | ')} }
	ports and icmp's type and code come behind ip_proto; vlan_ethtype behind protocol 802.1q; mpls takes
	lse depth DEPTH [ label LABEL ] [ tc TC ] [ bos BOS ] [ ttl TTL ] …\n`,
  read(words, reading) {
    const handle = numberHandle(words, reading.handle)
    if (words.done) return { handle }
    const layers: Layers = { ethType: reading.protocol, vlanType: undefined, cvlanType: undefined, ipProto: undefined }
    const { flags, keyFlags: bits, keyFlagsMask, ...found } = readOptions(words, wordsOf(reading, layers))
    checkFamily(words, found, layers)
    const ethType = reading.protocol
    return {
      handle,
      options: {
        ...found,
        flags: flags ?? [],
        ...(keyFlagsMask && { keyFlags: bits ?? [], keyFlagsMask }),
        ethType: ethType === 'all' || ethType === 0 ? undefined : ethType,
      },
    }
  },
  print(sheet, options, view) {
    addHandle(sheet, view.handle)
    const traffic = hardwareClass(options.classId)
    if (traffic === undefined) addFlow(sheet, options.classId, 'classid')
    else sheet.add('hw_tc', traffic)
    sheet.inside('keys', () => addKeys(sheet, options, view))
    const line = `${sheet.newline}  `
    addHardware(sheet, options.flags, line, '')
    addOutcome(sheet, options, view)
  },
}

/** Addresses are of the protocol that was said. */
function checkFamily(words: Words, found: Found, layers: Layers): void {
  const said = innermost(layers)
  for (const [family, other] of [
    ['ip', 'ipv6'],
    ['ipv6', 'ip'],
  ] as const) {
    const prefix = family === 'ip' ? 'ipv4' : 'ipv6'
    if (said === other && (found[`${prefix}Src`] ?? found[`${prefix}Dst`]) !== undefined)
      throw words.fail(`Illegal "${prefix}" address`, `the protocol is ${protocolText(other)}`)
  }
}

// ── show ───────────────────────────────────────────────────────────────────

type Write = (sheet: Sheet, word: string, value: any, mask: any) => void
const add = (sheet: Sheet, word: string, text: string, json: Json = text): void =>
  sheet.add(word, json, `${sheet.newline}  ${word} ${text}`)

const showMac: Write = (sheet, word, value, mask) => {
  if (mask === undefined || mask === 'ff:ff:ff:ff:ff:ff') return add(sheet, word, value)
  const bits = mask
    .split(':')
    .map((part: string) => Number.parseInt(part, 16).toString(2).padStart(8, '0'))
    .join('')
  if (/^0*$/.test(bits)) return
  add(sheet, word, `${value}/${/^1*0*$/.test(bits) ? bits.replace(/0/g, '').length : mask}`)
}
const showAddress: Write = (sheet, word, value, mask) => {
  if (mask === undefined) return add(sheet, word, value)
  const bits = [...ipBytes(mask)!].map(byte => byte.toString(2).padStart(8, '0')).join('')
  const length = /^1*0*$/.test(bits) ? bits.replace(/0/g, '').length : undefined
  if (length === 0) return
  add(sheet, word, length === bits.length ? value : `${value}/${length ?? mask}`)
}
const showNumber: Write = (sheet, word, value) => add(sheet, word, String(value), value)
/** Decimal, its mask in hexadecimal digits. */
const showMasked =
  (all: number): Write =>
  (sheet, word, value, mask) => {
    if (mask === undefined || mask === all) showNumber(sheet, word, value, mask)
    else if (mask !== 0) add(sheet, word, `${value}/${hex(mask)}`)
  }
const showProtocol: Write = (sheet, word, value) => {
  const names: Readonly<Record<string, string>> = { ip: 'ipv4' }
  const known = ['ip', 'ipv6', 'arp', 'rarp'].includes(value)
  const code = typeof value === 'number' ? value : undefined
  const number = known ? undefined : (code ?? ETHERTYPES[value])
  add(sheet, word, known ? (names[value] ?? value) : (number ?? 0).toString(16).padStart(4, '0'))
}
/** What eth_type shows as digits. */
const ETHERTYPES: Readonly<Record<string, number>> = {
  all: 3,
  mpls_uc: 0x8847,
  mpls_mc: 0x8848,
  '802.1Q': 0x8100,
  '802.1ad': 0x88a8,
  ppp_ses: 0x8864,
  ppp_disc: 0x8863,
}
const showName =
  (names: Readonly<Record<string, number>>, format: (value: number) => string): Write =>
  (sheet, word, value) =>
    add(sheet, word, Object.keys(names).find(name => names[name] === value) ?? format(value))
const showArpOp: Write = (sheet, word, value, mask = 0xff) => {
  if (mask === 0xff) showName(ARP, String)(sheet, word, value, mask)
  else add(sheet, word, `${value}/${mask}`)
}
const showFlags: Write = (sheet, word, value, mask) => {
  const text = ['frag', 'firstfrag']
    .filter(name => mask?.includes(name))
    .map(name => (value.includes(name) ? name : `no${name}`))
    .join('/')
  if (text !== '') add(sheet, word, text)
}
const showStates: Write = (sheet, word, value, mask) => {
  const text = STATES.filter(name => (mask ?? value).includes(name))
    .map(name => `${value.includes(name) ? '+' : '-'}${name}`)
    .join('')
  if (text !== '') add(sheet, word, text)
}
const showBytes: Write = (sheet, word, value, mask) => {
  const all = mask === undefined || mask.every((byte: number) => byte === 0xff)
  add(sheet, word, all ? hexText(value) : `${hexText(value)}/${hexText(mask)}`)
}
const showTcpFlags: Write = (sheet, word, value, mask) =>
  add(sheet, word, mask === undefined ? hex(value) : `${hex(value)}/${mask.toString(16)}`)

type Line = readonly [word: string, key: string | readonly string[], write: Write]

/** In tc's order. */
const HEAD: readonly Line[] = [
  ['indev', 'inDevice', showNumber],
  ['num_of_vlans', 'numOfVlans', showNumber],
  ['vlan_id', 'vlanId', showNumber],
  ['vlan_prio', 'vlanPrio', showNumber],
  ['vlan_ethtype', 'vlanEthType', (sheet, word, value) => add(sheet, word, protocolText(value))],
  ['cvlan_id', 'cvlanId', showNumber],
  ['cvlan_prio', 'cvlanPrio', showNumber],
  ['cvlan_ethtype', 'cvlanEthType', (sheet, word, value) => add(sheet, word, protocolText(value))],
  ['dst_mac', 'ethDst', showMac],
  ['src_mac', 'ethSrc', showMac],
  ['eth_type', 'ethType', showProtocol],
  ['ip_proto', 'ipProto', showName(IP_PROTOCOLS, value => value.toString(16).padStart(2, '0'))],
  ['ip_tos', 'ipTos', showMasked(255)],
  ['ip_ttl', 'ipTtl', showMasked(255)],
  ['pppoe_sid', 'pppoeSid', showNumber],
  ['ppp_proto', 'pppProto', showName(PPP, value => value.toString(16))],
]
const TAIL: readonly Line[] = [
  ['mpls_label', 'mplsLabel', showNumber],
  ['mpls_tc', 'mplsTc', showNumber],
  ['mpls_bos', 'mplsBos', showNumber],
  ['mpls_ttl', 'mplsTtl', showNumber],
  ['dst_ip', ['ipv4Dst', 'ipv6Dst'], showAddress],
  ['src_ip', ['ipv4Src', 'ipv6Src'], showAddress],
  ['l2tpv3_sid', 'l2tpv3Sid', showNumber],
  ['dst_port', ['tcpDst', 'udpDst', 'sctpDst'], showMasked(0xffff)],
  ['src_port', ['tcpSrc', 'udpSrc', 'sctpSrc'], showMasked(0xffff)],
]
const REST: readonly Line[] = [
  ['tcp_flags', 'tcpFlags', showTcpFlags],
  ['icmp_type', ['icmpv4Type', 'icmpv6Type'], showMasked(255)],
  ['icmp_code', ['icmpv4Code', 'icmpv6Code'], showMasked(255)],
  ['arp_sip', 'arpSip', showAddress],
  ['arp_tip', 'arpTip', showAddress],
  ['arp_op', 'arpOp', showArpOp],
  ['arp_sha', 'arpSha', showMac],
  ['arp_tha', 'arpTha', showMac],
  ['enc_dst_ip', ['encIpv4Dst', 'encIpv6Dst'], showAddress],
  ['enc_src_ip', ['encIpv4Src', 'encIpv6Src'], showAddress],
  ['enc_key_id', 'encKeyId', showNumber],
  ['enc_dst_port', 'encUdpDstPort', showNumber],
  ['enc_tos', 'encIpTos', showMasked(255)],
  ['enc_ttl', 'encIpTtl', showMasked(255)],
]
const END: readonly Line[] = [
  ['ip_flags', 'keyFlags', showFlags],
  ['ct_state', 'ctState', showStates],
  ['ct_zone', 'ctZone', showMasked(0xffff)],
  ['ct_mark', 'ctMark', showMasked(0xffffffff)],
  ['ct_label', 'ctLabels', showBytes],
]

function addKeys(sheet: Sheet, options: any, _view: View): void {
  const lines = (list: readonly Line[]): void => {
    for (const [word, keys, write] of list)
      for (const name of typeof keys === 'string' ? [keys] : keys)
        if (options[name] !== undefined) write(sheet, word, options[name], options[`${name}Mask`])
  }
  lines(HEAD)
  if (options.mplsOpts) addStack(sheet, options.mplsOpts.entries)
  lines(TAIL)
  for (const [word, side] of [
    ['dst_port', 'Dst'],
    ['src_port', 'Src'],
  ] as const) {
    const [low, high] = [options[`port${side}Min`], options[`port${side}Max`]]
    if (low !== undefined) add(sheet, word, `${low}-${high}`, { start: low, end: high })
  }
  lines(REST)
  if (options.encOpts) addTunnel(sheet, options.encOpts, options.encOptsMask ?? {})
  lines(END)
}

function addStack(sheet: Sheet, entries: readonly any[]): void {
  const list: JsonObject[] = entries.map(entry =>
    Object.fromEntries(
      Object.entries(LSE).flatMap(([word, [name]]) => (entry[name] === undefined ? [] : [[word, entry[name]]])),
    ),
  )
  const lines = list.map(
    entry =>
      `${sheet.newline}    lse${Object.entries(entry)
        .map(([word, value]) => ` ${word} ${value}`)
        .join('')}`,
  )
  sheet.add('mpls', list, `${sheet.newline}  mpls${lines.join('')}`)
}

const digits = (value: number, width: number): string => value.toString(16).padStart(width, '0')

function addTunnel(sheet: Sheet, options: any, masks: any): void {
  const geneve = (list: readonly any[]): string =>
    list.map(({ class: kind, type, data }) => `${digits(kind, 4)}:${digits(type, 2)}:${hexText(data)}`).join(',')
  const erspan = ({ version, index = 0, direction = 0, hwId = 0 }: any): string =>
    `${version}:${index}:${direction}:${hwId}`
  const gtpText = ({ pduType, qfi }: any): string => `${digits(pduType, 2)}:${digits(qfi, 2)}`
  const forms: Readonly<Record<string, (option: any) => string>> = {
    geneve,
    vxlan: ({ gbp: value }) => String(value),
    erspan,
    gtp: gtpText,
  }
  for (const [name, form] of Object.entries(forms)) {
    if (!options[name]) continue
    const text = form(options[name])
    add(sheet, `${name}_opts`, masks[name] ? `${text}/${form(masks[name])}` : text)
  }
}
