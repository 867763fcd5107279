// `tc filter` and `tc chain`: add, change, replace, delete, get, show, in tc's grammar.
import type { Request } from '../../netlink/request.ts'
import * as chainOps from '../../ops/tc/chain.ts'
import * as filterOps from '../../ops/tc/filter.ts'
import * as qdiscOps from '../../ops/tc/qdisc.ts'
import type { Filter, Qdisc } from '../../route/tc/tc.ts'
import { isKernelError, USAGE, USER } from '../errors.ts'
import { readCommand } from '../grammar.ts'
import type { Session } from '../session.ts'
import { finish } from '../sheet.ts'
import { duplicate, expected, type Keywords, once, short, type Words, whole } from '../words.ts'
import { FILTERS } from './filters/index.ts'
import type { FilterRead } from './kind.ts'
import {
  DEV,
  ESTIMATOR,
  FILTER_PARENT,
  HELP,
  kindUsage,
  objectOf,
  type Place,
  parentWord,
  programOf,
  readChoice,
  readPlace,
  tcUsage,
} from './place.ts'
import { type FilterView, printChain, printFilter } from './print-filter.ts'
import { protocol } from './protocol.ts'
import { parseNumber } from './values.ts'

export const FILTER_HELP = `Usage: % filter { add | change | replace } WHERE [ protocol PROTO ] [ pref PRIO ] [ chain CHAIN ]
	[ handle FILTERID ] [ estimator INTERVAL TIME_CONSTANT ] FILTER_KIND [ help | OPTIONS ]
       % filter delete WHERE [ protocol PROTO ] [ pref PRIO ] [ chain CHAIN ] [ handle FILTERID FILTER_KIND ]
       % filter get WHERE protocol PROTO pref PRIO handle FILTERID FILTER_KIND
       % filter [ show WHERE [ protocol PROTO ] [ pref PRIO ] [ chain CHAIN ] ]
WHERE := dev DEVICE [ root | ingress | egress | parent CLASSID ] | block INDEX
FILTER_KIND := { ${Object.keys(FILTERS).join(' | ')} }
OPTIONS := … % filter add KIND help
`
export const CHAIN_HELP = `Usage: % chain add WHERE [ chain CHAIN ] [ protocol PROTO FILTER_KIND TEMPLATE ]
       % chain { delete | get } WHERE chain CHAIN
       % chain [ show WHERE ]
WHERE := dev DEVICE [ root | ingress | egress | parent CLASSID ] | block INDEX
FILTER_KIND := { ${Object.keys(FILTERS).join(' | ')} }
`
/** In tc's order. */
const COMMANDS = ['add', 'change', 'replace', 'delete', 'get', 'list', 'show', 'lst', 'help']
const CHAIN_COMMANDS = ['add', 'delete', 'get', 'list', 'show', 'lst', 'help']

/** Runs `tc filter …`. */
export function filterCommand(words: Words, session: Session): void {
  const command = words.done ? 'show' : readCommand(words, objectOf(words, 'filter'), COMMANDS)
  const run: Readonly<Record<string, () => void>> = {
    add: () => modify(words, session, filterOps.add, 'all'),
    change: () => modify(words, session, filterOps.change, undefined),
    replace: () => modify(words, session, filterOps.replace, 'all'),
    delete: () => remove(words, session),
    get: () => get(words, session),
    help: () => help(words, FILTER_HELP)(),
  }
  ;(run[command] ?? (() => show(words, session)))()
}

/** Runs `tc chain …`. */
export function chainCommand(words: Words, session: Session): void {
  const command = words.done ? 'show' : readCommand(words, objectOf(words, 'chain'), CHAIN_COMMANDS)
  const run: Readonly<Record<string, () => void>> = {
    add: () => addChain(words, session),
    delete: () => session.apply(chainOps.delete(oneChain(words, session))),
    get: () => getChain(words, session),
    help: () => help(words, CHAIN_HELP)(),
  }
  ;(run[command] ?? (() => showChains(words, session)))()
}

const help = (words: Words, text: string) => (): never => {
  throw tcUsage(words, text)
}

// ── where ──────────────────────────────────────────────────────────────────

interface FilterPlace extends Place {
  block?: number
  priority?: number
  protocol?: string | number
  chain?: number
}

const index =
  (key: 'priority' | 'chain' | 'block', name: string, reason: string, most: number) =>
  (words: Words, place: FilterPlace): void => {
    const value = parseNumber(words.take('a number'))
    if (place[key] !== undefined) throw duplicate(words, name)
    if (value === undefined || value > most || (key === 'block' && value === 0))
      throw words.wrong(reason, `a number to ${most}`)
    place[key] = value
  }

