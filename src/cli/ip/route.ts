// `ip route`: add, append, prepend, change, replace, delete, test, get, show, flush, save, restore and showdump, in
// iproute2's grammar.
import { writeFileSync } from 'node:fs'
import { BatchError } from '../../netlink/connection.ts'
import type { AttributesInput } from '../../netlink/table.ts'
import * as routeOps from '../../ops/route.ts'
import { type METRICS, type Route, routeMessage } from '../../route/route.ts'
import { enter } from '../../sys/enter.ts'
import { openNetns } from '../../sys/netns-path.ts'
import { echoOf } from '../echo.ts'
import { CommandError, isKernelError, kernelLine, USAGE, USER } from '../errors.ts'
import { readCommand } from '../grammar.ts'
import { usage } from '../help.ts'
import { listPen } from '../pen.ts'
import type { Family } from '../prefix.ts'
import type { Echo, Session } from '../session.ts'
import { expected, integer, type Keywords, readAll, short, type Words, whole } from '../words.ts'
import { readEncap } from './encap-words.ts'
import { Lookups } from './lookups.ts'
import { type Column, putRoute, type RouteView, routeSheet } from './print-route.ts'
import { columnsWithout, kernelFilter, readChoice, testsOf } from './route-choice.ts'
import {
  readAddress,
  readIpProtocol,
  readProtocol,
  readRealms,
  readRoutePrefix,
  readScopeNumber,
  readTable,
  readTime,
  readTos,
  readVia,
  readVrf,
  routePrefixText,
  typeOf,
} from './routing-values.ts'
import { readSaved, SAVED_ROUTES, save } from './saved.ts'

export const HELP = `Usage: % route { list | flush } SELECTOR
       % route save SELECTOR
       % route restore
       % route showdump
       % route get [ ROUTE_GET_FLAGS ] ADDRESS
                            [ from ADDRESS iif STRING ]
                            [ oif STRING ] [ tos TOS ]
                            [ mark NUMBER ] [ vrf NAME ]
                            [ uid NUMBER ] [ ipproto PROTOCOL ]
                            [ sport NUMBER ] [ dport NUMBER ]
       % route { add | del | change | append | prepend | replace | test } ROUTE
SELECTOR := [ root PREFIX ] [ match PREFIX ] [ exact PREFIX ]
            [ table TABLE_ID ] [ vrf NAME ] [ proto RTPROTO ]
            [ type TYPE ] [ scope SCOPE ] [ cached ] [ tos TOS ] [ dev STRING ] [ iif STRING ]
            [ mark NUMBER ] [ metric METRIC ] [ via PREFIX ] [ src PREFIX ] [ realms REALM ] [ from PREFIX ]
ROUTE := NODE_SPEC [ INFO_SPEC ]
NODE_SPEC := [ TYPE ] PREFIX [ tos TOS ]
             [ table TABLE_ID ] [ proto RTPROTO ]
             [ scope SCOPE ] [ metric METRIC ]
             [ ttl-propagate { enabled | disabled } ]
INFO_SPEC := { NH | nhid ID } OPTIONS FLAGS [ nexthop NH ]...
NH := [ encap ENCAPTYPE ENCAPHDR ] [ via [ FAMILY ] ADDRESS ]
      [ dev STRING ] [ weight NUMBER ] NHFLAGS
FAMILY := [ inet | inet6 | mpls | bridge | link ]
OPTIONS := FLAGS [ mtu NUMBER ] [ advmss NUMBER ] [ as [ to ] ADDRESS ]
           [ rtt TIME ] [ rttvar TIME ] [ reordering NUMBER ]
           [ window NUMBER ] [ cwnd NUMBER ] [ initcwnd NUMBER ]
           [ ssthresh NUMBER ] [ realms REALM ] [ src ADDRESS ]
           [ rto_min TIME ] [ hoplimit NUMBER ] [ initrwnd NUMBER ]
           [ features FEATURES ] [ quickack BOOL ] [ congctl NAME ]
           [ pref PREF ] [ expires TIME ] [ fastopen_no_cookie BOOL ]
TYPE := { unicast | local | broadcast | multicast | throw |
          unreachable | prohibit | blackhole | nat }
TABLE_ID := [ local | main | default | all | NUMBER ]
SCOPE := [ host | link | global | NUMBER ]
NHFLAGS := [ onlink | pervasive ]
RTPROTO := [ kernel | boot | static | NUMBER ]
PREF := [ low | medium | high ]
TIME := NUMBER[s|ms]
BOOL := [1|0]
FEATURES := ecn
ENCAPTYPE := [ mpls | ip | ip6 | ila | seg6 | seg6local | rpl | ioam6 | xfrm ]
ENCAPHDR := [ MPLSLABEL | IPHDR | SEG6HDR | SEG6LOCAL | IOAM6HDR | XFRMINFO ]
IPHDR := [ id ID ] [ dst ADDR ] [ src ADDR ] [ tos TOS ] [ ttl TTL ] [ key ] [ csum ] [ seq ]
SEG6HDR := [ mode SEGMODE ] segs ADDR1,ADDRi,ADDRn [hmac HMACKEYID]
SEGMODE := [ encap | encap.red | inline | l2encap | l2encap.red ]
SEG6LOCAL := action ACTION [ OPTIONS ] [ count ]
ACTION := { End | End.X | End.T | End.DX2 | End.DX6 | End.DX4 |
            End.DT6 | End.DT4 | End.DT46 | End.B6 | End.B6.Encaps |
            End.BM | End.S | End.AS | End.AM | End.BPF }
OPTION := { flavors FLAVORS | srh SEG6HDR | nh4 ADDR | nh6 ADDR | iif DEV | oif DEV |
            table TABLEID | vrftable TABLEID }
FLAVORS := { FLAVOR[,FLAVOR] }
FLAVOR := { psp | usp | usd | next-csid }
IOAM6HDR := trace prealloc type IOAM6_TRACE_TYPE ns IOAM6_NAMESPACE size IOAM6_TRACE_SIZE
XFRMINFO := if_id IF_ID [ link_dev LINK ]
ROUTE_GET_FLAGS := [ fibmatch ]
`

