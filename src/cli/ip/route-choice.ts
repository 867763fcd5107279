// Which routes `ip route show | flush | save` choose: what the kernel filters, and what is left to be looked at here.

import { wordValue } from '../../netlink/words.ts'
import type { Realms, RouteFilter } from '../../ops/route.ts'
import type { Route } from '../../route/route.ts'
import { DSFIELD, RT_SCOPE, RTN } from '../../route/routing-words.ts'
import { TABLES } from '../names.ts'
import { type Prefix, within } from '../prefix.ts'
import type { Session } from '../session.ts'
import { expected, integer, type Keywords, keyword, parseInteger, readAll, short, type Words, whole } from '../words.ts'
import type { Column } from './print-route.ts'
import {
  type RoutePrefix,
  readProtocol,
  readRealms,
  readRoutePrefix,
  readScopeNumber,
  readTable,
  readTos,
  readVrf,
  typeOf,
} from './routing-values.ts'

export interface RouteChoice {
  readonly session: Session
  readonly help: () => never
  /** The number of a table; 0: all. */
  table: number
  cached: boolean
  /** Devices by name: they are looked up when all words are read, as iproute2 does. */
  oif?: string
  iif?: string
  protocol?: number
  scope?: number
  /** Numbers of types. */
  types?: (type: number) => boolean
  tos?: number
  mark?: number
  metric?: number
  via?: RoutePrefix
  src?: RoutePrefix
  realms?: { readonly value: Required<Realms>; readonly from: boolean; readonly to: boolean }
  /** At least as long as this prefix, and in it. */
  rootTo?: RoutePrefix
  /** No longer than this prefix, and around it. */
  matchTo?: RoutePrefix
  rootFrom?: RoutePrefix
  matchFrom?: RoutePrefix
}

const MAIN = 254

const allOr = (read: (words: Words, reason?: string) => number, reason: string) => (words: Words) => {
  if (words.next !== 'all') return read(words, reason)
  words.take()
  return undefined
}
const protocolOrAll = allOr(readProtocol, 'invalid "protocol"')
const scopeOrAll = allOr(readScopeNumber, 'invalid "scope"')

/** A prefix and how it is meant: `root`, `match` or (also unsaid) `exact`. */
function readSide(words: Words, choice: RouteChoice, side: 'To' | 'From'): void {
  const how = keyword(SIDES, words)
  if (how !== undefined) words.at++
  const prefix = readRoutePrefix(words, choice.session.show.family)
  if (how !== 'match') choice[`root${side}`] = prefix
  if (how !== 'root') choice[`match${side}`] = prefix
}
const SIDES: Keywords<unknown> = { root: short(() => {}), match: short(() => {}), exact: short(() => {}) }

const metric = short<RouteChoice>(
  (words, choice) => void (choice.metric = integer(words, '"metric" value is invalid')),
  'preference',
)

/** In iproute2's order. */
const WORDS: Keywords<RouteChoice> = {
  table: short((words, choice) => {
    const word = words.next
    if (word === 'help') choice.help()
    const known = word !== undefined && TABLES.value(word) !== undefined
    if (!known && word === 'all') choice.table = 0
    else if (!known && word === 'cache') choice.cached = true
    else {
      choice.table = readTable(words, 'table id value is invalid')
      return
    }
    words.take()
    // Hands know `t` for it, which `type` and `to` begin with too.
  }, 't'),
  vrf: short((words, choice) => {
    choice.table = readVrf(words, choice.session).table
    const hidden = [RTN.byWord.get('local'), RTN.byWord.get('broadcast')]
    choice.types = type => !hidden.includes(type)
  }),
  cached: short((_, choice) => void (choice.cached = true)),
  cloned: short((_, choice) => void (choice.cached = true)),
  tos: whole((words, choice) => void (choice.tos = readTos(words, 'TOS value is invalid'))),
  dsfield: short((words, choice) => void (choice.tos = readTos(words, 'TOS value is invalid'))),
  protocol: short((words, choice) => {
    const protocol = protocolOrAll(words)
    if (protocol !== undefined) choice.protocol = protocol
  }),
  scope: short((words, choice) => {
    const scope = scopeOrAll(words)
    if (scope !== undefined) choice.scope = scope
  }),
  type: short((words, choice) => {
    const word = words.take('a type')
    const value = typeNumber(word)
    if (value === undefined) throw words.wrong('node type value is invalid', expected(word, [...RTN.byWord.keys()]))
    choice.types = type => type === value
  }),
  dev: whole((words, choice) => void (choice.oif = words.take('a device')), 'oif'),
  iif: whole((words, choice) => void (choice.iif = words.take('a device'))),
  mark: whole((words, choice) => void (choice.mark = integer(words, 'invalid mark value'))),
  metric,
  priority: metric,
  via: whole((words, choice) => {
    const family = words.next
    const said = family === 'inet' || family === 'inet6'
    if (said) words.take()
    choice.via = readRoutePrefix(words, said ? family : choice.session.show.family)
  }),
  src: whole((words, choice) => void (choice.src = readRoutePrefix(words, choice.session.show.family))),
  realms: short((words, choice) => {
    const value = readRealms(words, 'invalid realms')
    const text = words.last
    choice.realms = {
      value,
      to: value.to !== 0 || !text.endsWith('/'),
      from: value.from !== 0 || (text.includes('/') && !text.startsWith('/')),
    }
  }),
  from: short((words, choice) => readSide(words, choice, 'From')),
  to: short((words, choice) => readSide(words, choice, 'To')),
}