const PLACE: Keywords<FilterPlace> = {
  dev: DEV,
  block: short(index('block', 'block', 'invalid block index value', 0xffffffff)),
  root: parentWord('root'),
  ingress: parentWord('ingress', 'ffff:fff2'),
  egress: parentWord('egress', 'ffff:fff3'),
  parent: FILTER_PARENT,
  handle: whole(once<FilterPlace, 'handle'>('handle', 'handle', words => words.take('the handle of a filter'))),
  preference: short(index('priority', 'priority', 'invalid priority value', 0xffff), 'pref', 'prio', 'priority'),
  priority: short(index('priority', 'priority', 'invalid priority value', 0xffff)),
  protocol: short(once<FilterPlace, 'protocol'>('protocol', 'protocol', protocol)),
  chain: short(index('chain', 'chain', 'invalid chain index value', 0xffffffff)),
  estimator: ESTIMATOR,
  help: HELP,
}

/** The place in numbers. */
function target(words: Words, session: Session, place: FilterPlace): { dev?: number; block?: number; parent?: string } {
  const { dev, block, parent } = place
  if (dev !== undefined && block !== undefined)
    throw words.fail(
      'Error: "dev" and "block" are mutually exclusive',
      'a shared block stands in place of a device',
      USAGE,
    )
  if (block !== undefined) {
    if (parent !== undefined) throw words.fail('Error: "parent" and "block" are mutually exclusive', undefined, USAGE)
    return { block }
  }
  const own = parent === undefined ? {} : { parent }
  if (dev === undefined) return own
  return { dev: session.device(dev).index, ...own }
}

// ── filters ────────────────────────────────────────────────────────────────

interface Read extends FilterRead {
  readonly place: FilterPlace
  readonly kind: string | undefined
  readonly at: { dev?: number; block?: number; parent?: string }
}

function readFilter(
  words: Words,
  session: Session,
  otherwise: string | undefined,
  check: (place: FilterPlace, kind: string | undefined) => void = () => {},
): Read {
  const place: FilterPlace = { help: help(words, FILTER_HELP) }
  const kind = readPlace(words, PLACE, place)
  place.protocol ??= otherwise ?? 0
  if (kind !== undefined && words.next === 'help')
    throw Object.hasOwn(FILTERS, kind) ? kindUsage(FILTERS[kind]!.help) : tcUsage(words, FILTER_HELP)
  check(place, kind)
  const at = target(words, session, place)
  if (kind === undefined) {
    if (place.handle !== undefined)
      throw words.fail('Must specify filter type when using "handle"', 'the kind of the filter comes last', USAGE)
    return { place, kind, at }
  }
  const known = Object.hasOwn(FILTERS, kind) ? FILTERS[kind] : undefined
  if (known) {
    const reading = { session, dev: place.dev, handle: place.handle, protocol: place.protocol }
    return { place, kind, at, ...known.read(words, reading) }
  }
  if (words.done) return { place, kind, at, handle: parseNumber(place.handle ?? '0', 16) }
  const word = words.take()
  throw words.fail(
    `Unknown filter "${kind}", hence option "${word}" is unparsable`,
    expected(kind, Object.keys(FILTERS)),
  )
}

function modify(
  words: Words,
  session: Session,
  op: (settings: filterOps.FilterSettings) => Request<void>,
  otherwise: string | undefined,
): void {
  const { place, kind, at, handle, options } = readFilter(words, session, otherwise)
  const { protocol: type, priority, chain, estimator } = place
  session.apply(op({ ...at, protocol: type, priority, chain, kind: kind as string, handle, options, estimator }))
}

function remove(words: Words, session: Session): void {
  const { place, kind, at, handle } = readFilter(words, session, undefined)
  const { protocol: type, priority, chain } = place
  session.apply(filterOps.delete({ ...at, protocol: type, priority, chain, kind, handle }))
}

