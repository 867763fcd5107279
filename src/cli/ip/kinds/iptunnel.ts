// ipip, sit (IPv6 in IPv4), ip6tnl (in IPv6), and vti and vti6, tunnels for IPsec.
import { readPrefix } from '../../prefix.ts'
import { expected, type Words, whole } from '../../words.ts'
import {
  asMark,
  type Kinds,
  type Option,
  type Options,
  type Printer,
  present,
  refused,
  type State,
  wholeConstant,
  wholeOption,
} from './kind.ts'
import {
  addEncap,
  addEnds,
  addHops,
  addIpv6,
  addKeys,
  addMark6,
  addTos,
  ENCAP,
  end,
  externalOr,
  IPV6,
  KEYS,
  lower,
  MARK,
  MARK6,
  NO_ENCAP,
  onlyExternal,
  tos,
  ttl,
} from './tunnel.ts'

/** What a tunnel carries, in all of iproute2's spellings. */
const mode = (modes: Readonly<Record<string, string>>): Option =>
  wholeOption(`{ ${[...new Set(Object.values(modes))].join(' | ')} }`, (words: Words, { data }) => {
    const text = words.take('a mode')
    const found = modes[text]
    if (found === undefined) throw words.wrong('Cannot guess tunnel mode.', expected(text, Object.keys(modes)))
    data['proto'] = found
  })

const IN_IPV4 = {
  'ipv4/ipv4': 'ipip',
  ipip: 'ipip',
  ip4ip4: 'ipip',
  'mpls/ipv4': 'mplsip',
  mplsip: 'mplsip',
  'any/ipv4': 'any',
  any: 'any',
}
const WORDS: Options = {
  mode: mode(IN_IPV4),
  remote: end('remote', 'inet'),
  local: end('local', 'inet'),
  dev: lower,
  ttl,
  tos,
  nopmtudisc: wholeConstant('pmtudisc', false),
  pmtudisc: wholeConstant('pmtudisc', true),
  ...ENCAP,
  ...MARK,
}
const SIT_WORDS: Options = {
  ...WORDS,
  mode: mode({ 'ipv6/ipv4': 'ip6ip', ip6ip: 'ip6ip', ...IN_IPV4 }),
  isatap: wholeConstant('flags', ['isatap']),
  '6rd-prefix': wholeOption('PREFIX', (words, { data }) => {
    const { address, length } = readPrefix(words, 'inet6')
    Object.assign(data, { '6rdPrefix': address, '6rdPrefixLength': length })
  }),
  '6rd-relay_prefix': wholeOption('PREFIX', (words, { data }) => {
    const { address, length } = readPrefix(words, 'inet')
    Object.assign(data, { '6rdRelayPrefix': address, '6rdRelayPrefixLength': length })
  }),
  '6rd-reset': whole((_, { data }) => {
    Object.assign(data, {
      '6rdPrefix': '2002::',
      '6rdPrefixLength': 16,
      '6rdRelayPrefix': '0.0.0.0',
      '6rdRelayPrefixLength': 0,
    })
  }),
}

function start(state: State): void {
  const own = { proto: 'any', pmtudisc: true, tos: 0, ttl: 0, link: 0, fwmark: 0, ...NO_ENCAP }
  Object.assign(state.data, state.creating ? { ...own, ...(state.kind === 'sit' && { flags: [] }) } : present(state))
}

function finish(state: State): void {
  const { data, kind } = state
  if (data['ttl'] && data['pmtudisc'] === false) throw refused('ttl != 0 and nopmtudisc are incompatible', 255)
  if (onlyExternal(state, ['proto'])) return
  if (kind === 'sit' && data['6rdPrefixLength']) {
    data['6rdRelayPrefix'] ??= '0.0.0.0'
    data['6rdRelayPrefixLength'] ??= 0
  }
}

const KNOWN_MODES = new Set(['ipip', 'ip6ip', 'mplsip', 'any', 'ipip6', 'ip6ip6'])

const print = externalOr((sheet, data, names) => {
  if (KNOWN_MODES.has(data.proto)) sheet.add('proto', data.proto, `${data.proto} `)
  addEnds(sheet, data, names)
  addHops(sheet, 'ttl', data.ttl)
  addTos(sheet, data.tos)
  sheet.add('pmtudisc', Boolean(data.pmtudisc), data.pmtudisc ? 'pmtudisc ' : 'nopmtudisc ')
  if (data.flags?.includes('isatap')) sheet.add('isatap', true, 'isatap ')
  const length = data['6rdPrefixLength']
  if (length) {
    const prefix = data['6rdPrefix']
    sheet.add('prefix', prefix, `6rd-prefix ${prefix}/${length} `)
    sheet.note('prefixlen', length)
    const [relay, relayLength] = [data['6rdRelayPrefix'], data['6rdRelayPrefixLength']]
    if (relay !== undefined && relay !== '0.0.0.0') {
      sheet.add('relay_prefix', relay, `6rd-relay_prefix ${relay}/${relayLength} `)
      sheet.note('relay_prefixlen', relayLength)
    }
  }
  asMark(sheet, 'fwmark', 'fwmark', data.fwmark, names)
  addEncap(sheet, data)
})

// ── in IPv6 ────────────────────────────────────────────────────────────────

const WORDS6: Options = {
  mode: mode({
    'ipv6/ipv6': 'ip6ip6',
    ip6ip6: 'ip6ip6',
    'ip/ipv6': 'ipip6',
    'ipv4/ipv6': 'ipip6',
    ipip6: 'ipip6',
    ip4ip6: 'ipip6',
    'any/ipv6': 'any',
    any: 'any',
  }),
  remote: end('remote', 'inet6'),
  local: end('local', 'inet6'),
  dev: lower,
  ...IPV6,
  ...MARK6,
  ...ENCAP,
}

function start6(state: State): void {
  const own = { proto: 'any', ttl: 64, encapLimit: 4, flowinfo: 0, flags: [], link: 0, fwmark: 0 }
  Object.assign(state.data, state.creating ? { ...own, ...NO_ENCAP, encapFlags: ['csum6'] } : present(state))
}

const print6 = externalOr((sheet, data, names) => {
  if (KNOWN_MODES.has(data.proto)) sheet.add('proto', data.proto, `${data.proto} `)
  addEnds(sheet, data, names)
  addHops(sheet, 'hoplimit', data.ttl)
  addIpv6(sheet, data, names)
  addMark6(sheet, data, names)
  addEncap(sheet, data)
})

// ── vti ────────────────────────────────────────────────────────────────────

const vtiWords = (family: 'inet' | 'inet6'): Options => ({
  ...KEYS,
  remote: end('remote', family),
  local: end('local', family),
  dev: lower,
  ...MARK,
})

const printVti: Printer<any> = (sheet, data, names) => {
  addEnds(sheet, data, names)
  addKeys(sheet, data, names)
  asMark(sheet, 'fwmark', 'fwmark', data.fwmark, names)
}

const vti = (family: 'inet' | 'inet6') => ({
  words: vtiWords(family),
  start: (state: State) =>
    void Object.assign(state.data, state.creating ? { ikey: 0, okey: 0, fwmark: 0 } : present(state)),
  print: printVti,
})

export const iptunnel: Kinds = {
  ipip: { words: WORDS, start, finish, print },
  sit: { words: SIT_WORDS, start, finish, print },
  ip6tnl: { words: WORDS6, start: start6, finish: state => void onlyExternal(state, ['proto']), print: print6 },
  vti: vti('inet'),
  vti6: vti('inet6'),
}
