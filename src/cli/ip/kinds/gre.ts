// gre, gretap, erspan and their IPv6 kin.

import { ipBytes } from '../../../netlink/text.ts'
import type { Sheet } from '../../sheet.ts'
import { choice, integer, short, type Words } from '../../words.ts'
import {
  asMark,
  asNumber,
  constant,
  isMulticast,
  type Kinds,
  keyText,
  type Option,
  type Options,
  option,
  type Printer,
  present,
  type State,
  tunnelKey,
  U16,
  wholeConstant,
  wholeOption,
} from './kind.ts'
import {
  addEncap,
  addEnds,
  addHops,
  addIpv6,
  addMark6,
  addTos,
  ENCAP,
  end,
  externalOr,
  IPV6,
  lower,
  MARK,
  MARK6,
  NO_ENCAP,
  needsLocal,
  onlyExternal,
  setFlag,
  tos,
  ttl,
} from './tunnel.ts'

type Side = 'i' | 'o'
const SIDES: Readonly<Record<string, readonly Side[]>> = { '': ['i', 'o'], i: ['i'], o: ['o'] }

/** `key`, `ikey`, `okey` and their `no…`; `seq` and `csum` likewise, without a value. */
function sided(): Options {
  const options: Record<string, Option> = {}
  for (const [prefix, sides] of Object.entries(SIDES)) {
    options[`${prefix}key`] = option('KEY', (words, { data }) => keys(data, sides, tunnelKey(words)))
    options[`no${prefix}key`] = short((_, { data }) => keys(data, sides, undefined))
    for (const flag of ['seq', 'csum']) {
      options[`${prefix}${flag}`] = short((_, { data }) => flags(data, sides, flag, true))
      options[`no${prefix}${flag}`] = short((_, { data }) => flags(data, sides, flag, false))
    }
  }
  return options
}

function flags(data: State['data'], sides: readonly Side[], flag: string, on: boolean): void {
  for (const side of sides) setFlag(data, `${side}flags`, flag, on)
}

function keys(data: State['data'], sides: readonly Side[], key: number | undefined): void {
  for (const side of sides) {
    setFlag(data, `${side}flags`, 'key', key !== undefined)
    data[`${side}key`] = key ?? 0
  }
}

const ERSPAN: Options = {
  erspan: wholeOption('INDEX', (words, { data }) => {
    data['erspanIndex'] = within(words, 'erspan index must be > 0 and <= 20-bit', 1, 0xfffff)
  }),
  erspan_ver: wholeOption('VERSION', (words, { data }) => {
    data['erspanVersion'] = within(words, 'erspan version must be 0/1/2', 0, 2)
  }),
  erspan_dir: wholeOption('{ ingress | egress }', (words, { data }) => {
    data['erspanDirection'] = choice(words, ['ingress', 'egress'], 'Invalid erspan direction.')
  }),
  erspan_hwid: wholeOption(
    'ID',
    (words, { data }) => void (data['erspanHwid'] = integer(words, 'invalid erspan hwid', U16)),
  ),
}

function within(words: Words, reason: string, least: number, most: number): number {
  const value = integer(words, reason, most)
  if (value < least) throw words.wrong(reason, `a whole number from ${least} to ${most}`)
  return value
}

/** Only what the version has is sent. */
function finishErspan(data: State['data']): void {
  const { erspanVersion, erspanIndex } = data
  if (erspanVersion !== 1 || !erspanIndex) delete data['erspanIndex']
  if (erspanVersion !== 2) {
    delete data['erspanDirection']
    delete data['erspanHwid']
  } else {
    data['erspanDirection'] ??= 'ingress'
    data['erspanHwid'] ??= 0
  }
}

// ── in IPv4 ────────────────────────────────────────────────────────────────

const WORDS: Options = {
  ...sided(),
  nopmtudisc: constant('pmtudisc', false),
  pmtudisc: constant('pmtudisc', true),
  remote: end('remote', 'inet'),
  local: end('local', 'inet'),
  dev: lower,
  ttl,
  tos,
  ...ENCAP,
  'ignore-df': wholeConstant('ignoreDf', true),
  'noignore-df': wholeConstant('ignoreDf', false),
  ...MARK,
  ...ERSPAN,
}