const echo = (session: Session): Echo =>
  echoOf(session, routeMessage, routeMessage.types.RTM_DELROUTE, (route, deleted) =>
    routeSheet(route, session.show, session, {}, deleted),
  )

/** In iproute2's order: `a` is `add`, `r` is `replace`, `s` is `show`. */
const COMMANDS = [
  ...['add', 'change', 'chg', 'replace', 'prepend', 'append', 'test', 'delete', 'list', 'show', 'lst', 'get', 'flush'],
  ...['save', 'restore', 'showdump', 'help'],
]

/** Runs `ip route …`; answers the exit status. */
export async function routeCommand(words: Words, session: Session): Promise<number> {
  const command = words.done ? 'show' : readCommand(words, 'route', COMMANDS)
  const modify = (op: (options: routeOps.RouteAdd) => ReturnType<typeof routeOps.add>) => () =>
    session.apply(op(readRoute(words, session)), echo(session))
  const run: Readonly<Record<string, () => void | Promise<void>>> = {
    add: modify(routeOps.add),
    change: modify(routeOps.change),
    chg: modify(routeOps.change),
    replace: modify(routeOps.replace),
    prepend: modify(routeOps.prepend),
    append: modify(routeOps.append),
    test: modify(routeOps.test),
    delete: modify(routeOps.delete),
    get: () => get(words, session),
    flush: () => flush(words, session),
    save: () => saveChosen(words, session),
    restore: () => restore(session),
    showdump: () => showDump(session),
    help: () => help(words)(),
  }
  await (run[command] ?? (() => show(words, session)))()
  return 0
}

const help = (words: Words) => (): never => {
  throw usage(words, HELP)
}

// ── add and its kin ────────────────────────────────────────────────────────

