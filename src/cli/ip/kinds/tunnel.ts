// What the tunnels have in common: ends, keys, encapsulation in UDP, hop limits, and how all of it is printed.
import type { Names, Sheet } from '../../sheet.ts'
import { choice, integer, whole } from '../../words.ts'
import {
  asLink,
  asMark,
  asText,
  device,
  hexDigits,
  hexNumber,
  isUnspecified,
  keyText,
  type Option,
  type Options,
  option,
  type Printer,
  readAddress,
  refused,
  type State,
  tunnelKey,
  U8,
  U16,
  wholeConstant,
  wholeOption,
} from './kind.ts'

type Data = State['data']
type Flags = readonly (string | number)[]

/** Sets or clears a flag of a list. */
export function setFlag(data: Data, key: string, flag: string, on = true): void {
  const rest = ((data[key] ?? []) as Flags).filter(other => other !== flag)
  data[key] = on ? [...rest, flag] : rest
}
const flagWord = (key: string, flag: string, on = true): Option => whole((_, { data }) => setFlag(data, key, flag, on))

// ── words ──────────────────────────────────────────────────────────────────

/** An end of the tunnel; the unspecified one is not sent. */
export const end = (key: 'remote' | 'local', family: 'inet' | 'inet6'): Option =>
  option('ADDRESS', (words, { data }) => {
    const address = readAddress(words, family)
    if (isUnspecified(address)) delete data[key]
    else data[key] = address
  })

export const MARK: Options = {
  fwmark: wholeOption('MARK', (words, { data }) => void (data['fwmark'] = integer(words, 'invalid fwmark'))),
}
/** A mark that may be the inner packet's. */
export const MARK6: Options = {
  fwmark: wholeOption('{ MARK | inherit }', (words, { data }) => {
    const inherit = words.next === 'inherit'
    setFlag(data, 'flags', 'use_orig_fwmark', inherit)
    if (inherit) words.take()
    data['fwmark'] = inherit ? 0 : integer(words, 'invalid fwmark')
  }),
}

/** Keys of a tunnel that only has keys. */
export const KEYS: Options = {
  key: option('KEY', (words, { data }) => void (data['ikey'] = data['okey'] = tunnelKey(words))),
  ikey: option('KEY', (words, { data }) => void (data['ikey'] = tunnelKey(words))),
  okey: option('KEY', (words, { data }) => void (data['okey'] = tunnelKey(words))),
}

export const ttl: Option = option(
  '{ TTL | inherit }',
  (words, { data }) => {
    if (words.next === 'inherit') {
      words.take()
      data['ttl'] = 0
    } else data['ttl'] = integer(words, 'invalid TTL', U8)
  },
  'hoplimit',
  'hlim',
)
export const tos: Option = option(
  '{ TOS | inherit }',
  (words, { data }) => {
    if (words.next === 'inherit') {
      words.take()
      data['tos'] = 1
    } else data['tos'] = integer(words, 'bad TOS value', U8)
  },
  'tclass',
  'tc',
  'dsfield',
)
export const lower: Option = device('link', '"dev" is invalid')

/** Words of tunnels in IPv6. */
export const IPV6: Options = {
  ttl: option(
    '{ TTL | inherit }',
    (words, { data }) => {
      if (words.next === 'inherit') {
        words.take()
        data['ttl'] = 0
      } else data['ttl'] = integer(words, 'invalid HLIM', U8)
    },
    'hoplimit',
    'hlim',
  ),
  encaplimit: wholeOption('{ LIMIT | none }', (words, { data }) => {
    const none = words.next === 'none'
    setFlag(data, 'flags', 'ign_encap_limit', none)
    if (none) words.take()
    else data['encapLimit'] = integer(words, 'invalid ELIM', U8)
  }),
  tclass: wholeOption(
    '{ TCLASS | inherit }',
    (words, { data }) => {
      const label = (data['flowinfo'] ?? 0) & 0xfffff
      const inherit = words.next === 'inherit'
      setFlag(data, 'flags', 'use_orig_tclass', inherit)
      if (inherit) words.take()
      data['flowinfo'] = label | ((inherit ? 0 : hexNumber(words, 'invalid TClass', U8)) << 20)
    },
    'tc',
    'tos',
    'dsfield',
  ),
  flowlabel: wholeOption(
    '{ LABEL | inherit }',
    (words, { data }) => {
      const tclass = (data['flowinfo'] ?? 0) & 0xff00000
      const inherit = words.next === 'inherit'
      setFlag(data, 'flags', 'use_orig_flowlabel', inherit)
      if (inherit) words.take()
      data['flowinfo'] = tclass | (inherit ? 0 : hexNumber(words, 'invalid Flowlabel', 0xfffff))
    },
    'fl',
  ),
  dscp: wholeOption('inherit', (words, { data }) => {
    if (words.take('inherit') !== 'inherit') throw words.wrong('not inherit', 'only inherit can stand here')
    setFlag(data, 'flags', 'rcv_dscp_copy')
  }),
  'allow-localremote': flagWord('flags', 'allow_local_remote'),
  'noallow-localremote': flagWord('flags', 'allow_local_remote', false),
}