function get(words: Words, session: Session): void {
  const must = (found: boolean, what: string): void => {
    if (!found) throw words.fail(`Must specify ${what}`, undefined, USAGE)
  }
  const { place, kind, at, handle } = readFilter(words, session, undefined, (said, type) => {
    must(said.protocol !== 0, 'filter protocol')
    must(Boolean(said.priority), 'filter priority')
    must(said.parent !== undefined || said.block !== undefined, 'filter parent')
    must(type !== undefined, 'filter type')
  })
  must(at.dev !== undefined || at.block !== undefined, 'netdevice "dev" or block index "block"')
  must(place.handle !== undefined, 'filter "handle"')
  const { protocol: type, priority, chain } = place
  const found = session.run(filterOps.get({ ...at, protocol: type, priority, chain, kind, handle }))
  session.print(
    finish([printFilter(found, { ...viewOf(session), ...(at.dev !== undefined && { dev: at.dev }) })], session.show),
  )
}

const viewOf = (session: Session): FilterView => ({ show: session.show, names: session })

function show(words: Words, session: Session): void {
  const choice = readChoice<FilterPlace>(words, 'filter', PLACE, { help: help(words, FILTER_HELP) })
  const at = shownTarget(words, session, choice)
  const { protocol: type, priority, chain, parent, block } = choice
  const nowhere = at.dev === undefined && at.block === undefined
  const found = nowhere ? [] : list(session, { ...at, protocol: type, priority, chain })
  const view: FilterView = { ...viewOf(session), dev: at.dev, block, parent, protocol: type, priority, chain }
  session.print(
    finish(
      found.map(filter => printFilter(filter, view)),
      session.show,
    ),
  )
}

/** With `-br` tersely, where the kernel can: of kinds that it cannot tell so (u32, say) it breaks the dump off. */
function list(session: Session, filter: filterOps.FilterList): readonly Filter[] {
  if (!session.show.brief) return session.run(filterOps.list(filter))
  try {
    return session.run(filterOps.list({ ...filter, terse: true }))
  } catch (error) {
    if (!isKernelError(error, 'EMSGSIZE', 'EOPNOTSUPP')) throw error
    return session.run(filterOps.list(filter))
  }
}

/** The place, whose block must be that of some qdisc. */
function shownTarget(words: Words, session: Session, choice: FilterPlace): ReturnType<typeof target> {
  const { block } = choice
  if (block !== undefined && choice.dev === undefined) {
    const shares = ({ ingressBlock, egressBlock }: Qdisc): boolean => ingressBlock === block || egressBlock === block
    if (!session.run(qdiscOps.list()).some(shares))
      throw words.fail(`Cannot find block "${block}"`, 'no qdisc here shares a block of that number', USER)
  }
  return target(words, session, choice)
}

// ── chains ─────────────────────────────────────────────────────────────────

function readChain(words: Words, session: Session) {
  const place: FilterPlace = { help: help(words, CHAIN_HELP) }
  const kind = readPlace(words, PLACE, place)
  const at = target(words, session, place)
  return { place, kind, at }
}

function addChain(words: Words, session: Session): void {
  const { place, kind, at } = readChain(words, session)
  const type = place.protocol ?? 0
  const known = kind !== undefined && Object.hasOwn(FILTERS, kind) ? FILTERS[kind] : undefined
  if (kind !== undefined && !known && !words.done)
    throw words.fail(
      `Unknown filter "${kind}", hence option "${words.next ?? ''}" is unparsable`,
      expected(kind, Object.keys(FILTERS)),
    )
  const read = known?.read(words, { session, dev: place.dev, handle: undefined, protocol: type })
  session.apply(chainOps.add({ ...at, chain: place.chain ?? 0, protocol: type, kind, options: read?.options }))
}

function oneChain(words: Words, session: Session): chainOps.ChainPlace {
  const { place, kind, at } = readChain(words, session)
  if (kind !== undefined)
    throw words.fail(
      `What is "${kind}"? Try "${programOf(words)} chain help".`,
      expected(kind, Object.keys(PLACE)),
      USAGE,
    )
  return { ...at, chain: place.chain ?? 0 }
}

function getChain(words: Words, session: Session): void {
  const place = oneChain(words, session)
  const found = session.run(chainOps.get(place))
  session.print(finish([printChain(found, { ...viewOf(session), dev: place.dev as number })], session.show))
}

function showChains(words: Words, session: Session): void {
  const choice = readChoice<FilterPlace>(words, 'chain', PLACE, { help: help(words, CHAIN_HELP) })
  const at = shownTarget(words, session, choice)
  const nowhere = at.dev === undefined && at.block === undefined
  const found = nowhere ? [] : session.run(chainOps.list({ ...at, chain: choice.chain }))
  const view: FilterView = { ...viewOf(session), dev: at.dev, block: choice.block, chain: choice.chain }
  session.print(
    finish(
      found.map(chain => printChain(chain, view)),
      session.show,
    ),
  )
}
