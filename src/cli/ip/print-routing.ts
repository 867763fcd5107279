// What routes, rules and nexthops show alike: names for their numbers, flags, gateways, realms.
import { type Words, wordValue } from '../../netlink/words.ts'
import { DSFIELD, RT_SCOPE, RT_TABLE, RTN, RTPROT } from '../../route/routing-words.ts'
import type { Via } from '../../route/via.ts'
import { DSFIELDS, IP_PROTOCOLS, type NamesFile, PROTOCOLS, REALMS, SCOPES, TABLES } from '../names.ts'
import type { Color, Pen } from '../pen.ts'
import { hostOf, linkName, type Names } from '../sheet.ts'

type Decoded = string | number

/** The text of a decoded number: its name in iproute2's file, or as `numbered` writes it; both are kept. */
function namer(set: Words, file: NamesFile, numbered: (value: number) => string = String) {
  const known = new Map<Decoded, string>()
  return (decoded: Decoded, numeric: boolean): string => {
    if (numeric) return numbered(wordValue(set, decoded))
    let text = known.get(decoded)
    if (text === undefined) {
      const value = wordValue(set, decoded)
      text = file.name(value) ?? numbered(value)
      known.set(decoded, text)
    }
    return text
  }
}

export const tableText = namer(RT_TABLE, TABLES)
export const protocolText = namer(RTPROT, PROTOCOLS)
export const scopeText = namer(RT_SCOPE, SCOPES)
export const tosText = namer(DSFIELD, DSFIELDS, value => `0x${value.toString(16).padStart(2, '0')}`)

/** A realm; those above 255 have no names. */
export const realmText = (realm: number, numeric: boolean): string =>
  (numeric ? undefined : REALMS.name(realm)) ?? String(realm)

/** A type of route; iproute2 has another word for one. */
export const typeText = (type: Decoded, numeric: boolean): string =>
  numeric ? String(wordValue(RTN, type)) : type === 'unspec' ? 'none' : String(type)

/** What comes of a number of an IP protocol: its name in /etc/protocols. */
export const ipProtocolText = (value: number, numeric: boolean): string =>
  (numeric ? undefined : IP_PROTOCOLS.name(value)) ?? `ipproto-${value}`

export const colorOf = (family: Decoded): Color | undefined =>
  family === 'inet' || family === 'ipmr' ? 'inet' : family === 'inet6' || family === 'ip6mr' ? 'inet6' : undefined

/** RTNH_F_* and RTM_F_* in the order in which iproute2 prints them. */
const FLAGS = [
  'dead',
  'onlink',
  'pervasive',
  'offload',
  'trap',
  'notify',
  'linkdown',
  'unresolved',
  'rt_offload',
  'rt_trap',
  'rt_offload_failed',
]
const NO_FLAGS: readonly string[] = []

export function putFlags(pen: Pen, flags: readonly Decoded[]): void {
  const there = flags.length === 0 ? NO_FLAGS : FLAGS.filter(flag => flags.includes(flag))
  for (const flag of there) pen.say(`${flag} `)
  pen.note('flags', there)
}

export function putGateway(pen: Pen, family: Decoded, gateway: string, names: Names): void {
  pen.put('gateway', hostOf(gateway, pen.show, names), 'via ', ' ', colorOf(family))
}

export function putVia(pen: Pen, { family, address }: Via, names: Names): void {
  pen.inside('via', () => {
    pen.put('family', familyName(family), 'via ', ' ')
    pen.put('host', hostOf(address, pen.show, names), '', ' ', colorOf(family))
  })
}

/** iproute2 calls AF_PACKET link. */
const familyName = (family: Decoded): string =>
  family === 'packet' ? 'link' : typeof family === 'number' ? '???' : family

export function putLink(pen: Pen, key: string, index: number, names: Names): void {
  pen.put(key, linkName(names, index), `${key} `, ' ', 'link')
}

/** RTA_FLOW. */
export function putRealms(pen: Pen, { from, to }: { readonly from: number; readonly to: number }): void {
  const { numeric } = pen.show
  pen.inside('flow', () => {
    if (from !== 0) pen.put('from', realmText(from, numeric), 'realms ', '/')
    pen.put('to', realmText(to, numeric), from === 0 ? 'realm ' : '', ' ')
  })
}

/** A number with as many digits as C's %g writes. */
export const shortNumber = (value: number): string => String(Number(value.toPrecision(6)))