type Metrics = { -readonly [K in keyof AttributesInput<typeof METRICS.rows>]: AttributesInput<typeof METRICS.rows>[K] }
type MetricKey = Exclude<keyof typeof METRICS.rows, 'lock'>

interface RouteWords {
  family: Family
  /** In the order in which the words stand: so the attributes go out. */
  readonly options: { -readonly [K in keyof routeOps.RouteAdd]: routeOps.RouteAdd[K] }
  readonly metrics: Metrics
  readonly locked: string[]
  readonly session: Session
  readonly help: () => never
  dev?: string
}

/** A number, behind `lock` where the metric may not change. */
const metric =
  (key: MetricKey, name: string, most?: number, said = name) =>
  (words: Words, state: RouteWords): void => {
    lock(words, state, name)
    state.metrics[key as 'mtu'] = integer(words, `"${said}" value is invalid`, most)
  }

function lock(words: Words, state: RouteWords, name: string): void {
  if (words.next !== 'lock') return
  words.take()
  state.locked.push(name)
}

/** A time; the kernel counts it in `unit`ths of a millisecond. */
const time =
  (key: MetricKey, name: string, unit: number) =>
  (words: Words, state: RouteWords): void => {
    if (name === 'rto_min') state.locked.push(name)
    else lock(words, state, name)
    const { value, raw } = readTime(words, `"${name}" value is invalid`)
    state.metrics[key as 'rtt'] = raw ? value : value * unit
  }

const bit =
  (key: MetricKey, name: string) =>
  (words: Words, state: RouteWords): void => {
    const value = integer(words, `"${name}" value is invalid`)
    if (value > 1) throw words.wrong(`"${name}" value should be 0 or 1`)
    state.metrics[key as 'quickack'] = value
  }

const priority = short<RouteWords>(
  (words, { options }) => void (options.metric = integer(words, '"metric" value is invalid')),
  'preference',
)

/** In iproute2's order. */
const WORDS: Keywords<RouteWords> = {
  src: whole((words, state) => void (state.options.src = familiar(state, readAddress(words, state.family)).address)),
  as: whole((words, state) => {
    if (words.next === 'to') words.take()
    state.options.as = familiar(state, readAddress(words, state.family)).address
  }),
  via: whole((words, state) => {
    if (state.options.via !== undefined)
      throw words.wrong('use nexthop syntax to specify multiple via', 'nexthop via … nexthop via …')
    state.options.via = familiar(state, readVia(words, state.family))
  }),
  from: whole((words, state) => {
    state.options.from = routePrefixText(familiar(state, readRoutePrefix(words, state.family)))
  }),
  tos: whole((words, { options }) => void (options.tos = readTos(words))),
  dsfield: short((words, { options }) => void (options.tos = readTos(words))),
  expires: whole((words, { options }) => void (options.expires = integer(words, '"expires" value is invalid'))),
  metric: priority,
  priority,
  scope: whole((words, { options }) => void (options.scope = readScopeNumber(words) as Route['scope'])),
  mtu: whole(metric('mtu', 'mtu')),
  hoplimit: whole(metric('hoplimit', 'hoplimit', 255)),
  advmss: whole(metric('advmss', 'advmss', undefined, 'mss')),
  reordering: short(metric('reordering', 'reordering')),
  rtt: whole(time('rtt', 'rtt', 8)),
  rto_min: whole(time('rtoMin', 'rto_min', 1)),
  window: short(metric('window', 'window')),
  cwnd: short(metric('cwnd', 'cwnd')),
  initcwnd: short(metric('initcwnd', 'initcwnd')),
  initrwnd: short(metric('initrwnd', 'initrwnd')),
  features: short((words, { metrics }) => {
    const feature = words.take('a feature')
    if (feature !== 'ecn') throw words.wrong('"features" value not valid', expected(feature, ['ecn']))
    metrics.features = ['ecn']
  }),
  quickack: short(bit('quickack', 'quickack')),
  congctl: short((words, state) => {
    lock(words, state, 'congctl')
    state.metrics.congestionControl = words.take('the name of an algorithm')
  }),
  rttvar: short(time('rttvar', 'rttvar', 4)),
  ssthresh: short(metric('ssthresh', 'ssthresh')),
  realms: short((words, { options }) => void (options.realms = readRealms(words))),
  onlink: whole((_, { options }) => void (options.onlink = true)),
  pervasive: whole((_, { options }) => void (options.pervasive = true)),
  nexthop: whole((words, state) => void (state.options.nexthops = readHops(words, state))),
  nhid: whole((words, { options }) => void (options.nexthopId = integer(words, '"id" value is invalid'))),
  protocol: short((words, { options }) => void (options.protocol = readProtocol(words))),
  table: short((words, { options }) => void (options.table = readTable(words))),
  vrf: short((words, { options, session }) => void (options.table = readVrf(words, session).table)),
  dev: whole((words, state) => void (state.dev = words.take('a device')), 'oif'),
  pref: short((words, { options }) => void (options.pref = readPreference(words))),
  encap: whole((words, { options, session }) => void (options.encap = readEncap(words, session))),
  'ttl-propagate': whole((words, { options }) => {
    const word = words.take('enabled or disabled')
    const on = word !== '' && 'enabled'.startsWith(word)
    if (!on && !(word !== '' && 'disabled'.startsWith(word)))
      throw words.wrong('"ttl-propagate" value is invalid', expected(word, ['enabled', 'disabled']))
    options.ttlPropagate = on
  }),
  fastopen_no_cookie: short(bit('fastopenNoCookie', 'fastopen_no_cookie')),
}

