// The values that the grammars of routes, rules and nexthops share: prefixes with `default`, addresses with a family
// before them, numbers that iproute2's files have names for, realms, times.
import { isIPv4 } from '../../netlink/text.ts'
import type { Realms } from '../../ops/route.ts'
import type { Route } from '../../route/route.ts'
import { RTN } from '../../route/routing-words.ts'
import type { Via } from '../../route/via.ts'
import { DSFIELDS, IP_PROTOCOLS, type NamesFile, PROTOCOLS, REALMS, SCOPES, TABLES } from '../names.ts'
import { type Family, fullAddress, readPrefix } from '../prefix.ts'
import type { Session } from '../session.ts'
import { expected, parseInteger, type Words } from '../words.ts'

/** A prefix; `default`, `any` and `all` are any address, of a family that is not known yet where none was said. */
export interface RoutePrefix {
  readonly family: Family
  /** Left out: `default` of no family. */
  readonly address: string | undefined
  readonly length: number
  /** Whether the length was written. */
  readonly said: boolean
}

const ANY = ['default', 'any', 'all']
const LABEL_BITS = 20

export function readRoutePrefix(words: Words, family: Family): RoutePrefix {
  if (family === 'mpls') return { family, address: readLabels(words), length: LABEL_BITS, said: false }
  if (words.next === undefined || !ANY.includes(words.next)) return readPrefix(words, family)
  words.take()
  const address = family === 'inet' ? '0.0.0.0' : family === 'inet6' ? '::' : undefined
  return { family, address, length: 0, said: true }
}

/** The text of a prefix for an op. */
export const routePrefixText = ({ address, length, said, family }: RoutePrefix): string =>
  address === undefined || (length === 0 && !said)
    ? 'default'
    : family === 'mpls' || !said
      ? address
      : `${address}/${length}`

const LARGEST_LABEL = 0xfffff

function readLabels(words: Words): string {
  const text = words.take('MPLS labels')
  const labels = text.split('/').map(label => (/^\d+$/.test(label) ? Number(label) : Number.NaN))
  if (labels.every(label => label <= LARGEST_LABEL)) return text
  throw words.fail(`Error: mpls prefix is expected rather than "${text}".`, 'labels look like 100 or 100/200')
}

const FAMILY_WORDS: Readonly<Record<string, string>> = {
  inet: 'inet',
  inet6: 'inet6',
  mpls: 'mpls',
  link: 'packet',
  bridge: 'bridge',
}

/** `via [ FAMILY ] ADDRESS` */
export function readVia(words: Words, family: Family): Via {
  const said = FAMILY_WORDS[words.next ?? '']
  if (said !== undefined) words.take()
  return readAddress(words, (said as Family | undefined) ?? family)
}

/** An address of a family, or of any. */
export function readAddress(words: Words, family: Family): Via {
  if (family === 'mpls') return { family, address: readLabels(words) }
  const text = words.take('an address')
  if (family === 'packet') return { family, address: text }
  const address = fullAddress(text)
  const found = address === undefined ? undefined : isIPv4(address) ? 'inet' : 'inet6'
  if (address !== undefined && found !== undefined && (family === 'unspec' || family === found))
    return { family: found, address }
  const wanted = family === 'unspec' ? 'any valid' : family
  throw words.fail(
    `Error: ${wanted} address is expected rather than "${text}".`,
    found === undefined ? 'an address looks like 192.0.2.1 or 2001:db8::1' : `it is an address of ${found}`,
  )
}

/** A number that a file has names for. */
function named(words: Words, file: NamesFile, what: string, reason: string): number {
  const word = words.take(what)
  const value = file.value(word)
  if (value === undefined) throw words.wrong(reason, expected(word, file.words))
  return value
}

export const readTable = (words: Words, reason = '"table" value is invalid'): number =>
  named(words, TABLES, 'a table', reason)
export const readProtocol = (words: Words, reason = '"protocol" value is invalid'): number =>
  named(words, PROTOCOLS, 'a protocol', reason)
export const readScopeNumber = (words: Words, reason = 'invalid "scope" value'): number =>
  named(words, SCOPES, 'a scope', reason)

/** A DS field: a name, or the byte in hexadecimal. */
export function readTos(words: Words, reason = '"tos" value is invalid'): number {
  const word = words.take('a DS field')
  const value = DSFIELDS.value(word, 16)
  if (value === undefined) throw words.wrong(reason, expected(word, DSFIELDS.words))
  return value
}

/** `[FROM/]TO`; or both as one hexadecimal number. */
export function readRealms(words: Words, reason = '"realm" value is invalid'): Required<Realms> {
  const text = words.take('realms')
  const [first = '', second, ...more] = text.split('/')
  const from = second === undefined ? 0 : REALMS.value(first)
  const to = second === '' ? 0 : REALMS.value(second ?? first)
  if (from !== undefined && to !== undefined && more.length === 0) return { to, from }
  const raw = parseInteger(text)
  if (raw === undefined || raw > 0xffffffff) throw words.wrong(reason, 'realms look like 3 or 3/5')
  return { to: raw & 0xffff, from: raw >>> 16 }
}

/** A time: `100ms`, `1s`; without a unit, a number of the kernel's own (`raw`). */
export function readTime(words: Words, reason: string): { readonly value: number; readonly raw: boolean } {
  const text = words.take('a time')
  const [, digits = '', unit = ''] = /^(0x[0-9a-f]+|\d+(?:\.\d*)?|\.\d+)([a-z]*)$/i.exec(text) ?? []
  const number = digits.includes('.') ? Number(digits) : parseInteger(digits)
  const factor = { '': 1, s: 1000, sec: 1000, secs: 1000, ms: 1, msec: 1, msecs: 1 }[unit.toLowerCase()]
  if (number === undefined || Number.isNaN(number) || factor === undefined)
    throw words.wrong(reason, 'a time looks like 200ms or 1.5s')
  return { value: Math.ceil(number * factor), raw: unit === '' }
}

const TYPES = [...RTN.byWord.keys()].filter(word => word !== 'unspec')

/** The type of a route that `word` is; undefined: it is none. */
export const typeOf = (word: string): Route['type'] | undefined =>
  word === 'brd' ? 'broadcast' : TYPES.includes(word) ? (word as Route['type']) : undefined

/** The table of a VRF. */
export function readVrf(words: Words, session: Session): { readonly table: number; readonly name: string } {
  const name = words.take('the name of a VRF')
  const info = session.find(name)?.linkInfo
  const { table } = (info?.kind === 'vrf' ? (info.data as { table?: number }) : undefined) ?? {}
  if (table === undefined) throw words.wrong('Invalid VRF', `no VRF here is called '${name}'`)
  return { table, name }
}

/** The number of an IP protocol, or its name in /etc/protocols. */
export function readIpProtocol(words: Words): number {
  const word = words.take('an IP protocol')
  const value = IP_PROTOCOLS.value(word)
  if (value === undefined) throw words.wrong('Invalid "ipproto" value', expected(word, IP_PROTOCOLS.words))
  return value
}