function typeNumber(word: string): number | undefined {
  const type = typeOf(word)
  const value = type === undefined ? parseInteger(word) : wordValue(RTN, type)
  return value === undefined || value > 255 ? undefined : value
}

export function readChoice(words: Words, session: Session, help: () => never): RouteChoice {
  const choice: RouteChoice = { session, help, table: MAIN, cached: false }
  readAll(words, WORDS, choice, () => {
    if (words.next === 'help') help()
    readSide(words, choice, 'To')
  })
  return choice
}

/** What the kernel is asked: a family where a table is chosen, IPv4 unless said. */
export function kernelFilter(choice: RouteChoice, oif: number | undefined): RouteFilter {
  const { table, protocol, cached, session } = choice
  const { family } = session.show
  const asked = family === 'unspec' && table !== 0 ? 'inet' : family
  return {
    ...((asked === 'inet' || asked === 'inet6' || asked === 'mpls') && { family: asked }),
    ...(table !== 0 && { table }),
    ...(protocol !== undefined && { protocol }),
    ...(oif !== undefined && { dev: oif }),
    ...(cached && { cached }),
  }
}

/** The bits of an address of a family. */
const BITS: Readonly<Record<string, number>> = { inet: 32, inet6: 128 }

/** Columns that say nothing new. */
export function columnsWithout(choice: RouteChoice): ReadonlySet<Column> {
  const { via, src, realms } = choice
  const isHost = (prefix: RoutePrefix | undefined): boolean =>
    prefix !== undefined && prefix.length === BITS[prefix.family]
  const said: Readonly<Record<Column, boolean>> = {
    table: choice.table !== 0,
    protocol: choice.protocol !== undefined,
    scope: choice.scope !== undefined,
    tos: choice.tos !== undefined,
    oif: choice.oif !== undefined,
    iif: choice.iif !== undefined,
    realms: realms?.from === true && realms.to,
    metric: choice.metric !== undefined,
    gateway: isHost(via),
    prefsrc: isHost(src),
  }
  return new Set((Object.keys(said) as Column[]).filter(column => said[column]))
}

type Test = (route: Route) => boolean

/** What is left to be looked at. `oif` and `iif` are the devices' indexes. */
export function testsOf(choice: RouteChoice, oif?: number, iif?: number): Test {
  const tests: Test[] = []
  const { cached, scope, types, tos, mark, metric: wanted, via, src, realms } = choice
  tests.push(cached ? isCached : route => route.flags.length === 0 || !isCached(route))
  if (scope !== undefined) tests.push(route => number('scope', route.scope) === scope)
  if (types) tests.push(route => types(wordValue(RTN, route.type)))
  if (tos !== undefined) tests.push(route => number('tos', route.tos) === tos)
  if (oif !== undefined) tests.push(route => route.oif === oif)
  if (iif !== undefined) tests.push(route => route.iif === iif)
  if (mark !== undefined) tests.push(route => (route.mark ?? 0) === mark)
  if (wanted !== undefined) tests.push(route => (route.priority ?? 0) === wanted)
  if (via) tests.push(route => isIn(route.via?.address ?? route.gateway, via))
  if (src) tests.push(route => isIn(route.prefsrc, src))
  if (realms) tests.push(route => hasRealms(route, realms))
  for (const [root, match, side] of [
    [choice.rootTo, choice.matchTo, 'dst'],
    [choice.rootFrom, choice.matchFrom, 'src'],
  ] as const) {
    if (root) tests.push(route => isLonger(sideOf(route, side), root))
    if (match) tests.push(route => isShorter(sideOf(route, side), match))
  }
  return route => tests.every(passes => passes(route))
}

const isCached: Test = route => route.flags.includes('cloned')

/** The header's numbers, whatever words they have. */
const SETS = { scope: RT_SCOPE, tos: DSFIELD }
const number = (key: keyof typeof SETS, decoded: string | number): number => wordValue(SETS[key], decoded)

const hasRealms = ({ flow }: Route, { value, from, to }: NonNullable<RouteChoice['realms']>): boolean =>
  (!to || (flow?.to ?? 0) === value.to) && (!from || (flow?.from ?? 0) === value.from)

function isIn(address: string | undefined, prefix: RoutePrefix): boolean {
  if (prefix.address === undefined) return true
  return within(address ?? anyOf(prefix.family), prefix as Prefix)
}

const anyOf = (family: string): string => (family === 'inet6' ? '::' : '0.0.0.0')

interface Side {
  readonly family: string
  readonly address: string
  readonly length: number
  readonly said: boolean
}
function sideOf(route: Route, side: 'dst' | 'src'): Side {
  const family = String(route.family)
  const length = side === 'dst' ? route.dstLength : route.srcLength
  return { family, address: route[side] ?? anyOf(family), length, said: true }
}

/** `root`: in the prefix. */
const isLonger = (side: Side, prefix: RoutePrefix): boolean =>
  isOf(side, prefix) && side.length >= prefix.length && isIn(side.address, prefix)

/** `match`: around the prefix. */
const isShorter = (side: Side, prefix: RoutePrefix): boolean =>
  isOf(side, prefix) &&
  side.length <= prefix.length &&
  within(prefix.address ?? anyOf(side.family), { ...side, family: side.family as Prefix['family'] })

const isOf = (side: Side, prefix: RoutePrefix): boolean => prefix.family === 'unspec' || side.family === prefix.family