/** The first address tells the family. */
function familiar<P extends { readonly family: string | number }>(state: RouteWords, prefix: P): P {
  if (state.family === 'unspec') state.family = prefix.family as Family
  return prefix
}

const PREFERENCES = ['low', 'medium', 'high'] as const

function readPreference(words: Words): NonNullable<Route['pref']> {
  const word = PREFERENCES.find(preference => preference === words.next)
  if (word === undefined) return integer(words, '"pref" value is invalid', 255)
  words.take()
  return word
}

function readRoute(words: Words, session: Session): routeOps.RouteAdd {
  const state: RouteWords = {
    family: session.show.family,
    options: { dst: undefined as unknown as string },
    metrics: {},
    locked: [],
    session,
    help: help(words),
  }
  delete (state.options as { dst?: string }).dst
  readAll(words, WORDS, state, readDestination)
  const { options, metrics, locked, dev } = state
  if (options.dst === undefined) state.help()
  // Behind what stands in the order of the words.
  const { nexthops, ...rest } = options
  if (dev !== undefined) session.device(dev)
  return {
    ...rest,
    ...(dev !== undefined && { dev }),
    ...(Object.keys(metrics).length > 0 && { metrics: { ...metrics, ...(locked.length > 0 && lockOf(locked)) } }),
    ...(nexthops && { nexthops }),
  }
}

const lockOf = (locked: readonly string[]): Metrics => ({ lock: locked as NonNullable<Metrics['lock']> })

/** `[ to ] [ TYPE ] PREFIX` */
function readDestination(words: Words, state: RouteWords): void {
  const { options } = state
  if (words.next === 'to') words.take()
  const type = typeOf(words.next ?? '')
  if (type !== undefined) {
    words.take()
    options.type = type
  }
  const word = words.next
  if (word !== undefined && word !== '' && 'help'.startsWith(word)) state.help()
  if (options.dst !== undefined) {
    words.take('a prefix')
    throw words.fail(
      `Error: either "to" is duplicate, or "${word}" is a garbage.`,
      expected(word!, Object.keys(WORDS)),
      USAGE,
    )
  }
  const prefix = familiar(state, readRoutePrefix(words, state.family))
  if (state.family !== 'unspec') options.family = state.family as routeOps.RouteFamily
  options.dst = routePrefixText(prefix)
}