const start = (state: State): void => {
  Object.assign(
    state.data,
    state.creating
      ? { ikey: 0, okey: 0, iflags: [], oflags: [], pmtudisc: true, tos: 0, ttl: 0, fwmark: 0, ...NO_ENCAP }
      : present(state),
    state.creating && state.kind === 'erspan' ? { erspanVersion: 1 } : {},
  )
}

function finish(state: State): void {
  const { data } = state
  if (onlyExternal(state, [])) return
  const { remote } = data
  if (remote !== undefined && isMulticast(remote)) {
    const key = new DataView(ipBytes(remote)!.buffer).getUint32(0)
    for (const side of SIDES['']!) if (!data[`${side}key`]) keys(data, [side], key)
    needsLocal(data)
  }
  if (!data['link']) delete data['link']
  if (state.kind === 'erspan') finishErspan(data)
}

const print = externalOr((sheet, data, names) => {
  addEnds(sheet, data, names)
  addHops(sheet, 'ttl', data.ttl)
  addTos(sheet, data.tos)
  if (data.pmtudisc !== undefined) sheet.add('pmtudisc', Boolean(data.pmtudisc), data.pmtudisc ? '' : 'nopmtudisc ')
  if (data.ignoreDf) sheet.add('ignore_df', true, 'ignore-df ')
  addSides(sheet, data)
  asMark(sheet, 'fwmark', 'fwmark', data.fwmark, names)
  addErspan(sheet, data)
  addEncap(sheet, data)
})

function addSides(sheet: Sheet, data: State['data']): void {
  const has = (side: Side, flag: string): boolean => (data[`${side}flags`] ?? []).includes(flag)
  for (const side of ['i', 'o'] as const)
    if (has(side, 'key') && data[`${side}key`] !== undefined)
      sheet.add(`${side}key`, keyText(data[`${side}key`]), `${side}key ${keyText(data[`${side}key`])} `)
  for (const flag of ['seq', 'csum'])
    for (const side of ['i', 'o'] as const) if (has(side, flag)) sheet.add(`${side}${flag}`, true, `${side}${flag} `)
}

function addErspan(sheet: Sheet, data: State['data']): void {
  const { erspanIndex, erspanVersion, erspanDirection, erspanHwid } = data
  if (erspanIndex !== undefined) asNumber(sheet, 'erspan_index', 'erspan_index', erspanIndex)
  if (erspanVersion !== undefined) asNumber(sheet, 'erspan_ver', 'erspan_ver', erspanVersion)
  if (erspanDirection !== undefined) sheet.add('erspan_dir', String(erspanDirection))
  if (erspanHwid !== undefined)
    sheet.add('erspan_hwid', erspanHwid.toString(16), `erspan_hwid 0x${erspanHwid.toString(16)} `)
}

// ── in IPv6 ────────────────────────────────────────────────────────────────

const WORDS6: Options = {
  ...sided(),
  remote: end('remote', 'inet6'),
  local: end('local', 'inet6'),
  dev: lower,
  ...IPV6,
  ...ENCAP,
  ...MARK6,
  ...ERSPAN,
}

const start6 = (state: State): void => {
  Object.assign(
    state.data,
    state.creating
      ? {
          ...{ ikey: 0, okey: 0, iflags: [], oflags: [], ttl: 64, encapLimit: 4, flowinfo: 0, flags: [], fwmark: 0 },
          ...{ erspanVersion: 1, ...NO_ENCAP, encapFlags: ['csum6'] },
        }
      : present(state),
  )
}

function finish6(state: State): void {
  const { data } = state
  if (onlyExternal(state, [])) return
  if (!data['link']) delete data['link']
  finishErspan(data)
}

const print6: Printer<any> = externalOr((sheet, data, names) => {
  addEnds(sheet, data, names)
  addHops(sheet, 'hoplimit', data.ttl)
  addIpv6(sheet, data, names)
  addSides(sheet, data)
  addMark6(sheet, data, names)
  addErspan(sheet, data)
  addEncap(sheet, data)
})

const inIpv4 = { words: WORDS, start, finish, print }
const inIpv6 = { words: WORDS6, start: start6, finish: finish6, print: print6 }

export const gre: Kinds = {
  gre: inIpv4,
  gretap: inIpv4,
  erspan: inIpv4,
  ip6gre: inIpv6,
  ip6gretap: inIpv6,
  ip6erspan: inIpv6,
}