/** Encapsulation in UDP. */
export const ENCAP: Options = {
  noencap: wholeConstant('encapType', 'none'),
  encap: wholeOption('{ fou | gue | none }', (words, { data }) => {
    data['encapType'] = choice(words, ['fou', 'gue', 'none'], 'Invalid encap type.')
  }),
  'encap-sport': wholeOption('{ PORT | auto }', (words, { data }) => {
    if (words.next === 'auto') {
      words.take()
      data['encapSport'] = 0
    } else data['encapSport'] = integer(words, 'Invalid source port.', U16)
  }),
  'encap-dport': wholeOption(
    'PORT',
    (words, { data }) => void (data['encapDport'] = integer(words, 'Invalid destination port.', U16)),
  ),
  'encap-csum': flagWord('encapFlags', 'csum'),
  'noencap-csum': flagWord('encapFlags', 'csum', false),
  'encap-udp6-csum': { ...flagWord('encapFlags', 'csum6'), also: ['encap-csum6'] },
  'noencap-udp6-csum': { ...flagWord('encapFlags', 'csum6', false), also: ['noencap-csum6'] },
  'encap-remcsum': flagWord('encapFlags', 'remcsum'),
  'noencap-remcsum': flagWord('encapFlags', 'remcsum', false),
  external: wholeConstant('external', true),
}
export const NO_ENCAP = { encapType: 'none', encapFlags: [] as string[], encapSport: 0, encapDport: 0 } as const

/** Where the packets themselves say everything, only the keys of `kept` are sent. */
export function onlyExternal({ data }: State, kept: readonly string[]): boolean {
  if (!data['external']) return false
  for (const key of Object.keys(data)) if (!['external', ...kept].includes(key)) delete data[key]
  return true
}

/** A tunnel to a group needs an end of its own. */
export function needsLocal(data: Data): void {
  if (data['local'] === undefined) throw refused('A broadcast tunnel requires a source address.')
}

// ── printing ───────────────────────────────────────────────────────────────

/** `external` stands alone. */
export const externalOr =
  (print: Printer<any>): Printer<any> =>
  (sheet, data, names) => {
    if (data.external) sheet.add('external', true, 'external ')
    else print(sheet, data, names)
  }

export function addEnds(sheet: Sheet, { remote, local, link }: Data, names: Names): void {
  for (const [word, address] of [
    ['remote', remote],
    ['local', local],
  ] as const)
    asText(sheet, word, word, address === undefined || isUnspecified(address) ? 'any' : address, names)
  asLink(sheet, 'link', 'dev', link, names)
}

export function addHops(sheet: Sheet, word: 'ttl' | 'hoplimit', hops = 0): void {
  sheet.add('ttl', hops, `${word} ${hops || 'inherit'} `)
}

export function addTos(sheet: Sheet, value: number | undefined): void {
  if (value) sheet.add('tos', hexDigits(value), value === 1 ? 'tos inherit ' : `tos ${hexDigits(value)} `)
}

export function addIpv6(sheet: Sheet, { flags = [], encapLimit, flowinfo }: Data, names: Names): void {
  const has = (flag: string): boolean => flags.includes(flag)
  const digits = (value: number, width: number): string => `0x${value.toString(16).padStart(width, '0')}`
  if (has('ign_encap_limit')) sheet.add('ip6_tnl_f_ign_encap_limit', true, 'encaplimit none ')
  else if (encapLimit !== undefined) sheet.add('encap_limit', encapLimit, `encaplimit ${encapLimit} `)
  if (has('use_orig_tclass')) sheet.add('ip6_tnl_f_use_orig_tclass', true, 'tclass inherit ')
  else if (flowinfo !== undefined) asText(sheet, 'tclass', 'tclass', digits((flowinfo >>> 20) & 0xff, 2), names)
  if (has('use_orig_flowlabel')) sheet.add('ip6_tnl_f_use_orig_flowlabel', true, 'flowlabel inherit ')
  else if (flowinfo !== undefined) asText(sheet, 'flowlabel', 'flowlabel', digits(flowinfo & 0xfffff, 5), names)
  if (has('rcv_dscp_copy')) sheet.add('ip6_tnl_f_rcv_dscp_copy', true, 'dscp inherit ')
  if (has('mip6_dev')) sheet.add('ip6_tnl_f_mip6_dev', true, 'mip6 ')
  if (has('allow_local_remote')) sheet.add('ip6_tnl_f_allow_local_remote', true, 'allow-localremote ')
}

export function addMark6(sheet: Sheet, { flags = [], fwmark }: Data, names: Names): void {
  if (flags.includes('use_orig_fwmark')) sheet.add('ip6_tnl_f_use_orig_fwmark', true, 'fwmark inherit ')
  else asMark(sheet, 'fwmark', 'fwmark', fwmark, names)
}

export function addKeys(sheet: Sheet, { ikey, okey }: Data, names: Names): void {
  if (ikey) asText(sheet, 'ikey', 'ikey', keyText(ikey), names)
  if (okey) asText(sheet, 'okey', 'okey', keyText(okey), names)
}

/** `encap fou encap-sport auto encap-dport 5555 encap-csum noencap-csum6 noencap-remcsum ` */
export function addEncap(sheet: Sheet, data: Data): void {
  const { encapType, encapFlags = [], encapSport = 0, encapDport = 0 } = data
  if (encapType === undefined || encapType === 'none') return
  sheet.inside('encap', () => {
    const known = encapType === 'fou' || encapType === 'gue'
    sheet.add('type', known ? encapType : null, `encap ${known ? encapType : 'unknown'} `)
    sheet.add('sport', encapSport, `encap-sport ${encapSport || 'auto'} `)
    sheet.add('dport', encapDport, `encap-dport ${encapDport || 'auto'} `)
    for (const flag of ['csum', 'csum6', 'remcsum'])
      sheet.add(flag, encapFlags.includes(flag), `${encapFlags.includes(flag) ? '' : 'no'}encap-${flag} `)
  })
}