// ── nexthops ───────────────────────────────────────────────────────────────

type HopWords = { -readonly [K in keyof routeOps.RouteHop]: routeOps.RouteHop[K] }

const HEAVIEST = 256

/** The rest of the line: `VIA… nexthop VIA…`. */
function readHops(words: Words, state: RouteWords): routeOps.RouteHop[] {
  const hops: routeOps.RouteHop[] = []
  for (;;) {
    if (words.done) throw words.fail('Error: unexpected end of line after "nexthop"', 'here belongs a way', USAGE)
    hops.push(readHop(words, state))
    if (words.done) return hops
    const word = words.take()
    if (word === 'nexthop') continue
    throw words.fail(
      `Error: "nexthop" or end of line is expected instead of "${word}"`,
      expected(word, ['nexthop', ...Object.keys(HOP_WORDS)]),
      USAGE,
    )
  }
}

const HOP_WORDS: Keywords<{ readonly hop: HopWords; readonly route: RouteWords }> = {
  via: whole((words, { hop, route }) => void (hop.via = familiar(route, readVia(words, route.family)))),
  dev: whole((words, { hop, route }) => {
    const name = words.take('a device')
    if (!route.session.find(name))
      throw words.fail(`Cannot find device "${name}"`, route.session.absent(name).replace('netloom: ', ''), USAGE)
    hop.dev = name
  }),
  weight: whole((words, { hop }) => {
    const weight = integer(words, '"weight" is invalid', HEAVIEST)
    if (weight === 0) throw words.wrong('"weight" is invalid', `a whole number from 1 to ${HEAVIEST} is expected`)
    hop.weight = weight
  }),
  onlink: whole((_, { hop }) => void (hop.onlink = true)),
  pervasive: whole((_, { hop }) => void (hop.pervasive = true)),
  realms: short((words, { hop }) => void (hop.realms = readRealms(words))),
  encap: whole((words, { hop, route }) => void (hop.encap = readEncap(words, route.session))),
  as: whole((words, { hop, route }) => {
    if (words.next === 'to') words.take()
    hop.as = readAddress(words, route.family).address
  }),
}

function readHop(words: Words, route: RouteWords): routeOps.RouteHop {
  const hop: HopWords = {}
  let more = true
  readAll(
    words,
    HOP_WORDS,
    { hop, route },
    () => {
      more = false
    },
    () => !more || words.next === 'nexthop',
  )
  return hop
}

// ── show, save ─────────────────────────────────────────────────────────────

/** Prints routes as they come: `list` is given what prints one. */
async function printing(
  session: Session,
  without: ReadonlySet<Column>,
  list: (print: (route: Route) => void) => void | Promise<void>,
): Promise<void> {
  using lookups = new Lookups(session)
  const view: RouteView = { names: lookups, without, nexthop: id => lookups.nexthop(id) }
  const pen = listPen(session.show, text => session.print(text))
  const put = (route: Route): void => putRoute(pen, route, view)
  await list(route => pen.each(route, put))
  pen.close()
}

const NOTHING: ReadonlySet<Column> = new Set()

/** A choice with the indexes of its devices. */
function chosen(words: Words, session: Session) {
  const choice = readChoice(words, session, help(words))
  const iif = choice.iif === undefined ? undefined : session.device(choice.iif).index
  const oif = choice.oif === undefined ? undefined : session.device(choice.oif).index
  return { choice, request: routeOps.list(kernelFilter(choice, oif)), wanted: testsOf(choice, oif, iif) }
}

/** Asynchronous: so the kernel makes the next part of a long list while this one is printed. */
async function show(words: Words, session: Session): Promise<void> {
  const { choice, request, wanted } = chosen(words, session)
  await printing(session, columnsWithout(choice), print =>
    session.connection.forEach(request, route => {
      if (wanted(route)) print(route)
    }),
  )
}

function saveChosen(words: Words, session: Session): void {
  const { request, wanted } = chosen(words, session)
  save(session, SAVED_ROUTES, request, wanted)
}

/** Routes to addresses of this host come first, then those of its networks, then those by routers. */
function rankOf({ gateway, prefsrc, dst }: Route): number {
  if (gateway !== undefined) return 2
  return prefsrc === undefined || prefsrc === dst ? 0 : 1
}

function restore(session: Session): void {
  const routes = savedRoutes()
  for (const rank of [0, 1, 2]) {
    for (const route of routes.filter(one => rankOf(one) === rank)) {
      try {
        session.run(routeOps.restore(route))
      } catch (error) {
        // It is there already: that is told and is no failure, as in iproute2.
        if (!isKernelError(error, 'EEXIST')) throw error
        session.host.err(`${kernelLine(error)}\n`)
      }
    }
  }
}

function savedRoutes(): Route[] {
  const routes: Route[] = []
  const { RTM_NEWROUTE } = routeMessage.types
  readSaved(SAVED_ROUTES, (type, v, b, p, end) => {
    if (type === RTM_NEWROUTE) routes.push(routeMessage.decode(v, b, p, end))
  })
  return routes
}

async function showDump(session: Session): Promise<void> {
  const routes = savedRoutes()
  await printing(session, NOTHING, print => routes.forEach(print))
}

// ── flush ──────────────────────────────────────────────────────────────────

const MOST_SECONDS = 30
/** Deletions that travel together. */
const TOGETHER = 256

async function flush(words: Words, session: Session): Promise<void> {
  if (words.done) throw new CommandError(USER, '"ip route flush" requires arguments.')
  const { choice, request, wanted } = chosen(words, session)
  const say = (text: string): void => {
    if (session.show.statistics > 0) session.print(text)
  }
  const family = request.needs.length === 0 ? kernelFilter(choice, undefined).family : undefined
  if (choice.cached && family !== 'inet6') {
    flushCache(session)
    say('*** IPv4 routing cache is flushed.\n')
    if (family === 'inet') return
  }
  const began = performance.now()
  for (let round = 0; ; round++) {
    const routes = session.run(request).filter(route => wanted(route) && !isNullEntry(route))
    if (routes.length === 0) {
      const complete = `*** Flush is complete after ${round} round${round > 1 ? 's' : ''} ***\n`
      say(round === 0 && !(choice.cached && family !== 'inet6') ? 'Nothing to flush.\n' : complete)
      return
    }
    if (session.show.statistics > 1) await printing(session, columnsWithout(choice), print => routes.forEach(print))
    deleteAll(session, routes)
    const seconds = Math.floor((performance.now() - began) / 1000)
    if (seconds > MOST_SECONDS)
      throw new CommandError(
        USER,
        `\n*** Flush not completed after ${seconds} seconds, ${routes.length} entries remain ***`,
      )
    say(`\n*** Round ${round + 1}, deleting ${routes.length} entries ***\n`)
  }
}

/** IPv6's last resort, which cannot be deleted. */
const isNullEntry = ({ family, dstLength, type, priority: metricOf }: Route): boolean =>
  family === 'inet6' && dstLength === 0 && type === 'unreachable' && metricOf === 0xffffffff

function deleteAll(session: Session, routes: readonly Route[]): void {
  for (let at = 0; at < routes.length; at += TOGETHER) {
    try {
      session.connection.batchSync(routes.slice(at, at + TOGETHER).map(routeOps.deleteListed))
    } catch (error) {
      if (!(error instanceof BatchError)) throw error
      // What went with another route is gone as it should be.
      for (const reason of error.errors) if (!isKernelError(reason, 'ESRCH')) throw reason
    }
  }
}

const FLUSH_CACHE = '/proc/sys/net/ipv4/route/flush'

function flushCache(session: Session): void {
  const { netns } = session.settings
  const write = (): void => writeFileSync(FLUSH_CACHE, '-1')
  try {
    if (netns === undefined) write()
    else enter(openNetns(netns), write)
  } catch (error) {
    session.host.err(`Cannot open "${FLUSH_CACHE}": ${(error as Error).message}\n`)
  }
}

// ── get ────────────────────────────────────────────────────────────────────

interface GetWords {
  family: Family
  readonly options: { -readonly [K in keyof routeOps.RouteGet]: routeOps.RouteGet[K] }
  readonly session: Session
  readonly help: () => never
  iif?: string
  oif?: string
  connected: boolean
  mark?: number
}

const port = (name: string) => (words: Words) => integer(words, `invalid ${name}`, 0xffff)
const sport = port('sport')
const dport = port('dport')

const GET_WORDS: Keywords<GetWords> = {
  tos: whole((words, { options }) => void (options.tos = readTos(words, 'TOS value is invalid'))),
  dsfield: short((words, { options }) => void (options.tos = readTos(words, 'TOS value is invalid'))),
  from: short((words, state) => void (state.options.from = readHost(words, state))),
  iif: short((words, state) => void (state.iif = words.take('a device'))),
  mark: short((words, state) => void (state.mark = integer(words, 'invalid mark value'))),
  oif: short((words, state) => void (state.oif = words.take('a device')), 'dev'),
  notify: short((_, { options }) => void (options.notify = true)),
  connected: short((_, state) => void (state.connected = true)),
  vrf: short((words, state) => void (state.oif = readVrf(words, state.session).name)),
  uid: short((words, { options }) => void (options.uid = integer(words, 'invalid UID'))),
  fibmatch: short((_, { options }) => void (options.fibMatch = true)),
  sport: short((words, { options }) => void (options.sourcePort = sport(words))),
  dport: short((words, { options }) => void (options.destinationPort = dport(words))),
  ipproto: short((words, { options }) => void (options.ipProtocol = readIpProtocol(words))),
  help: short((_, state) => state.help()),
}

/** An address; of a prefix only the address counts. */
function readHost(words: Words, state: GetWords): string {
  const prefix = readRoutePrefix(words, state.family)
  if (state.family === 'unspec') state.family = prefix.family
  return routePrefixText(prefix)
}

const HOST_BITS: Readonly<Record<string, number>> = { inet: 32, inet6: 128 }

function readTarget(words: Words, state: GetWords): void {
  if (words.next === 'to') words.take()
  const prefix = readRoutePrefix(words, state.family)
  if (state.family === 'unspec') state.family = prefix.family === 'unspec' ? 'inet' : prefix.family
  const whole = HOST_BITS[state.family] ?? prefix.length
  if (prefix.length !== whole)
    state.session.host.err(`Warning: /${prefix.length} as prefix is invalid, only /${whole} (or none) is supported.\n`)
  state.options.dst = prefix.address ?? '0.0.0.0'
}

function get(words: Words, session: Session): void {
  const state: GetWords = {
    family: session.show.family,
    options: { dst: '' },
    session,
    help: help(words),
    connected: false,
  }
  readAll(words, GET_WORDS, state, readTarget)
  const { options, iif, oif, mark, connected } = state
  if (options.dst === '') throw new CommandError(USER, 'need at least a destination address')
  if (iif !== undefined) session.device(iif)
  if (oif !== undefined) session.device(oif)
  const asked: routeOps.RouteGet = {
    ...options,
    ...(iif !== undefined && { iif }),
    ...(oif !== undefined && { dev: oif }),
    ...(mark && { mark }),
  }
  const first = session.run(routeOps.get(asked))
  const shown = connected && options.from === undefined ? [first, again(session, asked, first)] : [first]
  printing(session, NOTHING, print => shown.forEach(print))
}

/** The route of a socket that is connected: from the address that the first answer gave it. */
function again(session: Session, asked: routeOps.RouteGet, { prefsrc, src }: Route): Route {
  const from = prefsrc ?? src
  if (from === undefined) throw new CommandError(USER, 'Failed to connect the route')
  return session.run(routeOps.get({ ...asked, from }))
}
